/** SIO: what the two cores have for themselves and between them, one cycle away (RP2350 datasheet 3.1). */
import { Mailboxes, Spinlocks } from "../mailbox";
import type { PinSource } from "../pins";

const register = {
  CPUID: 0x000,
  GPIO_IN: 0x004,
  GPIO_HI_IN: 0x008,
  GPIO_OUT: 0x010,
  GPIO_OE: 0x030,
  FIFO_ST: 0x050,
  FIFO_WR: 0x054,
  FIFO_RD: 0x058,
  SPINLOCK_ST: 0x05c,
  INTERPOLATOR: 0x080,
  SPINLOCK0: 0x100,
  DOORBELL_OUT_SET: 0x180,
  DOORBELL_OUT_CLR: 0x184,
  DOORBELL_IN_SET: 0x188,
  DOORBELL_IN_CLR: 0x18c,
} as const;

const fifoDepth = 4;
const doorbellBits = 0xff;

/** Registers that are followed by their SET, CLR and XOR, the low and the high word of pins alternating. */
type Bank = "levels" | "enables";
type Operation = 0 | 1 | 2 | 3;
const put = 0;
const set = 1;
const clear = 2;
const toggle = 3;

export interface SioPort {
  /** Levels of all pins, now. */
  pins(): number;
  pinsChanged(): void;
  /** A core's inbound FIFO, and its doorbells. */
  fifoInterrupt(core: 0 | 1, high: boolean): void;
  doorbellInterrupt(core: 0 | 1, high: boolean): void;
  /** A register that has no model here. */
  unknown(offset: number): void;
}

export class Sio implements PinSource {
  levels = 0;
  enables = 0;
  readonly fifo: Mailboxes;
  readonly #port: SioPort;
  readonly #spinlocks = new Spinlocks();
  /** Doorbells that ring at each core. */
  readonly #bells: [number, number] = [0, 0];

  constructor(port: SioPort) {
    this.#port = port;
    this.fifo = new Mailboxes(fifoDepth, (core, high) => port.fifoInterrupt(core, high));
  }

  read(core: 0 | 1, offset: number): number {
    if (offset >= register.SPINLOCK0 && offset < register.DOORBELL_OUT_SET)
      return this.#spinlocks.claim((offset - register.SPINLOCK0) >> 2);
    if (offset >= register.GPIO_OUT && offset < register.FIFO_ST) {
      const high = (offset & 4) !== 0;
      return high ? 0 : this[offset < register.GPIO_OE ? "levels" : "enables"];
    }
    switch (offset) {
      case register.CPUID:
        return core;
      case register.GPIO_IN:
        return this.#port.pins();
      case register.GPIO_HI_IN:
        return 0;
      case register.FIFO_ST:
        return this.fifo.status(core);
      case register.FIFO_RD:
        return this.fifo.read(core);
      case register.SPINLOCK_ST:
        return this.#spinlocks.taken;
      case register.DOORBELL_OUT_SET:
      case register.DOORBELL_OUT_CLR:
        return this.#bells[core === 0 ? 1 : 0];
      case register.DOORBELL_IN_SET:
      case register.DOORBELL_IN_CLR:
        return this.#bells[core];
      default:
        this.#port.unknown(offset);
        return 0;
    }
  }

  write(core: 0 | 1, offset: number, value: number): void {
    if (offset >= register.SPINLOCK0 && offset < register.DOORBELL_OUT_SET)
      return this.#spinlocks.release((offset - register.SPINLOCK0) >> 2);
    if (offset >= register.GPIO_OUT && offset < register.FIFO_ST) {
      if (offset & 4) return; // pins 32 to 47, and QSPI's: not bonded out, or the flash's
      const bank = offset < register.GPIO_OE ? "levels" : "enables";
      return this.#change(bank, (((offset - register.GPIO_OUT) % 0x20) >> 3) as Operation, value);
    }
    switch (offset) {
      case register.FIFO_WR:
        return this.fifo.write(core, value);
      case register.FIFO_ST:
        return this.fifo.clear(core, value);
      case register.DOORBELL_OUT_SET:
        return this.#ring(core === 0 ? 1 : 0, value, true);
      case register.DOORBELL_OUT_CLR:
        return this.#ring(core === 0 ? 1 : 0, value, false);
      case register.DOORBELL_IN_SET:
        return this.#ring(core, value, true);
      case register.DOORBELL_IN_CLR:
        return this.#ring(core, value, false);
      default:
        this.#port.unknown(offset);
    }
  }

  /** Coprocessor 0's MCR and MCRR: CRm 0 is OUT, 4 is OE, and one more is the high word (3.6.1). */
  coprocessorWrite(opcode: number, crm: number, low: number, high: number | undefined): void {
    const bank: Bank = crm < 4 ? "levels" : "enables";
    if (opcode < 4) {
      const operation = [put, toggle, set, clear][opcode] as Operation;
      if ((crm & 3) === 0) this.#change(bank, operation, low);
      return;
    }
    if (opcode < 8) return this.#changePin(bank, opcode - 4, low, high);
    // MCRR of a value, and of the index of the word that it is for
    if (high === 0) this.#change(bank, [put, toggle, set, clear][opcode - 8] as Operation, low);
  }

  /** One pin: 4 puts a level, 5 to 7 toggle, set or clear it, with MCRR only where bit 0 of the second word is set. */
  #changePin(bank: Bank, operation: number, pin: number, value: number | undefined): void {
    const bit = pin < 32 ? 1 << pin : 0;
    if (operation === 0) return this.#change(bank, (value ?? 0) & 1 ? set : clear, bit);
    if (value !== undefined && (value & 1) === 0) return;
    this.#change(bank, [toggle, set, clear][operation - 1] as Operation, bit);
  }

  /** Coprocessor 0's MRC: OUT, OE and IN. */
  coprocessorRead(crm: number): number {
    if (crm & 3) return 0;
    return crm === 0 ? this.levels : crm === 4 ? this.enables : this.#port.pins();
  }

  #change(bank: Bank, operation: Operation, value: number): void {
    const old = this[bank];
    this[bank] = [value, old | value, old & ~value, old ^ value][operation] as number;
    if (this[bank] !== old) this.#port.pinsChanged();
  }

  #ring(core: 0 | 1, bells: number, on: boolean): void {
    this.#bells[core] = on ? this.#bells[core] | (bells & doorbellBits) : this.#bells[core] & ~bells;
    this.#port.doorbellInterrupt(core, this.#bells[core] !== 0);
  }
}
