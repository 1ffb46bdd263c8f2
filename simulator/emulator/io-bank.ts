/**
 * IO_BANK0 and PADS_BANK0: functions, overrides, edges and pulls of the GPIOs (RP2040 datasheet 2.19.6, RP2350
 * datasheet 9.11).
 */
import type { Block } from "./block";
import type { Pins } from "./pins";

/** Where the two chips differ. */
export interface IoLayout {
  /** Pins that have registers; more than are bonded out. */
  registers: number;
  /** Offset of INTR0. */
  interrupts: number;
  /** Bit positions of OUTOVER and OEOVER in GPIOx_CTRL, and of all copies of a level in GPIOx_STATUS. */
  outover: number;
  oeover: number;
  status: { out: number; oe: number; in: number };
  /** PADS_BANK0: a pad's value after a reset, and its bit of isolation (0: it has none). */
  resetPad: number;
  isolate: number;
}

export const rp2040Io: IoLayout = {
  registers: 30,
  interrupts: 0xf0,
  outover: 8,
  oeover: 12,
  status: { out: 0x300, oe: 0x3000, in: 0xa0000 },
  resetPad: 0x56, // input enabled, 4 mA, pull-down, Schmitt trigger
  isolate: 0,
};

export const rp2350Io: IoLayout = {
  registers: 48,
  interrupts: 0x230,
  outover: 12,
  oeover: 14,
  status: { out: 0x200, oe: 0x2000, in: 0x20000 },
  resetPad: 0x116, // isolated, 4 mA, pull-down, Schmitt trigger
  isolate: 0x100,
};

const group = { INTR: 0, INTE: 1, INTF: 2, INTS: 3 } as const;
const pad = { pullUp: 1 << 3, input: 1 << 6 } as const;
const levelLow = 1;
const levelHigh = 2;
const edgeLow = 4;
const edgeHigh = 8;

export class IoBank implements Block {
  readonly #layout: IoLayout;
  readonly #pins: Pins;
  readonly #update: () => void;
  readonly #interrupt: (core: 0 | 1, high: boolean) => void;
  readonly #ctrl: Uint32Array;
  /** Edges since they were cleared, a bit a pin. */
  #fell = 0;
  #rose = 0;
  /** Whether any pin may interrupt. */
  #watched = false;
  /** INTE and INTF of each core, four bits a pin. */
  readonly #enabled: [Uint8Array, Uint8Array];
  readonly #forced: [Uint8Array, Uint8Array];

  /** `update` is called when the multiplexer has changed. */
  constructor(layout: IoLayout, pins: Pins, update: () => void, interrupt: (core: 0 | 1, high: boolean) => void) {
    this.#layout = layout;
    this.#pins = pins;
    this.#update = update;
    this.#interrupt = interrupt;
    this.#ctrl = new Uint32Array(layout.registers).fill(0x1f);
    this.#enabled = [new Uint8Array(layout.registers + 2), new Uint8Array(layout.registers + 2)];
    this.#forced = [new Uint8Array(layout.registers + 2), new Uint8Array(layout.registers + 2)];
    pins.onChange = (changed) => this.#edge(changed);
  }

