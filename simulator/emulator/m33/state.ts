/** A Cortex-M33's registers (Armv8-M B3.5): in typed arrays, so that translated blocks reach them at fixed addresses. */
import { counter, word } from "./emitter";
import { controlled } from "./single";

/** Numbers of MRS and MSR (Armv8-M C2.4.109, SYSm). */
const sysm = {
  msp: 8,
  psp: 9,
  msplim: 10,
  psplim: 11,
  primask: 16,
  basepri: 17,
  basepriMax: 18,
  faultmask: 19,
  control: 20,
} as const;

const sp = 13;
/** FPSCR's place behind S0 to S31. */
export const fpscrPlace = 32;
/** Coprocessor 10 is the float unit. */
const floatUnit = 10;

export class State {
  /** r0 to r12, SP, LR and PC, then what `word` lists; between blocks and in calls of the bus all are up to date but PC. */
  readonly registers = new Int32Array(word.count);
  /** S0 to S31 and FPSCR, as words and as numbers. */
  readonly floatWords = new Int32Array(fpscrPlace + 1);
  readonly floats = new Float32Array(this.floatWords.buffer);
  protected readonly counters = new Float64Array(counter.count);
  /** The stack pointer that is not in use. */
  bankedSp = 0;
  primask = false;
  faultmask = false;
  /** 0 to 15; 0 masks nothing. */
  basepri = 0;
  processStack = false;
  privileged = true;
  /** CONTROL.FPCA and SFPA: the code that runs has used float registers. */
  floatContext = false;
  ipsr = 0;
  itState = 0;
  attention = false;
  /** MSPLIM and PSPLIM. */
  msplim = 0;
  psplim = 0;
  cpacr = 0;
  fpccr = 0xc0000000 | 0;
  fpdscr = 0;
  #stackLimit = 0;
  #processStackLimit = 0;

  get cycles(): number {
    return this.counters[counter.cycles] as number;
  }

  set cycles(value: number) {
    this.counters[counter.cycles] = value;
  }

  get instructions(): number {
    return this.counters[counter.instructions] as number;
  }

  set instructions(value: number) {
    this.counters[counter.instructions] = value;
  }

  get stackLimit(): number {
    return this.#stackLimit;
  }

  set stackLimit(value: number) {
    this.#stackLimit = value;
    this.updateLimit();
  }

  get processStackLimit(): number {
    return this.#processStackLimit;
  }

  set processStackLimit(value: number) {
    this.#processStackLimit = value;
    this.updateLimit();
  }

  /** What may interrupt the core has changed: that is looked at before the next block. */
  reconsider(): void {
    this.attention = true;
    this.counters[counter.until] = -1;
  }

