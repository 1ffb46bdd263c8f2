/** IO_BANK0 and PADS_BANK0: functions, overrides, edges and pulls of the GPIOs (RP2040 datasheet 2.19.6). */
import type { Block } from "../block";
import type { Pins } from "../pins";

const interrupts = 0xf0;
const perCore = 0x30;
const group = { INTR: 0, INTE: 1, INTF: 2, INTS: 3 } as const;
const resetPad = 0x56; // input enabled, 4 mA, pull-down, Schmitt trigger
const levelLow = 1;
const levelHigh = 2;
const edgeLow = 4;
const edgeHigh = 8;

export class IoBank implements Block {
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
  constructor(pins: Pins, update: () => void, interrupt: (core: 0 | 1, high: boolean) => void) {
    this.#pins = pins;
    this.#update = update;
    this.#interrupt = interrupt;
    this.#ctrl = new Uint32Array(pins.count).fill(0x1f);
    this.#enabled = [new Uint8Array(32), new Uint8Array(32)];
    this.#forced = [new Uint8Array(32), new Uint8Array(32)];
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
    if (offset < 8 * this.#pins.count) {
      const pin = offset >> 3;
      if (offset & 4) return this.#ctrl[pin] as number;
      const level = (this.#pins.levels >>> pin) & 1;
      const driven = (this.#pins.driven >>> pin) & 1;
      return ((level & driven) * 0x300) | (driven * 0x3000) | (level * 0xa0000);
    }
    const { core, kind, first } = place(offset);
    let word = 0;
    for (let i = 7; i >= 0; i--) word = (word << 4) | this.#bits(core, kind, first + i);
    return word;
  }

  write(offset: number, value: number, raw: number): void {
    if (offset < 8 * this.#pins.count) {
      if ((offset & 4) === 0) return;
      this.#ctrl[offset >> 3] = value;
      this.#pins.select(offset >> 3, value & 0x1f, (value >> 8) & 3, (value >> 12) & 3);
      return this.#update();
    }
    const { core, kind, first } = place(offset);
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
}

/** INTR0 to INTR3, then INTE, INTF and INTS for each core. */
function place(offset: number): { core: 0 | 1; kind: number; first: number } {
  const at = offset - interrupts;
  const first = ((offset >> 2) & 3) * 8;
  if (at < 0x10) return { core: 0, kind: group.INTR, first };
  const core = at - 0x10 < perCore ? 0 : 1;
  return { core, kind: 1 + (((at - 0x10) % perCore) >> 4), first };
}

export class Pads implements Block {
  readonly #pins: Pins;
  readonly #update: () => void;
  readonly #pads: Uint32Array;
  #voltage = 0;

  constructor(pins: Pins, update: () => void) {
    this.#pins = pins;
    this.#update = update;
    this.#pads = new Uint32Array(pins.count + 2).fill(resetPad);
  }

  reset(): void {
    for (let pin = 0; pin < this.#pins.count; pin++) this.write(4 + 4 * pin, resetPad);
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
    this.#pins.pullUp(pin, (value & 8) !== 0);
    this.#update();
  }
}
