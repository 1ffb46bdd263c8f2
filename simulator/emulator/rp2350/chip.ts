/** The RP2350: two Cortex-M33 cores with their SIO, boot ROM, clocks and flash interface in what both chips share. */
import type { Block } from "../block";
import { deadPage, memoryPage, type Region } from "../bus";
import type { BusCore } from "../core";
import { rp2350Dma } from "../dma";
import type { I2c } from "../i2c";
import { IoBank, Pads, rp2350Io } from "../io-bank";
import { lane, spread, view } from "../lanes";
import type { CoreBus } from "../m33/bus";
import { CodeCache } from "../m33/code-cache";
import { Core } from "../m33/core";
import { Ppb } from "../m33/ppb";
import { Machine, ramBase, type MachineLayout } from "../machine";
import type { NorFlash } from "../nor-flash";
import { uartTransmit } from "../pins";
import { Psm, Resets } from "../resets";
import { SerialBlocks } from "../serial-blocks";
import { SerialFlash } from "../serial-flash";
import { XipControl } from "../xip-cache";
import { borrowed, borrowedIrqs, borrowedRequest, requestOf, resetLines, storage, unmodelled } from "./blocks";
import { bootRamPage } from "./boot-ram";
import { bootRom, callAt, entryOf, flashDeviceInfo, initialStack, type RomCall, xipSetup } from "./boot-rom";
import { Clocks, ringOscillator } from "./clocks";
import { findImage } from "./image";
import { Powman } from "./powman";
import { Qmi } from "./qmi";
import { RomCalls, type RomChip } from "./rom-calls";
import { Sio } from "./sio";
import { tick, Ticks } from "./ticks";
import { Timer } from "./timer";
import { Watchdog } from "./watchdog";

const layout: MachineLayout = {
  ramBytes: 520 * 1024,
  ringOscillator,
  pins: 30, // of 48 in all, as the Pico 2's package has them
  pioBlocks: 3,
  pioVersion: 1,
  dma: rp2350Dma,
  irq: { usb: 14, pio: 15, dma: 10 }, // datasheet 3.2
  priorityBits: 4,
  phyIsolated: true,
  address: { dma: 0x50000000, usb: 0x50100000, pio: 0x50200000 },
};
const irq = { timer: [0, 4], ioBank: 21, fifo: 25, doorbell: 26 } as const;
const resetBits = 0x1fffffff;
const powerDomains = 25;

const flashBase = 0x10000000;
/** 4 MB of flash on chip select 0, nothing on 1; FLASH_DEVINFO (13.10). */
const flashDevice = (0xa << 8) | (1 << 7);
/** The watchdog's scratch registers 4 to 7 can name where to start (5.2.4). */
const watchdogMagic = 0xb007c0d3;
const secondStageBytes = 256;
/** OTP rows of 16 bits with the chip's number (13.10). */
const otpBytes = 16 * 1024;

export class Chip extends Machine implements CoreBus, RomChip {
  readonly cores: readonly [Core, Core];
  readonly i2c: readonly [I2c, I2c];
  readonly watchdog: Watchdog;
  readonly flashDevice = flashDevice;
  readonly #serial: SerialBlocks;
  readonly #code: CodeCache;
  readonly #sio: Sio;
  readonly #ppbs: readonly [Ppb, Ppb];
  readonly #calls: RomCalls;
  readonly #clocks: Clocks;
  readonly #ticks: Ticks;
  readonly #timers: readonly [Timer, Timer];
  #stackTop = 0;
  readonly #bootRam = new Uint8Array(1024);

