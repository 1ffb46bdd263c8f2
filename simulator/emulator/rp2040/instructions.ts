/** The instructions of ARMv6-M with the Cortex-M0+'s cycles (ARMv6-M A5 and A6.7, Cortex-M0+ TRM table 3-1). */
import { Fault } from "./core-bus";
import { place } from "./core-state";
import { exception } from "./exceptions";
import { Transfers } from "./transfers";

const { lr, pc, sp } = place;

export abstract class Instructions extends Transfers {
  /** Instructions executed. */
  instructions = 0;

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
        r[low] = this.result(value << imm5);
        return;
      }
      case 0b00001: {
        const value = r[mid] as number; // LSRS; 0 is 32
        this.carry = ((value >>> (imm5 > 0 ? imm5 - 1 : 31)) & 1) !== 0;
        r[low] = this.result(imm5 > 0 ? (value >>> imm5) | 0 : 0);
        return;
      }
      case 0b00010: {
        const value = r[mid] as number; // ASRS; 0 is 32
        this.carry = ((value >> (imm5 > 0 ? imm5 - 1 : 31)) & 1) !== 0;
        r[low] = this.result(value >> (imm5 > 0 ? imm5 : 31));
        return;
      }
      case 0b00011: {
        const other = op & 0x400 ? imm5 & 7 : (r[imm5 & 7] as number);
        r[low] = op & 0x200 ? this.add(r[mid] as number, ~other, 1) : this.add(r[mid] as number, other, 0);
        return;
      }
      case 0b00100:
        r[high] = this.result(op & 0xff);
        return;
      case 0b00101:
        this.add(r[high] as number, ~(op & 0xff), 1);
        return;
      case 0b00110:
        r[high] = this.add(r[high] as number, op & 0xff, 0);
        return;
      case 0b00111:
        r[high] = this.add(r[high] as number, ~(op & 0xff), 1);
        return;
      case 0b01000:
        if (op & 0x400) this.#highRegisters(op);
        else this.dataProcessing(op, low, mid);
        return;
      case 0b01001:
        this.cycles++;
        r[high] = this.load32(((address + 4) & ~3) + ((op & 0xff) << 2));
        return;
      case 0b01010:
      case 0b01011:
        this.cycles++;
        this.registerOffset(op, low, ((r[mid] as number) + (r[imm5 & 7] as number)) | 0);
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
      case 0b11000:
        this.storeMultiple(high, op & 0xff);
        return;
      case 0b11001:
        this.loadMultiple(high, op & 0xff);
        return;
      case 0b11010:
      case 0b11011: {
        const condition = (op >> 8) & 15;
        if (condition === 15) return this.pend(exception.svCall);
        if (condition === 14) return this.#undefined(op);
        if (!this.holds(condition)) return;
        this.cycles++;
        this.branch(address + 4 + ((op << 24) >> 23));
        return;
      }
      case 0b11100:
        this.cycles++;
        this.branch(address + 4 + ((op << 21) >> 20));
        return;
      case 0b11110:
        this.#long(op, this.fetch(address + 2));
        return;
      default:
        this.#undefined(op);
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
        this.add(r[d] as number, ~value, 1);
        return;
      case 2:
        this.#writeHigh(d, value);
        return;
      default:
        this.cycles++;
        if (op & 0x80) r[lr] = (r[pc] as number) | 1;
        this.branchExchange(value);
    }
  }

  #writeHigh(d: number, value: number): void {
    if (d === pc) {
      this.cycles++;
      this.branch(value);
    } else if (d === sp) {
      this.registers[sp] = value & ~3;
      this.stackChanged();
    } else this.registers[d] = value;
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
        r[low] = this.extend((op >> 6) & 3, value);
        return;
      case 4:
      case 5:
        return this.push(op);
      case 6:
        if ((op & 0xef) !== 0x62) return this.#undefined(op); // CPSIE, CPSID
        this.primask = (op & 0x10) !== 0;
        this.attention = true;
        return;
      case 10:
        if ((op & 0xc0) === 0x80) return this.#undefined(op);
        r[low] = this.reverse((op >> 6) & 3, value);
        return;
      case 12:
      case 13:
        return this.pop(op);
      case 14:
        return this.#breakpoint(op & 0xff);
      case 15:
        return this.#hint(op);
      default:
        this.#undefined(op);
    }
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
      this.branch(next + offset);
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