  protected updateLimit(): void {
    const limit = this.processStack
      ? Math.max(this.psplim, this.#processStackLimit)
      : Math.max(this.msplim, this.#stackLimit);
    this.registers[word.limit] = limit;
  }

  /** Whether CPACR lets privileged code use a coprocessor. */
  enabledCoprocessor(number: number): boolean {
    const access = (this.cpacr >>> (2 * number)) & 3;
    return access === 3 || (access === 1 && this.privileged);
  }

  updateFloat(): void {
    const automatic = this.fpccr < 0; // FPCCR.ASPEN
    const ready = this.enabledCoprocessor(floatUnit) && (this.floatContext || !automatic);
    this.registers[word.fpActive] = ready ? 1 : 0;
  }

  get floatUnitEnabled(): boolean {
    return this.enabledCoprocessor(floatUnit);
  }

  get fpscr(): number {
    return this.floatWords[fpscrPlace] as number;
  }

  /** Arithmetic is other than the default. */
  get floatControlled(): boolean {
    return ((this.floatWords[fpscrPlace] as number) & controlled) !== 0;
  }

  writeFpscr(value: number): void {
    this.floatWords[fpscrPlace] = value & 0xf7c0009f;
  }

  get apsr(): number {
    const r = this.registers;
    return (
      ((r[word.n] as number) & 0x80000000) |
      (r[word.z] === 0 ? 1 << 30 : 0) |
      ((r[word.c] as number) << 29) |
      (((r[word.v] as number) >>> 31) << 28) |
      ((r[word.q] as number) << 27) |
      ((r[word.ge] as number) << 16)
    );
  }

  get xpsr(): number {
    return this.apsr | (1 << 24) | ((this.itState & 3) << 25) | ((this.itState & 0xfc) << 8) | this.ipsr;
  }

  /** Bit 1 of `mask` writes N, Z, C, V and Q, bit 0 GE. */
  setApsr(value: number, mask = 3): void {
    const r = this.registers;
    if (mask & 2) {
      r[word.n] = value;
      r[word.z] = ~value & (1 << 30);
      r[word.c] = (value >>> 29) & 1;
      r[word.v] = value << 3;
      r[word.q] = (value >>> 27) & 1;
    }
    if (mask & 1) r[word.ge] = (value >>> 16) & 15;
  }

  /** Makes the main (false) or the process stack pointer SP. */
  useStack(process: boolean): void {
    if (this.processStack !== process) {
      const other = this.bankedSp;
      this.bankedSp = this.registers[sp] as number;
      this.registers[sp] = other;
      this.processStack = process;
    }
    this.updateLimit();
  }

  readSpecial(number: number): number {
    if (number < sysm.msp) {
      return ((number & 4) === 0 ? this.apsr : 0) | (number & 1 ? this.ipsr : 0);
    }
    if (number === sysm.control) {
      return (this.floatContext ? 12 : 0) | (this.processStack ? 2 : 0) | (this.privileged ? 0 : 1);
    }
    if (!this.privileged) return 0;
    switch (number) {
      case sysm.msp:
        return (this.processStack ? this.bankedSp : this.registers[sp]) as number;
      case sysm.psp:
        return (this.processStack ? this.registers[sp] : this.bankedSp) as number;
      case sysm.msplim:
        return this.msplim | 0;
      case sysm.psplim:
        return this.psplim | 0;
      case sysm.primask:
        return this.primask ? 1 : 0;
      case sysm.basepri:
      case sysm.basepriMax:
        return this.basepri << 4;
      case sysm.faultmask:
        return this.faultmask ? 1 : 0;
      default:
        return 0; // those of the Non-secure state
    }
  }

  writeSpecial(number: number, mask: number, value: number): void {
    if (number < sysm.msp) {
      if ((number & 4) === 0) this.setApsr(value, mask);
      return;
    }
    if (!this.privileged) return;
    this.reconsider();
    const level = (value >>> 4) & 15;
    switch (number) {
      case sysm.msp:
        this.#setStack(false, value & ~3);
        return;
      case sysm.psp:
        this.#setStack(true, value & ~3);
        return;
      case sysm.msplim:
        this.msplim = (value & ~7) >>> 0;
        return this.updateLimit();
      case sysm.psplim:
        this.psplim = (value & ~7) >>> 0;
        return this.updateLimit();
      case sysm.primask:
        this.primask = (value & 1) !== 0;
        return;
      case sysm.basepri:
        this.basepri = level;
        return;
      case sysm.basepriMax:
        if (level !== 0 && (this.basepri === 0 || level < this.basepri)) this.basepri = level;
        return;
      case sysm.faultmask:
        this.faultmask = (value & 1) !== 0;
        return;
      case sysm.control:
        this.privileged = (value & 1) === 0;
        this.floatContext = (value & 4) !== 0;
        this.updateFloat();
        if (this.ipsr === 0) this.useStack((value & 2) !== 0);
    }
  }

  #setStack(process: boolean, value: number): void {
    if (this.processStack === process) this.registers[sp] = value;
    else this.bankedSp = value;
  }

  /** CPSIE and CPSID. */
  changeState(disable: number, which: number): void {
    if (!this.privileged) return;
    if (which & 2) this.primask = disable !== 0;
    if (which & 1) this.faultmask = disable !== 0;
    this.reconsider();
  }
}