  /** Power-on. */
  constructor(nor: NorFlash, onUart: (byte: number) => void) {
    super(layout, nor);
    this.#serial = new SerialBlocks(this.clock, ringOscillator, {
      interrupt: (number, high) => {
        const own = borrowedIrqs[number];
        if (own !== undefined) this.setInterrupt(own, high);
      },
      requested: (dreq) => this.dma.serve(requestOf(dreq)),
      sent: onUart,
    });
    this.i2c = this.#serial.i2c;
    this.#clocks = new Clocks(() => this.#clocksChanged());
    this.#ticks = new Ticks(this.clock, () => this.#clocks.ref);
    this.#timers = [this.#timer(0), this.#timer(1)];
    const reset = () => (this.resetRequested = true);
    this.watchdog = new Watchdog(this.clock, this.#ticks.counter(tick.watchdog), reset);
    this.#sio = new Sio({
      pins: () => (this.sync(), this.pins.inputs),
      pinsChanged: () => (this.sync(), this.pins.update(this.cycle)),
      fifoInterrupt: (core, high) => this.cores?.[core].setLine(irq.fifo, high),
      doorbellInterrupt: (core, high) => this.cores?.[core].setLine(irq.doorbell, high),
      unknown: (offset) => this.traps.reportBlock(`SIO's register 0x${offset.toString(16)} is not emulated`),
    });
    this.#calls = new RomCalls(this);
    const rom = bootRom();
    this.#code = new CodeCache({
      ram: { base: ramBase, bytes: this.ram },
      flash: { base: flashBase, bytes: nor.bytes },
      rom: { base: 0, bytes: rom },
    });
    for (const address of callAt.keys()) this.#code.hook(address);
    this.cores = [new Core(0, this, this.#code), new Core(1, this, this.#code)];
    const [core0, core1] = this.cores;
    this.#ppbs = [new Ppb(core0, this.clock, reset), new Ppb(core1, this.clock, reset)];
    this.pins.onIsolated = (pins) => {
      const pin = 31 - Math.clz32(pins & -pins);
      this.traps.reportBlock(`GPIO ${pin} is driven, but its pad is isolated: PADS_BANK0's ISO has not been cleared`);
    };
    this.sources.set(2, uartTransmit);
    this.sources.set(11, uartTransmit);
    this.sources.set(5, this.#sio);
    this.#mapBlocks();
    this.#mapFlash();
    this.#mapRegions(rom);
  }

  #timer(index: 0 | 1): Timer {
    return new Timer(this.clock, this.#ticks.counter(tick.timer0 + index), (alarm, high) =>
      this.setInterrupt(irq.timer[index] + alarm, high),
    );
  }

  #clocksChanged(): void {
    const { sys, peri } = this.#clocks;
    if (sys > 0) this.clock.frequency = this.#serial.clkSys = sys;
    if (peri > 0) this.#serial.clkPeri = peri;
    this.#ticks.update();
  }

  #mapBlocks(): void {
    const update = () => this.pins.update(this.cycle);
    const setLine = (core: 0 | 1, high: boolean) => this.cores[core].setLine(irq.ioBank, high);
    const ioBank = new IoBank(rp2350Io, this.pins, update, setLine);
    const pads = new Pads(rp2350Io, this.pins, update);
    const [pio0, pio1, pio2] = this.pioBlocks as readonly Block[] as [Block, Block, Block];
    const resets = new Map<number, Pick<Block, "reset">>([
      [2, this.dma],
      [4, this.i2c[0]],
      [5, this.i2c[1]],
      [6, ioBank],
      [9, pads],
      [11, pio0],
      [12, pio1],
      [13, pio2],
      [14, this.#clocks.pllSys],
      [15, this.#clocks.pllUsb],
      [23, this.#timers[0]],
      [24, this.#timers[1]],
      [28, this.usb],
    ]);
    for (const [theirs, ours] of borrowed) this.mapBlock(ours, this.#serial.block(theirs));
    for (const [address, fixed] of storage) this.mapStorage(address, fixed);
    for (const [address, name] of unmodelled)
      this.pages.map(address, deadPage(`${name} is used, which is not emulated`));
    this.mapBlock(0x40010000, this.#clocks);
    this.mapBlock(0x40018000, new Psm(powerDomains, (held) => this.#holdCore1(held)));
    this.mapBlock(0x40028000, ioBank);
    this.mapBlock(0x40038000, pads);
    this.mapBlock(0x40050000, this.#clocks.pllSys);
    this.mapBlock(0x40058000, this.#clocks.pllUsb);
    this.mapBlock(0x400b0000, this.#timers[0]);
    this.mapBlock(0x400b8000, this.#timers[1]);
    this.mapBlock(0x400d8000, this.watchdog);
    this.mapBlock(0x40100000, new Powman());
    this.mapBlock(0x40108000, this.#ticks);
    this.mapBlock(0x40020000, new Resets(resetBits, resets, resetLines, this.pages));
  }

  #mapFlash(): void {
    this.mapBlock(0x400c8000, new XipControl(this.xip, 0x83));
    const qmi = new Qmi(new SerialFlash(this.nor), (divider) => {
      if (divider > 0) this.xip.flashDivider = divider;
      this.setXip(true);
    });
    this.mapBlock(0x400d0000, qmi);
    const bootRam = new DataView(this.#bootRam.buffer);
    xipSetup.forEach((word, index) => bootRam.setUint32(4 * index, word, true));
    bootRam.setUint16(flashDeviceInfo & 0x3ff, flashDevice, true);
    this.pages.map(0x400e0000, bootRamPage(this.#bootRam));
    const otp = new Uint8Array(otpBytes);
    otp.set([...this.nor.uniqueId].reverse());
    this.pages.map(
      0x40130000,
      memoryPage(otp, () => undefined),
    );
  }

  #mapRegions(rom: Uint8Array<ArrayBuffer>): void {
    const romWords = new DataView(rom.buffer);
    const nothing = this.regions[0] as Region;
    this.regions[0x00] = {
      load: (core, address, bytes) =>
        address <= rom.length - bytes ? view(romWords, address, bytes) : nothing.load(core, address, bytes),
      store: () => undefined, // is lost: TinyUSB relies on that
    };
    // Chip select 0, cached and not (4.4): there is nothing on chip select 1.
    this.regions[0x10] = this.flashWindow((address) => this.xip.access(address & 0xffffff));
    this.regions[0x14] = this.regions[0x1c] = this.flashWindow(() => this.xip.missCycles);
    for (const at of [0x18, 0x19, 0x1a, 0x1b])
      this.regions[at] = { load: () => 0, store: (_, address) => this.#maintain(address) };
    this.regions[0xd0] = this.#sioRegion(nothing);
    this.regions[0xe0] = this.#privateRegion(nothing);
  }

  /** Cache maintenance: the operation is in the address (4.4.1.1). Nothing is ever dirty in here. */
  #maintain(address: number): void {
    const operation = address & 7;
    const ways = operation < 2 ? ([(address >> 13) & 1] as const) : ([0, 1] as const);
    for (const way of ways) this.xip.forget(address & 0xffffff, way as 0 | 1);
  }

  #sioRegion(nothing: Region): Region {
    return {
      load: (core, address, bytes) => {
        if ((address & 0xfffffe00) >>> 0 !== 0xd0000000) return nothing.load(core, address, bytes);
        core.cycles--;
        this.clockTo(core);
        return lane(this.#sio.read(core.index, address & 0x1fc), address, bytes);
      },
      store: (core, address, bytes, value) => {
        if ((address & 0xfffffe00) >>> 0 !== 0xd0000000) return nothing.store(core, address, bytes, value);
        core.cycles--;
        this.clockTo(core);
        this.#sio.write(core.index, address & 0x1fc, spread(value, bytes));
      },
    };
  }

  /** A core's private peripherals. */
  #privateRegion(nothing: Region): Region {
    return {
      load: (core, address, bytes) => {
        if (address >>> 12 !== 0xe000e) return nothing.load(core, address, bytes);
        this.clockTo(core);
        return this.#ppbs[core.index].load(address & 0xfff, bytes);
      },
      store: (core, address, bytes, value) => {
        if (address >>> 12 !== 0xe000e) return nothing.store(core, address, bytes, value);
        this.clockTo(core);
        this.#ppbs[core.index].store(address & 0xfff, bytes, value);
      },
    };
  }

  override survive(previous: Machine): void {
    super.survive(previous);
    if (!(previous instanceof Chip)) return;
    this.watchdog.survive(previous.watchdog);
  }

  /** The boot ROM: core 1 waits, core 0 starts an image (5.2). */
  override start(): void {
    const [core0, core1] = this.cores;
    core1.reset(0, initialStack, entryOf("launch") | 1);
    this.xipEnabled = true;
    const [magic = 0, check = 0, sp = 0, entry = 0] = this.watchdog.scratch.subarray(4);
    if (magic === watchdogMagic && (check ^ entry) >>> 0 === -watchdogMagic >>> 0) return core0.reset(0, sp, entry);
    const image = findImage(this.nor.bytes);
    if (typeof image === "string") {
      this.traps.reportBlock(image);
      core0.held = true;
      return this.bootloader();
    }
    core0.reset(image.vectors, image.sp, image.entry);
    this.#stackTop = (core0.registers[13] as number) >>> 0;
  }

  protected serialRequested(treq: number): boolean {
    const borrowed = borrowedRequest(treq);
    return borrowed !== undefined && this.#serial.dreqs.has(borrowed);
  }

  // --- the cores' bus -----------------------------------------------------------------------------------------

  fetchFlash(core: BusCore, address: number, bytes: number): void {
    this.readsFlash(core, address, "fetch");
    const cached = address >>> 24 === 0x10;
    const last = (address + bytes - 1) >>> 3;
    for (let line = address >>> 3; line <= last; line++)
      core.cycles += cached ? this.xip.access((line << 3) & 0xffffff) : this.xip.missCycles;
  }

  gpioWrite(core: BusCore, opc1: number, crm: number, low: number, high: number | undefined): void {
    this.clockTo(core);
    this.#sio.coprocessorWrite(opc1, crm, low, high);
  }

  gpioRead(core: BusCore, _opc1: number, crm: number): number {
    this.clockTo(core);
    return this.#sio.coprocessorRead(crm);
  }

  romCall(core: BusCore, address: number): void {
    this.clockTo(core);
    this.#calls.perform(core, callAt.get(address) as RomCall);
  }

  codeWritten(core: BusCore, address: number): void {
    // The SDK runs its second stage on the stack.
    if (address < this.#stackTop - secondStageBytes || address >= this.#stackTop) this.traps.codeWritten(core, address);
  }

  // --- the boot ROM's chip ------------------------------------------------------------------------------------

  popFifo(core: BusCore): number | undefined {
    return this.#sio.fifo.pop(core.index);
  }

  pushFifo(core: BusCore, value: number): void {
    this.#sio.fifo.push(core.index, value);
  }

  flashChanged(address: number, bytes: number): void {
    this.#code.forget(flashBase + address, bytes);
  }

  setXip(enabled: boolean): void {
    this.xipEnabled = enabled;
  }

  leaveIn(ms: number, bootloader: boolean): void {
    const leave = () => (bootloader ? this.bootloader() : void (this.resetRequested = true));
    this.clock.createAlarm(leave).schedule(ms * 1e6);
  }

  #holdCore1(held: boolean): void {
    const core = this.cores[1];
    if (core.held && !held) {
      this.#calls.launch.restart();
      this.#ppbs[1].reset();
      core.reset(0, initialStack, entryOf("launch") | 1);
    }
    core.held = held;
  }
}
