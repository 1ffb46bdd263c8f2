/**
 * The RP2040: rp2040js' clocks, timers and serial interfaces, with cores, SIO, PIO, DMA, USB, pins and flash of our own
 * in place of its.
 */
import { RP2040 } from "rp2040js";

import { StorageBlock, writeAliased, type Block } from "../block";
import { MachineClock } from "../clock";
import { Dma, rp2040Dma } from "../dma";
import type { NorFlash } from "../nor-flash";
import { Pins, type PinSource } from "../pins";
import { Pio } from "../../pio/pio";
import { PioRunner } from "../../pio/runner";
import { UsbController } from "../usb/controller";
import { bootRom } from "./boot-rom";
import { Core } from "./core";
import { Fault, type CoreBus } from "./core-bus";
import { IoBank, Pads } from "./io-bank";
import { Ppb } from "./ppb";
import { Psm, Resets } from "./resets";
import { bootStage2, RomCalls, type RomChip } from "./rom-calls";
import { Sio } from "./sio";
import { QspiPins, Ssi } from "./ssi";
import { hex, lane, put, spread, view } from "./lanes";
import { Traps } from "./traps";
import { XipCache } from "./xip-cache";

/** Interrupts (datasheet 2.3.2). */
const irq = { usb: 5, pio: 7, dma: 11, ioBank: 13, sio: 15 } as const;
const ramBase = 0x20000000;
const ramBytes = 264 * 1024;
/** The ring oscillator, from which the chip boots. */
const ringOscillator = 6_500_000;
/** Wait states of the APB bridge (datasheet 2.1.4). */
const apbRead = 2;
const apbWrite = 3;
/** Cycles for which a core runs before the other one and the peripherals catch up. */
const slice = 64;
const asleepSlice = 256;
const pinCount = 30;

/** Every fourth pin can be a UART's TX (datasheet 2.19.2), which rests high; what it sends is taken from the UART. */
const uartTransmit: PinSource = { levels: 0x11111111, enables: 0x11111111 };

/** Data requests of the PIO blocks: 8 each, transmit first (datasheet 2.5.3.1). */
const pioRequests = 16;

/** The rest of the watchdog that rp2040js keeps to itself. */
interface Watchdog {
  onWatchdogTrigger: () => void;
  readonly scratchData: Uint32Array;
  reason: number;
}

export class Chip extends RP2040 implements CoreBus, RomChip {
  readonly nor: NorFlash;
  readonly traps = new Traps();
  readonly cores: readonly [Core, Core];
  readonly pins: Pins;
  readonly pioBlocks: readonly [Pio, Pio];
  readonly usb: UsbController;
  readonly xip = new XipCache();
  readonly runner: PioRunner;
  readonly machineClock: MachineClock;
  /** State machines were enabled or disabled. */
  onMachines: (() => void) | undefined;
  /** Set when the chip resets itself, or goes to its bootloader. */
  resetRequested = false;
  bootloaderRequested = false;
  /** Whether flash can be read. */
  #xipEnabled = false;
  readonly #dma: Dma;
  readonly #sio: Sio;
  readonly #ppbs: readonly [Ppb, Ppb];
  readonly #calls: RomCalls;
  readonly #ssi: Ssi;
  readonly #rom = bootRom();
  readonly #romView = new DataView(this.#rom.buffer);
  readonly #ram: DataView;
  readonly #flashView: DataView;
  readonly #code = new Uint8Array(ramBytes / 4);
  readonly #blocks = new Map<number, Block>();
  /** DREQs of rp2040js' serial interfaces. */
  readonly #dreqs = new Set<number>();

