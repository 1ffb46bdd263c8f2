/** Loads and stores by two registers, of several registers, on the stack; and where POP and BX go (ARMv6-M A6.7). */
import { Arithmetic } from "./arithmetic";
import { Fault } from "./core-bus";
import { place } from "./core-state";

const { lr, pc, sp } = place;

export abstract class Transfers extends Arithmetic {
  protected branch(address: number): void {
    this.registers[pc] = address & ~1;
  }

  /** BX, BLX and POP: a return from an exception, or a branch that must stay in Thumb state. */
  protected branchExchange(address: number): void {
    if (this.ipsr !== 0 && address >>> 28 === 0xf) return this.leave(address);
    if ((address & 1) === 0) throw new Fault(`branch to 0x${(address >>> 0).toString(16)}, which is not Thumb code`);
    this.registers[pc] = address & ~1;
  }

  /** Loads and stores at a sum of two registers (A5.2.4). */
  protected registerOffset(op: number, low: number, address: number): void {
    const r = this.registers;
    switch ((op >> 9) & 7) {
      case 0:
        return this.store32(address, r[low] as number);
      case 1:
        return this.store16(address, r[low] as number);
      case 2:
        return this.store8(address, r[low] as number);
      case 3:
        r[low] = (this.load8(address) << 24) >> 24;
        return;
      case 4:
        r[low] = this.load32(address);
        return;
      case 5:
        r[low] = this.load16(address);
        return;
      case 6:
        r[low] = this.load8(address);
        return;
      default:
        r[low] = (this.load16(address) << 16) >> 16;
    }
  }

  /** STMIA. */
  protected storeMultiple(base: number, list: number): void {
    const r = this.registers;
    let to = r[base] as number;
    for (let i = 0; i < 8; i++) {
      if ((list & (1 << i)) === 0) continue;
      this.cycles++;
      this.store32(to, r[i] as number);
      to = (to + 4) | 0;
    }
    r[base] = to;
  }

  /** LDMIA; a base that is loaded is not written back. */
  protected loadMultiple(base: number, list: number): void {
    const r = this.registers;
    let from = r[base] as number;
    for (let i = 0; i < 8; i++) {
      if ((list & (1 << i)) === 0) continue;
      this.cycles++;
      r[i] = this.load32(from);
      from = (from + 4) | 0;
    }
    if ((list & (1 << base)) === 0) r[base] = from;
  }

  protected push(op: number): void {
    const r = this.registers;
    const list = (op & 0xff) | ((op & 0x100) << 6); // bit 8 is LR, r14
    let count = 0;
    for (let rest = list; rest !== 0; rest &= rest - 1) count++;
    let to = (r[sp] as number) - 4 * count;
    r[sp] = to;
    this.stackChanged();
    this.cycles += count;
    for (let i = 0; i <= lr; i++) {
      if ((list & (1 << i)) === 0) continue;
      this.store32(to, r[i] as number);
      to += 4;
    }
  }

  protected pop(op: number): void {
    const r = this.registers;
    let from = r[sp] as number;
    for (let i = 0; i < 8; i++) {
      if ((op & (1 << i)) === 0) continue;
      this.cycles++;
      r[i] = this.load32(from);
      from += 4;
    }
    if ((op & 0x100) === 0) {
      r[sp] = from;
      return;
    }
    const target = this.load32(from);
    r[sp] = from + 4;
    this.cycles += 3;
    this.branchExchange(target);
  }
}
