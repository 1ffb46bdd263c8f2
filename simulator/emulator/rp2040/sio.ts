/** SIO: what the two cores have for themselves and between them, one cycle away (RP2040 datasheet 2.3.1). */
import type { PinSource } from "../pins";
import { Divider } from "./divider";

const register = {
  CPUID: 0x000,
  GPIO_IN: 0x004,
  GPIO_HI_IN: 0x008,
  GPIO_OUT: 0x010,
  GPIO_OE: 0x020,
  GPIO_HI_OUT: 0x030,
  GPIO_HI_OE: 0x040,
  FIFO_ST: 0x050,
  FIFO_WR: 0x054,
  FIFO_RD: 0x058,
  SPINLOCK_ST: 0x05c,
  DIVIDER: 0x060,
  INTERPOLATOR: 0x080,
  SPINLOCK0: 0x100,
} as const;

const fifoDepth = 8;
const fifo = { valid: 1, ready: 2, overflow: 4, underflow: 8 } as const;
const gpioMask = 0x3fffffff;

/** The interpolators of one core. */
export interface Interpolators {
  readUint32(offset: number): number;
  writeUint32(offset: number, value: number): void;
}

export interface SioPort {
  /** Levels of all pins, now. */
  pins(): number;
  pinsChanged(): void;
  /** Interrupt of a core's inbound FIFO: 15 of core 0, 16 of core 1. */
  interrupt(core: 0 | 1, high: boolean): void;
}

interface View {
  /** Words on their way to this core. */
  inbox: number[];
  /** FIFO_ST's sticky errors: overflow of what it wrote, underflow of what it read. */
  errors: number;
  divider: Divider;
  interpolators: Interpolators;
}

export class Sio implements PinSource {
  levels = 0;
  enables = 0;
  readonly #port: SioPort;
  readonly #views: readonly [View, View];
  #spinlocks = 0;
  #qspiLevels = 0;
  #qspiEnables = 0;

  constructor(port: SioPort, interpolators: [Interpolators, Interpolators]) {
    this.#port = port;
    const view = (core: 0 | 1): View => ({
      inbox: [],
      errors: 0,
      divider: new Divider(),
      interpolators: interpolators[core],
    });
    this.#views = [view(0), view(1)];
  }

  /** The oldest word for a core. */
  pop(core: 0 | 1): number | undefined {
    const word = this.#views[core].inbox.shift();
    this.#interrupt(core);
    return word;
  }

  /** A word from a core to the other one; false when the FIFO is full. */
  push(core: 0 | 1, word: number): boolean {
    const to = core === 0 ? 1 : 0;
    const { inbox } = this.#views[to];
    if (inbox.length >= fifoDepth) return false;
    inbox.push(word);
    this.#interrupt(to);
    return true;
  }

  read(core: 0 | 1, offset: number): number {
    const view = this.#views[core];
    if (offset >= register.SPINLOCK0) return this.#claim((offset - register.SPINLOCK0) >> 2);
    if (offset >= register.INTERPOLATOR) return view.interpolators.readUint32(offset);
    if (offset >= register.DIVIDER) return view.divider.read(offset - register.DIVIDER);
    switch (offset) {
      case register.CPUID:
        return core;
      case register.GPIO_IN:
        return this.#port.pins();
      case register.GPIO_HI_IN:
        return this.#qspiLevels & this.#qspiEnables;
      case register.GPIO_OUT:
        return this.levels;
      case register.GPIO_OE:
        return this.enables;
      case register.GPIO_HI_OUT:
        return this.#qspiLevels;
      case register.GPIO_HI_OE:
        return this.#qspiEnables;
      case register.FIFO_ST:
        return this.#status(core);
      case register.FIFO_RD: {
        const word = this.pop(core);
        if (word === undefined) view.errors |= fifo.underflow;
        this.#interrupt(core);
        return word ?? 0;
      }
      case register.SPINLOCK_ST:
        return this.#spinlocks;
      default:
        return 0;
    }
  }

  write(core: 0 | 1, offset: number, value: number): void {
    const view = this.#views[core];
    if (offset >= register.SPINLOCK0) {
      this.#spinlocks &= ~(1 << ((offset - register.SPINLOCK0) >> 2));
    } else if (offset >= register.INTERPOLATOR) view.interpolators.writeUint32(offset, value);
    else if (offset >= register.DIVIDER) view.divider.write(offset - register.DIVIDER, value);
    else if (offset === register.FIFO_WR) {
      if (!this.push(core, value)) view.errors |= fifo.overflow;
      this.#interrupt(core);
    } else if (offset === register.FIFO_ST) {
      view.errors &= ~value;
      this.#interrupt(core);
    } else this.#writeGpio(offset, value);
  }

  /** Each register is followed by its SET, CLR and XOR aliases. */
  #writeGpio(offset: number, value: number): void {
    const combine = (old: number) => [value, old | value, old & ~value, old ^ value][(offset >> 2) & 3] as number;
    switch (offset & ~15) {
      case register.GPIO_OUT:
        this.levels = combine(this.levels) & gpioMask;
        return this.#port.pinsChanged();
      case register.GPIO_OE:
        this.enables = combine(this.enables) & gpioMask;
        return this.#port.pinsChanged();
      case register.GPIO_HI_OUT:
        this.#qspiLevels = combine(this.#qspiLevels) & 0x3f;
        return;
      case register.GPIO_HI_OE:
        this.#qspiEnables = combine(this.#qspiEnables) & 0x3f;
    }
  }

  /** Reading a spinlock claims it: 0 when it was taken, its own bit otherwise (2.3.1.3). */
  #claim(lock: number): number {
    const bit = 1 << lock;
    if (this.#spinlocks & bit) return 0;
    this.#spinlocks |= bit;
    return bit;
  }

  #status(core: 0 | 1): number {
    const outbox = this.#views[core === 0 ? 1 : 0].inbox;
    return (
      (this.#views[core].inbox.length > 0 ? fifo.valid : 0) |
      (outbox.length < fifoDepth ? fifo.ready : 0) |
      this.#views[core].errors
    );
  }

  #interrupt(core: 0 | 1): void {
    const { inbox, errors } = this.#views[core];
    this.#port.interrupt(core, inbox.length > 0 || errors !== 0);
  }
}