  /** Power-on, with what RAM holds: after a reset that is what was there. */
  constructor(nor: NorFlash, onUart: (byte: number) => void) {
    const clock = new MachineClock(ringOscillator);
    super(clock);
    this.machineClock = clock;
    this.nor = nor;
    this.clkSys = ringOscillator;
    this.logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
    this.addClockListener((frequency) => (clock.frequency = frequency));
    this.#ram = new DataView(this.sram.buffer);
    this.#flashView = new DataView(nor.bytes.buffer, nor.bytes.byteOffset, nor.bytes.length);

    const memory = { ram: this.sram, code: this.#code, flash: nor.bytes };
    this.cores = [new Core(0, this, memory), new Core(1, this, memory)];
    const [core0, core1] = this.cores;
    const reset = () => (this.resetRequested = true);
    this.#ppbs = [new Ppb(core0, clock, reset), new Ppb(core1, clock, reset)];

    const pio = (index: 0 | 1) =>
      new Pio({
        now: () => this.cycle,
        inputs: () => this.pins.levels,
        interrupt: (line, high) => this.setInterrupt(irq.pio + 2 * index + line, high),
        request: (machine, transmit) => this.#dma.serve(8 * index + (transmit ? 0 : 4) + machine),
        enablesChanged: () => {
          this.runner?.refresh();
          this.onMachines?.();
        },
      });
    this.pioBlocks = [pio(0), pio(1)];
    const InterpolatorsOf = this.sio.constructor as new (chip: RP2040) => RP2040["sio"];
    this.#sio = new Sio(
      {
        pins: () => (this.#sync(), this.pins.levels),
        pinsChanged: () => (this.#sync(), this.pins.update(this.cycle)),
        interrupt: (core, high) => this.cores[core].setLine(irq.sio + core, high),
      },
      [new InterpolatorsOf(this), new InterpolatorsOf(this)],
    );
    const pwm = this.pwm as unknown as { gpioValue: number; gpioDirection: number };
    const pwmSource: PinSource = {
      get levels() {
        return pwm.gpioValue;
      },
      get enables() {
        return pwm.gpioDirection;
      },
    };
    const sources: [number, PinSource][] = [
      [2, uartTransmit],
      [4, pwmSource],
      [5, this.#sio],
      [6, this.pioBlocks[0]],
      [7, this.pioBlocks[1]],
    ];
    this.pins = new Pins(pinCount, new Map(sources));
    this.runner = new PioRunner(this.pioBlocks, (time) => this.pins.update(time));
    this.#dma = new Dma(rp2040Dma, {
      read: (address, bytes) => this.#dmaRead(address, bytes),
      write: (address, bytes, value) => this.#dmaWrite(address, bytes, value),
      requested: (treq) => this.#requested(treq),
      interrupt: (line, high) => this.setInterrupt(irq.dma + line, high),
    });
    this.usb = new UsbController((high) => this.setInterrupt(irq.usb, high));
    this.#ssi = new Ssi(nor, (executeInPlace, divider) => {
      if (divider > 0) this.xip.flashDivider = divider;
      this.setXip(executeInPlace);
    });
    this.#calls = new RomCalls(this);
    this.#map();
    this.#replaceParts(onUart);
    core0.reset();
    core1.reset();
  }

  /** Blocks of ours by the upper bits of their address; rp2040js has the others. */
  #map(): void {
    const update = () => this.pins.update(this.cycle);
    const ioBank = new IoBank(this.pins, update, (core, high) => this.cores[core].setLine(irq.ioBank, high));
    const pads = new Pads(this.pins, update);
    const [pio0, pio1] = this.pioBlocks;
    const resets = new Resets(
      new Map<number, Block>([
        [2, this.#dma],
        [5, ioBank],
        [8, pads],
        [10, pio0],
        [11, pio1],
        [24, this.usb],
      ]),
    );
    const entries: [number, Block][] = [
      [0x14000, this.xip],
      [0x18000, this.#ssi],
      [0x40000, new StorageBlock({ 0x00: 0x20002927, 0x04: 0x2, 0x40: 0xe0c912e8 })], // SYSINFO of RP2040-B2
      [0x4000c, resets],
      [0x40010, new Psm((held) => this.#holdCore1(held))],
      [0x40014, ioBank],
      [0x40018, new QspiPins(this.#ssi)],
      [0x4001c, pads],
      [0x40060, new StorageBlock({ 0x18: 0x80001000, 0x1c: 1 })], // ROSC: stable
      [0x40064, new StorageBlock()], // VREG_AND_CHIP_RESET
      [0x50000, this.#dma],
      [0x50110, this.usb],
      [0x50200, pio0],
      [0x50300, pio1],
    ];
    for (const [key, block] of entries) this.#blocks.set(key, block);
  }

  /** What rp2040js' own blocks reach for. */
  #replaceParts(onUart: (byte: number) => void): void {
    const dma = {
      setDREQ: (dreq: number) => {
        this.#dreqs.add(dreq);
        this.#dma.serve(dreq);
      },
      clearDREQ: (dreq: number) => this.#dreqs.delete(dreq),
    };
    Object.assign(this, { dma, core: this.cores[0] });
    for (const uart of this.uart) uart.onByte = onUart;
    this.watchdog.onWatchdogTrigger = () => (this.resetRequested = true);
  }

  get watchdog(): Watchdog {
    return this.findPeripheral(0x40058000) as unknown as Watchdog;
  }

  /** The constructor of rp2040js calls this, before there are cores. */
  override reset(): void {
    this.pwm.reset();
  }

  /** The system clock's cycle count. */
  get cycle(): number {
    return this.machineClock.cycles;
  }

  /** Nanoseconds since power-on. */
  get now(): number {
    return this.machineClock.nanos;
  }

  // --- time ---------------------------------------------------------------------------------------------------

  /** Runs until a time in nanoseconds; ends early when the chip resets itself or leaves for its bootloader. */
  runUntil(nanos: number): void {
    const clock = this.machineClock;
    const [core0, core1] = this.cores;
    while (!this.resetRequested && !this.bootloaderRequested) {
      const start = clock.cycles;
      const event = Math.min(nanos, clock.nextAlarm);
      const limit = clock.cyclesAt(event);
      if (limit > start) {
        const asleep = core0.waiting && core1.waiting && !core0.attention && !core1.attention;
        const end = Math.min(
          limit,
          start + (asleep ? (this.runner.idle && !this.#dma.active ? Infinity : asleepSlice) : slice),
        );
        core0.run(end);
        core1.run(end);
        clock.cycles = Math.max(clock.cycles, end);
        this.runner.advance(clock.cycles);
        if (this.#dma.active) this.#dma.advance(clock.cycles - start);
      }
      clock.fire();
      if (clock.nanos >= nanos - 1e-3) break;
    }
  }

  /** Brings what runs by itself to the time of the core whose access is being made. */
  #syncTo(core: Core): void {
    const clock = this.machineClock;
    if (core.cycles > clock.cycles) clock.cycles = core.cycles;
    this.#sync();
  }

  #sync(): void {
    this.runner.advance(this.machineClock.cycles);
  }

  override setInterrupt(number: number, high: boolean): void {
    for (const core of this.cores ?? []) core.setLine(number, high);
  }

  signalEvent(): void {
    for (const core of this.cores) core.signalEvent();
  }

  wakeAt(core: Core, nanos: number): void {
    const alarm = this.machineClock.createAlarm(() => core.signalEvent());
    alarm.schedule(nanos - this.machineClock.nanos);
  }

  // --- the cores' bus -----------------------------------------------------------------------------------------

  fetchLine(core: Core, address: number): void {
    this.#readFlash(core, address, true);
  }

  #readFlash(core: Core, address: number, fetch: boolean): void {
    if (!this.#xipEnabled)
      throw new Fault(`flash ${fetch ? "fetch" : "read"} at ${hex(address)} while flash cannot be read`);
    if (core.ipsr > 0) this.traps.flashInHandler(core, address);
    if ((address & 0x02000000) === 0) core.cycles += this.xip.access(address & 0xffffff, (address & 0x01000000) === 0);
    else core.cycles += this.xip.missCycles; // the aliases without the cache
  }

  load(core: Core, address: number, bytes: 1 | 2 | 4): number {
    if (address & (bytes - 1)) throw new Fault(`unaligned read of ${bytes} bytes at ${hex(address)}`);
    const offset = (address - ramBase) >>> 0;
    if (offset < ramBytes) return view(this.#ram, offset, bytes);
    switch (address >>> 24) {
      case 0x00:
        if (address < this.#rom.length) return view(this.#romView, address, bytes);
        break;
      case 0x10:
      case 0x11:
      case 0x12:
      case 0x13:
        this.#readFlash(core, address, false);
        return view(this.#flashView, address & (this.nor.bytes.length - 1), bytes);
      case 0xd0:
        core.cycles--;
        this.#clockTo(core);
        return lane(this.#sio.read(core.index, address & 0x1fc), address, bytes);
      case 0xe0:
        if (address >>> 12 !== 0xe000e) break;
        this.#clockTo(core);
        return lane(this.#ppbs[core.index].read(address & 0xffc), address, bytes);
    }
    const value = this.#peripheral(core, address);
    if (value === undefined) throw new Fault(`read of ${hex(address)}, where there is nothing`);
    return lane(value, address, bytes);
  }

  /** Time goes on to a core's access, without the state machines. */
  #clockTo(core: Core): void {
    if (core.cycles > this.machineClock.cycles) this.machineClock.cycles = core.cycles;
  }

  #peripheral(core: Core | undefined, address: number): number | undefined {
    if (address >>> 12 === 0x50100) return view(new DataView(this.usb.dpram.buffer), address & 0xffc, 4);
    if (core) {
      this.#syncTo(core);
      if (address >>> 28 === 4) core.cycles += apbRead;
    }
    const block = this.#blocks.get((address >>> 14) << 2);
    if (block) return block.read(address & 0xffc);
    return this.findPeripheral(address)?.readUint32(address & 0xffc);
  }

  store(core: Core, address: number, bytes: 1 | 2 | 4, value: number): void {
    if (address & (bytes - 1)) throw new Fault(`unaligned write of ${bytes} bytes at ${hex(address)}`);
    const offset = (address - ramBase) >>> 0;
    if (offset < ramBytes) return put(this.#ram, offset, bytes, value);
    const word = spread(value, bytes);
    switch (address >>> 24) {
      case 0x00:
        return; // a write to ROM is lost: TinyUSB relies on that
      case 0x10:
      case 0x11:
      case 0x12:
      case 0x13:
        throw new Fault(`write to read-only memory at ${hex(address)}`);
      case 0xd0:
        core.cycles--;
        this.#clockTo(core);
        return this.#sio.write(core.index, address & 0x1fc, word);
      case 0xe0:
        if (address >>> 12 !== 0xe000e) break;
        this.#clockTo(core);
        return this.#ppbs[core.index].write(address & 0xffc, word);
    }
    if (!this.#storePeripheral(core, address, bytes, word))
      throw new Fault(`write to ${hex(address)}, where there is nothing`);
  }

  #storePeripheral(core: Core | undefined, address: number, bytes: number, word: number): boolean {
    if (address >>> 12 === 0x50100) {
      put(new DataView(this.usb.dpram.buffer), address & 0xfff, bytes, word);
      this.usb.dpramWritten(address & 0xffc);
      return true;
    }
    if (core) {
      this.#syncTo(core);
      if (address >>> 28 === 4) core.cycles += apbWrite;
    }
    const block = this.#blocks.get((address >>> 14) << 2);
    if (block) {
      writeAliased(block, address & 0x3ffc, word | 0);
      this.#afterWrite(address);
      return true;
    }
    const other = this.findPeripheral(address);
    other?.writeUint32Atomic(address & 0xffc, word >>> 0, (address & 0x3000) >> 12);
    return other !== undefined;
  }

  /** Pins that a state machine's forced instruction has written. */
  #afterWrite(address: number): void {
    if (address >>> 21 === 0x50200000 >>> 21 || address >>> 20 === 0x503) {
      this.runner.refresh();
      for (const pio of this.pioBlocks) {
        if (!pio.dirty) continue;
        pio.dirty = false;
        this.pins.update(this.cycle);
      }
      this.#servePio(address >>> 20 === 0x502 ? 0 : 1);
    }
  }

  /** A FIFO that was flushed or joined may be served. */
  #servePio(index: 0 | 1): void {
    for (let request = 0; request < 8; request++)
      if (this.#requested(8 * index + request)) this.#dma.serve(8 * index + request);
  }

  romCall(core: Core, number: number): void {
    this.#clockTo(core);
    this.#calls.perform(core, number);
  }

  codeWritten(core: Core, address: number): void {
    this.#code[((address - ramBase) >>> 0) >>> 2] = 0;
    // Where the second stage ran is stack afterwards.
    if (address >>> 8 !== bootStage2 >>> 8) this.traps.codeWritten(core, address);
  }

  stackOverflow(core: Core, limit: number): void {
    this.traps.stackOverflow(core, limit);
  }

  trap(core: Core, text: string): void {
    this.traps.report(core, text);
  }

  // --- DMA ----------------------------------------------------------------------------------------------------

  #requested(treq: number): boolean {
    if (treq >= pioRequests) return this.#dreqs.has(treq);
    const pio = this.pioBlocks[treq >> 3] as Pio;
    return pio.requests(treq & 3, (treq & 4) === 0);
  }

  #dmaRead(address: number, bytes: number): number {
    const offset = (address - ramBase) >>> 0;
    if (offset < ramBytes) return view(this.#ram, offset, bytes);
    if (address >>> 24 === 0x10 || address >>> 24 === 0x13)
      return view(this.#flashView, address & (this.nor.bytes.length - 1), bytes);
    return lane(this.#peripheral(undefined, address) ?? 0, address, bytes);
  }

  #dmaWrite(address: number, bytes: number, value: number): void {
    const offset = (address - ramBase) >>> 0;
    if (offset < ramBytes) put(this.#ram, offset, bytes, value);
    else if (address >>> 12 === 0x50200 || address >>> 12 === 0x50300)
      this.pioBlocks[address >>> 12 === 0x50200 ? 0 : 1].write(address & 0xffc, spread(value, bytes), value);
    else this.#storePeripheral(undefined, address, bytes, spread(value, bytes));
  }

  // --- the boot ROM's chip ------------------------------------------------------------------------------------

  override readUint32(address: number): number {
    return this.#dmaRead(address, 4);
  }

  scratch(index: number): number {
    return this.watchdog.scratchData[index] ?? 0;
  }

  popFifo(core: Core): number | undefined {
    return this.#sio.pop(core.index);
  }

  pushFifo(core: Core, value: number): void {
    this.#sio.push(core.index, value);
  }

  setXip(enabled: boolean): void {
    this.#xipEnabled = enabled;
    if (!enabled) this.#ssi.serial();
    for (const core of this.cores) core.forgetLine();
  }

  flushCache(): void {
    this.xip.flush();
  }

  bootloader(): void {
    this.bootloaderRequested = true;
    for (const core of this.cores) core.held = true;
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
/** rp2040js reports registers it does not know; firmware touches many of them without need. */
function ignore(): void {
  return;
}
