/** SIO: what the two cores have for themselves and between them, one cycle away (RP2040 datasheet 2.3.1). */
import { Mailboxes, Spinlocks } from "../mailbox";
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

/** What each core has for itself. */
interface View {
  divider: Divider;
  interpolators: Interpolators;
}

export class Sio implements PinSource {
  levels = 0;
  enables = 0;
  readonly fifo: Mailboxes;
  readonly #port: SioPort;
  readonly #views: readonly [View, View];
  readonly #spinlocks = new Spinlocks();
  #qspiLevels = 0;
  #qspiEnables = 0;

  constructor(port: SioPort, interpolators: [Interpolators, Interpolators]) {
    this.#port = port;
    this.fifo = new Mailboxes(fifoDepth, (core, high) => port.interrupt(core, high));
    const view = (core: 0 | 1): View => ({
      divider: new Divider(),
      interpolators: interpolators[core],
    });
    this.#views = [view(0), view(1)];
  }

  read(core: 0 | 1, offset: number): number {
    const view = this.#views[core];
    if (offset >= register.SPINLOCK0) return this.#spinlocks.claim((offset - register.SPINLOCK0) >> 2);
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
        return this.fifo.status(core);
      case register.FIFO_RD:
        return this.fifo.read(core);
      case register.SPINLOCK_ST:
        return this.#spinlocks.taken;
      default:
        return 0;
    }
  }

  write(core: 0 | 1, offset: number, value: number): void {
    const view = this.#views[core];
    if (offset >= register.SPINLOCK0) this.#spinlocks.release((offset - register.SPINLOCK0) >> 2);
    else if (offset >= register.INTERPOLATOR) view.interpolators.writeUint32(offset, value);
    else if (offset >= register.DIVIDER) view.divider.write(offset - register.DIVIDER, value);
    else if (offset === register.FIFO_WR) this.fifo.write(core, value);
    else if (offset === register.FIFO_ST) this.fifo.clear(core, value);
    else this.#writeGpio(offset, value);
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
}
