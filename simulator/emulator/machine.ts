/** What both chips have around their cores: time, PIO, DMA, USB, pins, flash and the buses to all of them. */
import { Pio, type PioVersion } from "../pio/pio";
import { PioRunner } from "../pio/runner";
import { StorageBlock, type Block } from "./block";
import { memoryPage, Pages, registers, type Region, type Width } from "./bus";
import { MachineClock } from "./clock";
import type { BusCore, MachineCore } from "./core";
import { Dma, type DmaLayout } from "./dma";
import { Fault } from "./fault";
import type { I2c } from "./i2c";
import { hex, put, spread, view } from "./lanes";
import type { NorFlash } from "./nor-flash";
import { Pins, type PinSource } from "./pins";
import { Traps } from "./traps";
import { UsbController } from "./usb/controller";
import { XipCache } from "./xip-cache";

/** The chips, by the name of their UF2 family. */
export type ChipName = "rp2040" | "rp2350";

/** Where the two chips differ in what they share. */
export interface MachineLayout {
  ramBytes: number;
  /** From which the chip boots, in Hz. */
  ringOscillator: number;
  pins: number;
  pioBlocks: number;
  pioVersion: PioVersion;
  dma: DmaLayout;
  /** The first interrupt of each block. */
  irq: { usb: number; pio: number; dma: number };
  /** Bits of an interrupt's priority. */
  priorityBits: number;
  /** Whether the USB PHY is cut off after a reset. */
  phyIsolated: boolean;
  /** Addresses of blocks that both have. */
  address: { dma: number; usb: number; pio: number };
}

export const ramBase = 0x20000000;
/** Wait states of the APB bridge (RP2040 datasheet 2.1.4). */
const apbRead = 2;
const apbWrite = 3;
/** Cycles for which a core runs before the other one and the peripherals catch up, and when the other one sleeps. */
const slice = 64;
const aloneSlice = 256;
/** The multiplexer's functions that are the same on both chips. */
const pioFunction = 6;
/** Data requests of a PIO block: transmit first. */
const pioRequests = 8;

export abstract class Machine {
  abstract readonly cores: readonly [MachineCore, MachineCore];
  abstract readonly i2c: readonly [I2c, I2c];
  readonly layout: MachineLayout;
  readonly clock: MachineClock;
  readonly nor: NorFlash;
  readonly ram: Uint8Array<ArrayBuffer>;
  readonly traps = new Traps();
  readonly pins: Pins;
  readonly pioBlocks: readonly Pio[];
  readonly usb: UsbController;
  readonly xip = new XipCache();
  readonly runner: PioRunner;
  readonly dma: Dma;
  /** State machines were enabled or disabled. */
  onMachines: (() => void) | undefined;
  /** Set when the chip resets itself, or goes to its bootloader. */
  resetRequested = false;
  bootloaderRequested = false;
  /** Whether flash can be read. */
  protected xipEnabled = false;
  /** What drives pins, by number of the multiplexer's function. */
  protected readonly sources = new Map<number, PinSource>();
  protected readonly pages = new Pages();
  protected readonly regions: Region[];
  readonly #ramView: DataView;
  readonly #flashView: DataView;

