/** A Cortex-M0+ core's registers: flags, the two stack pointers and the special registers (ARMv6-M B1.4). */

/** Bits of EXC_RETURN and CONTROL are spelt out where they are used; these are MRS and MSR's register numbers. */
const sysm = { msp: 8, psp: 9, primask: 16, control: 20 } as const;

/** Places in `registers`. Hot modules take them apart into constants of their own: an import may be slower to reach. */
export const place = { sp: 13, lr: 14, pc: 15 } as const;

const { sp } = place;

export class CoreState {
  /** r0 to r12, SP, LR and PC as signed words. PC is the next instruction's address. */
  readonly registers = new Int32Array(16);
  /** The stack pointer that is not in use. */
  bankedSp = 0;
  negative = false;
  zero = false;
  carry = false;
  overflow = false;
  primask = false;
  /** CONTROL.SPSEL: whether SP is the process stack pointer. */
  processStack = false;
  privileged = true;
  /** Number of the exception being handled; 0 in thread mode. */
  ipsr = 0;
  /** Set when what may interrupt the core has changed. */
  attention = false;

  get xpsr(): number {
    const flags =
      (this.negative ? 1 << 31 : 0) |
      (this.zero ? 1 << 30 : 0) |
      (this.carry ? 1 << 29 : 0) |
      (this.overflow ? 1 << 28 : 0);
    return flags | (1 << 24) | this.ipsr;
  }

  setFlags(xpsr: number): void {
    this.negative = (xpsr & (1 << 31)) !== 0;
    this.zero = (xpsr & (1 << 30)) !== 0;
    this.carry = (xpsr & (1 << 29)) !== 0;
    this.overflow = (xpsr & (1 << 28)) !== 0;
  }

  /** Makes the main (false) or the process stack pointer SP. */
  useStack(process: boolean): void {
    if (this.processStack === process) return;
    const other = this.bankedSp;
    this.bankedSp = this.registers[sp] as number;
    this.registers[sp] = other;
    this.processStack = process;
  }

  /** MRS (ARMv6-M B5.2.2). */
  readSpecial(number: number): number {
    if (number < sysm.msp) {
      // IPSR, EPSR (reads as 0) and APSR by bits 0 to 2; APSR is left out when bit 2 is set.
      return ((number & 4) === 0 ? this.xpsr & 0xf0000000 : 0) | (number & 1 ? this.ipsr : 0);
    }
    switch (number) {
      case sysm.msp:
        return (this.processStack ? this.bankedSp : this.registers[sp]) as number;
      case sysm.psp:
        return (this.processStack ? this.registers[sp] : this.bankedSp) as number;
      case sysm.primask:
        return this.primask ? 1 : 0;
      case sysm.control:
        return (this.processStack ? 2 : 0) | (this.privileged ? 0 : 1);
      default:
        return 0;
    }
  }

  /** MSR (ARMv6-M B5.2.3). */
  writeSpecial(number: number, value: number): void {
    if (number < sysm.msp) {
      if ((number & 4) === 0) this.setFlags(value);
      return;
    }
    switch (number) {
      case sysm.msp:
        if (this.processStack) this.bankedSp = value & ~3;
        else this.registers[sp] = value & ~3;
        return;
      case sysm.psp:
        if (this.processStack) this.registers[sp] = value & ~3;
        else this.bankedSp = value & ~3;
        return;
      case sysm.primask:
        this.primask = (value & 1) !== 0;
        this.attention = true;
        return;
      case sysm.control:
        this.privileged = (value & 1) === 0;
        if (this.ipsr === 0) this.useStack((value & 2) !== 0);
    }
  }
}