  reset(): void {
    for (let pin = 0; pin < this.#pins.count; pin++) this.write(8 * pin + 4, 0x1f, 0x1f);
    for (const list of [...this.#enabled, ...this.#forced]) list.fill(0);
    this.#fell = this.#rose = 0;
    this.#watched = false;
    this.#raise();
  }

  read(offset: number): number {
    if (offset < 8 * this.#layout.registers) {
      const pin = offset >> 3;
      if (offset & 4) return this.#ctrl[pin] as number;
      if (pin >= this.#pins.count) return 0;
      const { status } = this.#layout;
      const level = (this.#pins.levels >>> pin) & 1;
      const driven = (this.#pins.driven >>> pin) & 1;
      return ((level & driven) * status.out) | (driven * status.oe) | (level * status.in);
    }
    if (offset < this.#layout.interrupts) return 0;
    const { core, kind, first } = this.#place(offset);
    let word = 0;
    for (let i = 7; i >= 0; i--) word = (word << 4) | this.#bits(core, kind, first + i);
    return word;
  }

  write(offset: number, value: number, raw: number): void {
    const { registers, outover, oeover, interrupts } = this.#layout;
    if (offset < 8 * registers) {
      if ((offset & 4) === 0) return;
      const pin = offset >> 3;
      this.#ctrl[pin] = value;
      if (pin >= this.#pins.count) return;
      this.#pins.select(pin, value & 0x1f, (value >> outover) & 3, (value >> oeover) & 3);
      return this.#update();
    }
    if (offset < interrupts) return;
    const { core, kind, first } = this.#place(offset);
    for (let i = 0; i < 8; i++) {
      const bits = (value >>> (4 * i)) & 15;
      if (kind === group.INTR) this.#clear(first + i, raw >>> (4 * i));
      else if (kind === group.INTE) this.#enabled[core][first + i] = bits;
      else if (kind === group.INTF) this.#forced[core][first + i] = bits;
    }
    this.#watched = this.#enabled.some((pins) => pins.some((bits) => bits !== 0));
    this.#raise();
  }

  #edge(changed: number): void {
    this.#rose |= changed & this.#pins.levels;
    this.#fell |= changed & ~this.#pins.levels;
    if (this.#watched) this.#raise();
  }

  #clear(pin: number, bits: number): void {
    if (bits & edgeLow) this.#fell &= ~(1 << pin);
    if (bits & edgeHigh) this.#rose &= ~(1 << pin);
  }

  #bits(core: 0 | 1, kind: number, pin: number): number {
    const edges = ((this.#fell >>> pin) & 1) * edgeLow + ((this.#rose >>> pin) & 1) * edgeHigh;
    const raw = edges | ((this.#pins.levels >>> pin) & 1 ? levelHigh : levelLow);
    const enabled = this.#enabled[core][pin] as number;
    const forced = this.#forced[core][pin] as number;
    return [raw, enabled, forced, (raw & enabled) | forced][kind] as number;
  }

  #raise(): void {
    for (const core of [0, 1] as const) {
      let high = false;
      for (let pin = 0; pin < this.#pins.count && !high; pin++) high = this.#bits(core, group.INTS, pin) !== 0;
      this.#interrupt(core, high);
    }
  }

  /** INTR, 8 pins a register, then INTE, INTF and INTS for each core. */
  #place(offset: number): { core: 0 | 1; kind: number; first: number } {
    const { interrupts, registers } = this.#layout;
    const each = Math.ceil(registers / 8);
    const word = (offset - interrupts) >> 2;
    const which = Math.floor(word / each);
    const first = (word % each) * 8;
    if (which === 0) return { core: 0, kind: group.INTR, first };
    return { core: which <= 3 ? 0 : 1, kind: 1 + ((which - 1) % 3), first };
  }
}

export class Pads implements Block {
  readonly #layout: IoLayout;
  readonly #pins: Pins;
  readonly #update: () => void;
  readonly #pads: Uint32Array;
  #voltage = 0;

  constructor(layout: IoLayout, pins: Pins, update: () => void) {
    this.#layout = layout;
    this.#pins = pins;
    this.#update = update;
    this.#pads = new Uint32Array(layout.registers + 2);
    this.#pads.fill(layout.resetPad);
    for (let pin = 0; pin < pins.count; pin++) this.#apply(pin, layout.resetPad);
  }

  reset(): void {
    for (let pin = 0; pin < this.#layout.registers; pin++) this.write(4 + 4 * pin, this.#layout.resetPad);
  }

  read(offset: number): number {
    return offset === 0 ? this.#voltage : (this.#pads[(offset >> 2) - 1] ?? 0);
  }

  write(offset: number, value: number): void {
    if (offset === 0) {
      this.#voltage = value & 1;
      return;
    }
    const pin = (offset >> 2) - 1;
    this.#pads[pin] = value;
    if (pin >= this.#pins.count) return;
    this.#apply(pin, value);
    this.#update();
  }

  #apply(pin: number, value: number): void {
    this.#pins.pullUp(pin, (value & pad.pullUp) !== 0);
    this.#pins.enableInput(pin, (value & pad.input) !== 0);
    this.#pins.isolate(pin, (value & this.#layout.isolate) !== 0);
  }
}
