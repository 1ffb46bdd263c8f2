/** The RP2040: two Cortex-M0+ cores with their SIO, boot ROM and flash interface in what both chips share. */
import type { Block } from "../block";
import type { Region, Width } from "../bus";
import type { BusCore } from "../core";
import { rp2040Dma } from "../dma";
import { Fault } from "../fault";
import type { I2c } from "../i2c";
import { IoBank, Pads, rp2040Io } from "../io-bank";
import { hex, lane, spread, view } from "../lanes";
import { Machine, ramBase, type MachineLayout } from "../machine";
import type { NorFlash } from "../nor-flash";
import { uartTransmit } from "../pins";
import { Psm, Resets } from "../resets";
import { SerialBlocks } from "../serial-blocks";
import { SerialFlash } from "../serial-flash";
import { XipControl } from "../xip-cache";
import { borrowed, resetLines } from "./blocks";
import { bootRom } from "./boot-rom";
import { Core } from "./core";
import type { CoreBus } from "./core-bus";
import { Ppb } from "./ppb";
import { bootStage2, RomCalls, type RomChip } from "./rom-calls";
import { Sio } from "./sio";
import { QspiPins, Ssi } from "./ssi";

const layout: MachineLayout = {
  ramBytes: 264 * 1024,
  ringOscillator: 6_500_000, // 1.8 to 12 MHz (datasheet 2.16.2)
  pins: 30,
  pioBlocks: 2,
  pioVersion: 0,
  dma: rp2040Dma,
  irq: { usb: 5, pio: 7, dma: 11 }, // datasheet 2.3.2
  priorityBits: 2,
  phyIsolated: false,
  address: { dma: 0x50000000, usb: 0x50100000, pio: 0x50200000 },
};
const irq = { ioBank: 13, sio: 15 } as const;
const resetBits = 0x1ffffff;
const powerDomains = 17;
/** The rest of the watchdog that rp2040js keeps to itself. */
interface Watchdog {
  onWatchdogTrigger: () => void;
  readonly scratchData: Uint32Array;
  reason: number;
}

export class Chip extends Machine implements CoreBus, RomChip {
  readonly cores: readonly [Core, Core];
  readonly i2c: readonly [I2c, I2c];
  readonly watchdog: Watchdog;
  readonly #serial: SerialBlocks;
  readonly #sio: Sio;
  readonly #ppbs: readonly [Ppb, Ppb];
  readonly #calls: RomCalls;
  readonly #ssi: Ssi;
  readonly #code = new Uint8Array(layout.ramBytes / 4);

