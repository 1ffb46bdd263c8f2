/** The instructions of ARMv6-M with the Cortex-M0+'s cycles (ARMv6-M A5 and A6.7, Cortex-M0+ TRM table 3-1). */
import { CoreAccess } from "./core-access";
import { Fault } from "./core-bus";
import { place } from "./core-state";
import { exception } from "./exceptions";

const { lr, pc, sp } = place;

export abstract class Instructions extends CoreAccess {
  /** Instructions executed. */
  instructions = 0;

  #result(value: number): number {
    this.negative = value < 0;
    this.zero = value === 0;
    return value;
  }

  /** Adds with carry and sets all flags (ARMv6-M A2.2.1); subtract by adding the inverse. */
  #add(a: number, b: number, carry: 0 | 1): number {
    const unsigned = (a >>> 0) + (b >>> 0) + carry;
    const result = unsigned | 0;
    this.negative = result < 0;
    this.zero = result === 0;
    this.carry = unsigned > 0xffffffff;
    this.overflow = ((a ^ result) & (b ^ result)) < 0;
    return result;
  }

  #branch(address: number): void {
    this.registers[pc] = address & ~1;
  }

  /** BX, BLX and POP: a return from an exception, or a branch that must stay in Thumb state. */
  #branchExchange(address: number): void {
    if (this.ipsr !== 0 && address >>> 28 === 0xf) return this.leave(address);
    if ((address & 1) === 0) throw new Fault(`branch to 0x${(address >>> 0).toString(16)}, which is not Thumb code`);
    this.registers[pc] = address & ~1;
  }

  protected step(): void {
    const r = this.registers;
    const address = r[pc] as number;
    this.at = address;
    const op = this.fetch(address);
    r[pc] = address + 2;
    this.cycles++;
    this.instructions++;
    const low = op & 7;
    const mid = (op >> 3) & 7;
    const high = (op >> 8) & 7;
    const imm5 = (op >> 6) & 31;
    switch (op >> 11) {
      case 0b00000: {
        const value = r[mid] as number; // LSLS, or MOVS
        if (imm5 > 0) this.carry = ((value >>> (32 - imm5)) & 1) !== 0;
        r[low] = this.#result(value << imm5);
        return;
      }
      case 0b00001: {
        const value = r[mid] as number; // LSRS; 0 is 32
        this.carry = ((value >>> (imm5 > 0 ? imm5 - 1 : 31)) & 1) !== 0;
        r[low] = this.#result(imm5 > 0 ? (value >>> imm5) | 0 : 0);
        return;
      }
      case 0b00010: {
        const value = r[mid] as number; // ASRS; 0 is 32
        this.carry = ((value >> (imm5 > 0 ? imm5 - 1 : 31)) & 1) !== 0;
        r[low] = this.#result(value >> (imm5 > 0 ? imm5 : 31));
        return;
      }
      case 0b00011: {
        const other = op & 0x400 ? imm5 & 7 : (r[imm5 & 7] as number);
        r[low] = op & 0x200 ? this.#add(r[mid] as number, ~other, 1) : this.#add(r[mid] as number, other, 0);
        return;
      }
      case 0b00100:
        r[high] = this.#result(op & 0xff);
        return;
      case 0b00101:
        this.#add(r[high] as number, ~(op & 0xff), 1);
        return;
      case 0b00110:
        r[high] = this.#add(r[high] as number, op & 0xff, 0);
        return;
      case 0b00111:
        r[high] = this.#add(r[high] as number, ~(op & 0xff), 1);
        return;
      case 0b01000:
        if (op & 0x400) this.#highRegisters(op);
        else this.#dataProcessing(op, low, mid);
        return;
      case 0b01001:
        this.cycles++;
        r[high] = this.load32(((address + 4) & ~3) + ((op & 0xff) << 2));
        return;
      case 0b01010:
      case 0b01011:
        this.cycles++;
        this.#registerOffset(op, low, ((r[mid] as number) + (r[imm5 & 7] as number)) | 0);
        return;
      case 0b01100:
        this.cycles++;
        this.store32(((r[mid] as number) + (imm5 << 2)) | 0, r[low] as number);
        return;
      case 0b01101:
        this.cycles++;
        r[low] = this.load32(((r[mid] as number) + (imm5 << 2)) | 0);
        return;
      case 0b01110:
        this.cycles++;
        this.store8(((r[mid] as number) + imm5) | 0, r[low] as number);
        return;
      case 0b01111:
        this.cycles++;
        r[low] = this.load8(((r[mid] as number) + imm5) | 0);
        return;
      case 0b10000:
        this.cycles++;
        this.store16(((r[mid] as number) + (imm5 << 1)) | 0, r[low] as number);
        return;
      case 0b10001:
        this.cycles++;
        r[low] = this.load16(((r[mid] as number) + (imm5 << 1)) | 0);
        return;
      case 0b10010:
        this.cycles++;
        this.store32(((r[sp] as number) + ((op & 0xff) << 2)) | 0, r[high] as number);
        return;
      case 0b10011:
        this.cycles++;
        r[high] = this.load32(((r[sp] as number) + ((op & 0xff) << 2)) | 0);
        return;
      case 0b10100:
        r[high] = ((address + 4) & ~3) + ((op & 0xff) << 2);
        return;
      case 0b10101:
        r[high] = (r[sp] as number) + ((op & 0xff) << 2);
        return;
      case 0b10110:
      case 0b10111:
        this.#miscellaneous(op);
        return;
      case 0b11000: {
        let to = r[high] as number; // STMIA
        for (let i = 0; i < 8; i++) {
          if ((op & (1 << i)) === 0) continue;
          this.cycles++;
          this.store32(to, r[i] as number);
          to = (to + 4) | 0;
        }
        r[high] = to;
        return;
      }
      case 0b11001: {
        let from = r[high] as number; // LDMIA; a base that is loaded is not written back
        for (let i = 0; i < 8; i++) {
          if ((op & (1 << i)) === 0) continue;
          this.cycles++;
          r[i] = this.load32(from);
          from = (from + 4) | 0;
        }
        if ((op & (1 << high)) === 0) r[high] = from;
        return;
      }
      case 0b11010:
      case 0b11011: {
        const condition = (op >> 8) & 15;
        if (condition === 15) return this.pend(exception.svCall);
        if (condition === 14) return this.#undefined(op);
        if (!this.#holds(condition)) return;
        this.cycles++;
        this.#branch(address + 4 + ((op << 24) >> 23));
        return;
      }
      case 0b11100:
        this.cycles++;
        this.#branch(address + 4 + ((op << 21) >> 20));
        return;
      case 0b11110:
        this.#long(op, this.fetch(address + 2));
        return;
      default:
        this.#undefined(op);
    }
  }

  #holds(condition: number): boolean {
    let holds: boolean;
    switch (condition >> 1) {
      case 0:
        holds = this.zero;
        break;
      case 1:
        holds = this.carry;
        break;
      case 2:
        holds = this.negative;
        break;
      case 3:
        holds = this.overflow;
        break;
      case 4:
        holds = this.carry && !this.zero;
        break;
      case 5:
        holds = this.negative === this.overflow;
        break;
      default:
        holds = !this.zero && this.negative === this.overflow;
    }
    return holds !== ((condition & 1) !== 0);
  }

  #dataProcessing(op: number, low: number, mid: number): void {
    const r = this.registers;
    const a = r[low] as number;
    const b = r[mid] as number;
    switch ((op >> 6) & 15) {
      case 0:
        r[low] = this.#result(a & b);
        return;
      case 1:
        r[low] = this.#result(a ^ b);
        return;
      case 2: {
        const count = b & 0xff; // LSLS
        if (count > 0) this.carry = count <= 32 && ((a >>> (32 - count)) & 1) !== 0;
        r[low] = this.#result(count < 32 ? a << count : 0);
        return;
      }
      case 3: {
        const count = b & 0xff; // LSRS
        if (count > 0) this.carry = count <= 32 && ((a >>> (count - 1)) & 1) !== 0;
        r[low] = this.#result(count < 32 ? (a >>> count) | 0 : 0);
        return;
      }
      case 4: {
        const count = Math.min(b & 0xff, 32); // ASRS
        if (count > 0) this.carry = ((a >> (count - 1)) & 1) !== 0;
        r[low] = this.#result(a >> Math.min(count, 31));
        return;
      }
      case 5:
        r[low] = this.#add(a, b, this.carry ? 1 : 0);
        return;
      case 6:
        r[low] = this.#add(a, ~b, this.carry ? 1 : 0);
        return;
      case 7: {
        const count = b & 31; // RORS
        const value = (a >>> count) | (a << ((32 - count) & 31));
        if ((b & 0xff) > 0) this.carry = value < 0;
        r[low] = this.#result(count === 0 ? a : value);
        return;
      }
      case 8:
        this.#result(a & b);
        return;
      case 9:
        r[low] = this.#add(0, ~b, 1);
        return;
      case 10:
        this.#add(a, ~b, 1);
        return;
      case 11:
        this.#add(a, b, 0);
        return;
      case 12:
        r[low] = this.#result(a | b);
        return;
      case 13:
        r[low] = this.#result(Math.imul(a, b));
        return;
      case 14:
        r[low] = this.#result(a & ~b);
        return;
      default:
        r[low] = this.#result(~b);
    }
  }

  /** ADD, CMP, MOV, BX and BLX with all registers. */
  #highRegisters(op: number): void {
    const r = this.registers;
    const m = (op >> 3) & 15;
    const d = (op & 7) | ((op >> 4) & 8);
    const value = m === pc ? (r[pc] as number) + 2 : (r[m] as number);
    switch ((op >> 8) & 3) {
      case 0:
        this.#writeHigh(d, ((d === pc ? (r[pc] as number) + 2 : (r[d] as number)) + value) | 0);
        return;
      case 1:
        this.#add(r[d] as number, ~value, 1);
        return;
      case 2:
        this.#writeHigh(d, value);
        return;
      default:
        this.cycles++;
        if (op & 0x80) r[lr] = (r[pc] as number) | 1;
        this.#branchExchange(value);
    }
  }

  #writeHigh(d: number, value: number): void {
    if (d === pc) {
      this.cycles++;
      this.#branch(value);
    } else if (d === sp) {
      this.registers[sp] = value & ~3;
      this.stackChanged();
    } else this.registers[d] = value;
  }

  #registerOffset(op: number, low: number, address: number): void {
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

  /** Encodings 1011 xxxx (ARMv6-M A5.2.5). */
  #miscellaneous(op: number): void {
    const r = this.registers;
    const low = op & 7;
    const value = r[(op >> 3) & 7] as number;
    switch ((op >> 8) & 15) {
      case 0: {
        const bytes = (op & 0x7f) << 2;
        r[sp] = (r[sp] as number) + (op & 0x80 ? -bytes : bytes);
        this.stackChanged();
        return;
      }
      case 2:
        switch ((op >> 6) & 3) {
          case 0:
            r[low] = (value << 16) >> 16;
            return;
          case 1:
            r[low] = (value << 24) >> 24;
            return;
          case 2:
            r[low] = value & 0xffff;
            return;
          default:
            r[low] = value & 0xff;
            return;
        }
      case 4:
      case 5:
        return this.#push(op);
      case 6:
        if ((op & 0xef) !== 0x62) return this.#undefined(op); // CPSIE, CPSID
        this.primask = (op & 0x10) !== 0;
        this.attention = true;
        return;
      case 10:
        switch ((op >> 6) & 3) {
          case 0:
            r[low] = (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
            return;
          case 1:
            r[low] = ((value << 8) & 0xff00ff00) | ((value >>> 8) & 0x00ff00ff);
            return;
          case 3:
            r[low] = (((value << 8) | ((value >>> 8) & 0xff)) << 16) >> 16;
            return;
        }
        return this.#undefined(op);
      case 12:
      case 13:
        return this.#pop(op);
      case 14:
        return this.#breakpoint(op & 0xff);
      case 15:
        return this.#hint(op);
      default:
        this.#undefined(op);
    }
  }

  #push(op: number): void {
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

  #pop(op: number): void {
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
    this.#branchExchange(target);
  }

  #hint(op: number): void {
    switch ((op >> 4) & 15) {
      case 2:
        this.cycles++;
        return this.waitForEvent();
      case 3:
        this.cycles++;
        return this.waitForInterrupt();
      case 4:
        return this.bus.signalEvent();
    }
  }

  /** 32-bit encodings: BL, MSR, MRS, barriers and UDF.W (ARMv6-M A5.3). */
  #long(op: number, second: number): void {
    const r = this.registers;
    const next = (r[pc] as number) + 2;
    r[pc] = next;
    this.cycles += 2;
    if ((second & 0xd000) === 0xd000) {
      const sign = (op >> 10) & 1;
      const i1 = ~((second >> 13) ^ sign) & 1;
      const i2 = ~((second >> 11) ^ sign) & 1;
      const offset = ((sign ? -1 : 0) << 24) | (i1 << 23) | (i2 << 22) | ((op & 0x3ff) << 12) | ((second & 0x7ff) << 1);
      r[lr] = next | 1;
      this.#branch(next + offset);
    } else if ((op & 0xfff0) === 0xf380) this.writeSpecial(second & 0xff, r[op & 15] as number);
    else if (op === 0xf3ef) r[(second >> 8) & 15] = this.readSpecial(second & 0xff);
    else if (op !== 0xf3bf) this.#undefined(op); // DSB, DMB and ISB only take time
  }

  /** In the boot ROM a breakpoint stands for a function the emulator performs. */
  #breakpoint(number: number): void {
    if (this.at >>> 14 === 0) this.bus.romCall(this, number);
    else throw new Fault(`breakpoint ${number}`);
  }

  #undefined(op: number): void {
    throw new Fault(`undefined instruction 0x${op.toString(16)}`);
  }
}