  constructor(layout: MachineLayout, nor: NorFlash) {
    this.layout = layout;
    this.clock = new MachineClock(layout.ringOscillator);
    this.nor = nor;
    this.ram = new Uint8Array(layout.ramBytes);
    this.#ramView = new DataView(this.ram.buffer);
    this.#flashView = new DataView(nor.bytes.buffer, nor.bytes.byteOffset, nor.bytes.length);
    this.pioBlocks = Array.from({ length: layout.pioBlocks }, (_, index) => this.#pio(index));
    this.pioBlocks.forEach((pio, index) => this.sources.set(pioFunction + index, pio.pins));
    this.pins = new Pins(layout.pins, this.sources);
    this.runner = new PioRunner(this.pioBlocks, (time) => this.pins.update(time));
    this.dma = new Dma(layout.dma, {
      read: (address, bytes) => this.#dmaRead(address, bytes as Width),
      write: (address, bytes, value) => this.#dmaWrite(address, bytes as Width, value),
      requested: (treq) => this.#requested(treq),
      interrupt: (line, high) => this.setInterrupt(layout.irq.dma + line, high),
    });
    this.usb = new UsbController((high) => this.setInterrupt(layout.irq.usb, high), layout.phyIsolated);
    this.regions = new Array<Region>(256).fill(this.#peripherals());
    this.#map();
  }

  #pio(index: number): Pio {
    return new Pio(
      {
        now: () => Math.max(this.cycle, this.runner.time), // machines may run ahead of sleeping cores
        inputs: () => this.pins.inputs,
        interrupt: (line, high) => this.setInterrupt(this.layout.irq.pio + 2 * index + line, high),
        request: (machine, transmit) => this.dma.serve(pioRequests * index + (transmit ? 0 : 4) + machine),
        enablesChanged: () => {
          this.runner?.refresh();
          this.onMachines?.();
        },
        neighbour: (by) => this.pioBlocks[(index + by + this.pioBlocks.length) % this.pioBlocks.length] as Pio,
      },
      this.layout.pioVersion,
    );
  }

  #map(): void {
    const { address } = this.layout;
    this.mapBlock(address.dma, this.dma);
    this.pages.map(
      address.usb,
      memoryPage(this.usb.dpram, (offset) => this.usb.dpramWritten(offset)),
    );
    this.mapBlock(address.usb + 0x10000, this.usb);
    this.pioBlocks.forEach((pio, index) => {
      this.pages.map(
        address.pio + 0x100000 * index,
        registers(pio, () => this.#pioWritten(index)),
      );
    });
  }

  protected mapBlock(address: number, block: Block): void {
    this.pages.map(address, registers(block));
  }

  /** Registers that nothing in here follows. */
  protected mapStorage(address: number, fixed: Record<number, number> = {}): void {
    this.mapBlock(address, new StorageBlock(fixed));
  }

  /** The system clock's cycle count. */
  get cycle(): number {
    return this.clock.cycles;
  }

  /** Nanoseconds since power-on. */
  get now(): number {
    return this.clock.nanos;
  }

  /** Powers the cores; to be called once, before the first run. */
  abstract start(): void;

  /** After a reset that is no power-on: takes over what outlives it. To be called before start(). */
  survive(previous: Machine): void {
    this.ram.set(previous.ram);
  }

  // --- time ---------------------------------------------------------------------------------------------------

  /** Runs until a time in nanoseconds; ends early when the chip resets itself or leaves for its bootloader. */
  runUntil(nanos: number): void {
    const clock = this.clock;
    const [core0, core1] = this.cores;
    while (!this.resetRequested && !this.bootloaderRequested) {
      const start = clock.cycles;
      const limit = clock.cyclesAt(Math.min(nanos, clock.nextAlarm));
      if (limit > start) {
        const resting = (core0.waiting && !core0.attention ? 1 : 0) + (core1.waiting && !core1.attention ? 1 : 0);
        if (resting === 2 && !this.dma.active) this.#rest(limit);
        else {
          const end = Math.min(limit, start + (resting === 0 ? slice : aloneSlice));
          core0.run(end);
          core1.run(end);
          clock.cycles = Math.max(clock.cycles, end);
          this.runner.advance(clock.cycles);
          if (this.dma.active) this.dma.advance(clock.cycles - start);
        }
      }
      clock.fire();
      if (clock.nanos >= nanos - 1e-3) break;
    }
  }

  /** Both cores sleep: only state machines and what they move by DMA can wake one before the limit. */
  #rest(limit: number): void {
    const [core0, core1] = this.cores;
    const rested = () => core0.attention || core1.attention || !core0.waiting || !core1.waiting || this.dma.active;
    const end = this.runner.idle ? limit : this.runner.advance(limit, rested);
    this.clock.cycles = end;
    core0.run(end);
    core1.run(end);
  }

  /** Time goes on to a core's access, without the state machines. */
  protected clockTo(core: BusCore): void {
    if (core.cycles > this.clock.cycles) this.clock.cycles = core.cycles;
  }

  /** Brings the state machines to the present. */
  protected sync(): void {
    this.runner.advance(this.clock.cycles);
  }

  setInterrupt(number: number, high: boolean): void {
    for (const core of this.cores ?? []) core.setLine(number, high);
  }

  signalEvent(): void {
    for (const core of this.cores) core.signalEvent();
  }

  wakeAt(core: BusCore, nanos: number): void {
    const alarm = this.clock.createAlarm(() => core.signalEvent());
    alarm.schedule(nanos - this.clock.nanos);
  }

  // --- the cores' bus -----------------------------------------------------------------------------------------