  /** Power-on. */
  constructor(nor: NorFlash, onUart: (byte: number) => void) {
    super(layout, nor);
    this.#serial = new SerialBlocks(this.clock, layout.ringOscillator, {
      interrupt: (number, high) => this.setInterrupt(number, high),
      requested: (dreq) => this.dma.serve(dreq),
      sent: onUart,
    });
    this.i2c = this.#serial.i2c;
    this.#serial.addClockListener((frequency) => (this.clock.frequency = frequency));
    this.watchdog = this.#serial.findPeripheral(0x40058000) as unknown as Watchdog;
    const reset = () => (this.resetRequested = true);
    this.watchdog.onWatchdogTrigger = reset;

    const memory = { ram: this.ram, code: this.#code, flash: nor.bytes };
    this.cores = [new Core(0, this, memory), new Core(1, this, memory)];
    const [core0, core1] = this.cores;
    this.#ppbs = [new Ppb(core0, this.clock, reset), new Ppb(core1, this.clock, reset)];
    const InterpolatorsOf = this.#serial.sio.constructor as new (chip: SerialBlocks) => SerialBlocks["sio"];
    this.#sio = new Sio(
      {
        pins: () => (this.sync(), this.pins.inputs),
        pinsChanged: () => (this.sync(), this.pins.update(this.cycle)),
        interrupt: (core, high) => this.cores[core].setLine(irq.sio + core, high),
      },
      [new InterpolatorsOf(this.#serial), new InterpolatorsOf(this.#serial)],
    );
    this.#ssi = new Ssi(new SerialFlash(nor), (executeInPlace, divider) => {
      if (divider > 0) this.xip.flashDivider = divider;
      this.setXip(executeInPlace);
    });
    this.#calls = new RomCalls(this);
    this.#drivePins();
    this.#mapBlocks();
    this.#mapRegions();
  }

  override start(): void {
    for (const core of this.cores) core.reset();
  }

  #drivePins(): void {
    const { pwm } = this.#serial;
    this.sources.set(2, uartTransmit);
    this.sources.set(4, {
      get levels() {
        return pwm.gpioValue;
      },
      get enables() {
        return pwm.gpioDirection;
      },
    });
    this.sources.set(5, this.#sio);
  }

  #mapBlocks(): void {
    const update = () => this.pins.update(this.cycle);
    const setLine = (core: 0 | 1, high: boolean) => this.cores[core].setLine(irq.ioBank, high);
    const ioBank = new IoBank(rp2040Io, this.pins, update, setLine);
    const pads = new Pads(rp2040Io, this.pins, update);
    const [pio0, pio1] = this.pioBlocks as readonly Block[] as [Block, Block];
    const resets = new Map<number, Pick<Block, "reset">>([
      [2, this.dma],
      [3, this.i2c[0]],
      [4, this.i2c[1]],
      [5, ioBank],
      [8, pads],
      [10, pio0],
      [11, pio1],
      [24, this.usb],
    ]);
    for (const address of borrowed) this.mapBlock(address, this.#serial.block(address));
    this.mapBlock(0x14000000, new XipControl(this.xip, 3));
    this.mapBlock(0x18000000, this.#ssi);
    this.mapStorage(0x40000000, { 0x00: 0x20002927, 0x04: 0x2, 0x40: 0xe0c912e8 }); // SYSINFO of RP2040-B2
    this.mapBlock(0x40010000, new Psm(powerDomains, (held) => this.#holdCore1(held)));
    this.mapBlock(0x40014000, ioBank);
    this.mapBlock(0x40018000, new QspiPins(this.#ssi));
    this.mapBlock(0x4001c000, pads);
    this.mapStorage(0x40060000, { 0x18: 0x80001000, 0x1c: 1 }); // ROSC: stable
    this.mapStorage(0x40064000); // VREG_AND_CHIP_RESET
    this.mapBlock(0x4000c000, new Resets(resetBits, resets, resetLines, this.pages));
  }

  #mapRegions(): void {
    const rom = bootRom();
    const romWords = new DataView(rom.buffer);
    const nothing = this.regions[0] as Region;
    this.regions[0x00] = {
      load: (core, address, bytes) =>
        address < rom.length ? view(romWords, address, bytes) : nothing.load(core, address, bytes),
      store: () => undefined, // is lost: TinyUSB relies on that
    };
    // Cached, and the aliases that do not allocate, or do not look into the cache (2.6.3.1).
    this.regions[0x10] = this.flashWindow((address) => this.xip.access(address & 0xffffff));
    this.regions[0x11] = this.flashWindow((address) => this.xip.access(address & 0xffffff, false));
    this.regions[0x12] = this.regions[0x13] = this.flashWindow(() => this.xip.missCycles);
    this.regions[0xd0] = {
      load: (core, address, bytes) => {
        core.cycles--;
        this.clockTo(core);
        return lane(this.#sio.read(core.index, address & 0x1fc), address, bytes);
      },
      store: (core, address, bytes, value) => {
        core.cycles--;
        this.clockTo(core);
        this.#sio.write(core.index, address & 0x1fc, spread(value, bytes));
      },
    };
    this.regions[0xe0] = {
      load: (core, address, bytes) => {
        if (address >>> 12 !== 0xe000e) return nothing.load(core, address, bytes);
        this.clockTo(core);
        return lane(this.#ppbs[core.index].read(address & 0xffc), address, bytes);
      },
      store: (core, address, bytes, value) => {
        if (address >>> 12 !== 0xe000e) return nothing.store(core, address, bytes, value);
        this.clockTo(core);
        this.#ppbs[core.index].write(address & 0xffc, spread(value, bytes));
      },
    };
  }

  override survive(previous: Machine): void {
    super.survive(previous);
    if (!(previous instanceof Chip)) return;
    this.watchdog.scratchData.set(previous.watchdog.scratchData);
    this.watchdog.reason = previous.watchdog.reason;
  }

  protected serialRequested(dreq: number): boolean {
    return this.#serial.dreqs.has(dreq);
  }

  // --- the cores' bus -----------------------------------------------------------------------------------------

  fetchLine(core: BusCore, address: number): void {
    this.readsFlash(core, address, "fetch");
    const cached = (address & 0x02000000) === 0;
    core.cycles += cached ? this.xip.access(address & 0xffffff, (address & 0x01000000) === 0) : this.xip.missCycles;
  }

  override load(core: BusCore, address: number, bytes: Width): number {
    if (address & (bytes - 1)) throw new Fault(`unaligned read of ${bytes} bytes at ${hex(address)}`);
    return super.load(core, address, bytes);
  }

  override store(core: BusCore, address: number, bytes: Width, value: number): void {
    if (address & (bytes - 1)) throw new Fault(`unaligned write of ${bytes} bytes at ${hex(address)}`);
    super.store(core, address, bytes, value);
  }

  romCall(core: BusCore, number: number): void {
    this.clockTo(core);
    this.#calls.perform(this.cores[core.index], number);
  }

  codeWritten(core: BusCore, address: number): void {
    this.#code[((address - ramBase) >>> 0) >>> 2] = 0;
    // Where the second stage ran is stack afterwards.
    if (address >>> 8 !== bootStage2 >>> 8) this.traps.codeWritten(core, address);
  }

  // --- the boot ROM's chip ------------------------------------------------------------------------------------

  scratch(index: number): number {
    return this.watchdog.scratchData[index] ?? 0;
  }

  popFifo(core: BusCore): number | undefined {
    return this.#sio.fifo.pop(core.index);
  }

  pushFifo(core: BusCore, value: number): void {
    this.#sio.fifo.push(core.index, value);
  }

  flashChanged(): void {
    return; // code is read from flash as it runs
  }

  setXip(enabled: boolean): void {
    this.xipEnabled = enabled;
    if (!enabled) this.#ssi.serial();
    for (const core of this.cores) core.forgetLine();
  }

  #holdCore1(held: boolean): void {
    const core = this.cores[1];
    if (core.held && !held) {
      this.#calls.restartLaunch();
      this.#ppbs[1].reset();
      core.reset();
    }
    core.held = held;
  }
}