  load(core: BusCore, address: number, bytes: Width): number {
    const offset = (address - ramBase) >>> 0;
    if (offset <= this.ram.length - bytes) return view(this.#ramView, offset, bytes);
    return (this.regions[address >>> 24] as Region).load(core, address, bytes);
  }

  store(core: BusCore, address: number, bytes: Width, value: number): void {
    const offset = (address - ramBase) >>> 0;
    if (offset <= this.ram.length - bytes) put(this.#ramView, offset, bytes, value);
    else (this.regions[address >>> 24] as Region).store(core, address, bytes, value);
  }

  /** Everything but memories and what belongs to a core. */
  #peripherals(): Region {
    const nothing = (what: string, address: number) => new Fault(`${what} ${hex(address)}, where there is nothing`);
    return {
      load: (core, address, bytes) => {
        const page = this.pages.at(address);
        if (!page) throw nothing("read of", address);
        if (page.trouble !== undefined) this.trap(core, page.trouble);
        this.clockTo(core);
        this.sync();
        if (address >>> 28 === 4) core.cycles += apbRead;
        return page.read(address, bytes);
      },
      store: (core, address, bytes, value) => {
        const page = this.pages.at(address);
        if (!page) throw nothing("write to", address);
        if (page.trouble !== undefined) this.trap(core, page.trouble);
        this.clockTo(core);
        this.sync();
        if (address >>> 28 === 4) core.cycles += apbWrite;
        page.write(address, bytes, value);
      },
    };
  }

  /** A window to flash; `wait` is what an access costs in cycles. */
  protected flashWindow(wait: (address: number) => number): Region {
    return {
      load: (core, address, bytes) => {
        this.readsFlash(core, address, "read");
        core.cycles += wait(address);
        return view(this.#flashView, address & (this.nor.bytes.length - 1), bytes);
      },
      store: (_, address) => {
        throw new Fault(`write to read-only memory at ${hex(address)}`);
      },
    };
  }

  /** Throws when flash cannot be read, and tells of a handler that must not. */
  protected readsFlash(core: BusCore, address: number, what: "read" | "fetch"): void {
    if (!this.xipEnabled) throw new Fault(`flash ${what} at ${hex(address)} while flash cannot be read`);
    if (core.ipsr > 0) this.traps.flashInHandler(core, address, what);
  }

  stackOverflow(core: BusCore, limit: number): void {
    this.traps.stackOverflow(core, limit);
  }

  trap(core: BusCore, text: string): void {
    this.traps.report(core, text);
  }

  // --- PIO and DMA --------------------------------------------------------------------------------------------

  /** Pins that a state machine's forced instruction has written; a FIFO that was flushed or joined may be served. */
  #pioWritten(index: number): void {
    this.runner.refresh();
    for (const pio of this.pioBlocks) {
      if (!pio.dirty) continue;
      pio.dirty = false;
      this.pins.update(this.cycle);
    }
    for (let request = pioRequests * index; request < pioRequests * (index + 1); request++)
      if (this.#requested(request)) this.dma.serve(request);
  }

  /** Level of a data request that is not of a PIO block. */
  protected abstract serialRequested(treq: number): boolean;

  #requested(treq: number): boolean {
    const pio = this.pioBlocks[Math.floor(treq / pioRequests)];
    return pio ? pio.requests(treq & 3, (treq & 4) === 0) : this.serialRequested(treq);
  }

  #dmaRead(address: number, bytes: Width): number {
    const offset = (address - ramBase) >>> 0;
    if (offset < this.ram.length) return view(this.#ramView, offset, bytes);
    if (address >>> 26 === 0x10000000 >>> 26)
      return view(this.#flashView, address & (this.nor.bytes.length - 1), bytes);
    return this.pages.at(address)?.read(address, bytes) ?? 0;
  }

  #dmaWrite(address: number, bytes: Width, value: number): void {
    const offset = (address - ramBase) >>> 0;
    if (offset < this.ram.length) {
      put(this.#ramView, offset, bytes, value);
      return;
    }
    const pio = this.pioBlocks[(address - this.layout.address.pio) >>> 20];
    if (pio && (address & 0xff000) === 0) pio.write(address & 0xffc, spread(value, bytes), value);
    else this.pages.at(address)?.write(address, bytes, value);
  }

  // --- for the boot ROM ---------------------------------------------------------------------------------------

  flushCache(): void {
    this.xip.flush();
  }

  bootloader(): void {
    this.bootloaderRequested = true;
    for (const core of this.cores) core.held = true;
  }
}
