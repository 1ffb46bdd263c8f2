/** What instructions compute: results and flags, conditions on them (ARMv6-M A5.2, A6.7). */
import { CoreAccess } from "./core-access";

export abstract class Arithmetic extends CoreAccess {
  protected result(value: number): number {
    this.negative = value < 0;
    this.zero = value === 0;
    return value;
  }

  /** Adds with carry and sets all flags (ARMv6-M A2.2.1); subtract by adding the inverse. */
  protected add(a: number, b: number, carry: 0 | 1): number {
    const unsigned = (a >>> 0) + (b >>> 0) + carry;
    const result = unsigned | 0;
    this.negative = result < 0;
    this.zero = result === 0;
    this.carry = unsigned > 0xffffffff;
    this.overflow = ((a ^ result) & (b ^ result)) < 0;
    return result;
  }

  protected holds(condition: number): boolean {
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

  protected dataProcessing(op: number, low: number, mid: number): void {
    const r = this.registers;
    const a = r[low] as number;
    const b = r[mid] as number;
    switch ((op >> 6) & 15) {
      case 0:
        r[low] = this.result(a & b);
        return;
      case 1:
        r[low] = this.result(a ^ b);
        return;
      case 2: {
        const count = b & 0xff; // LSLS
        if (count > 0) this.carry = count <= 32 && ((a >>> (32 - count)) & 1) !== 0;
        r[low] = this.result(count < 32 ? a << count : 0);
        return;
      }
      case 3: {
        const count = b & 0xff; // LSRS
        if (count > 0) this.carry = count <= 32 && ((a >>> (count - 1)) & 1) !== 0;
        r[low] = this.result(count < 32 ? (a >>> count) | 0 : 0);
        return;
      }
      case 4: {
        const count = Math.min(b & 0xff, 32); // ASRS
        if (count > 0) this.carry = ((a >> (count - 1)) & 1) !== 0;
        r[low] = this.result(a >> Math.min(count, 31));
        return;
      }
      case 5:
        r[low] = this.add(a, b, this.carry ? 1 : 0);
        return;
      case 6:
        r[low] = this.add(a, ~b, this.carry ? 1 : 0);
        return;
      case 7: {
        const count = b & 31; // RORS
        const value = (a >>> count) | (a << ((32 - count) & 31));
        if ((b & 0xff) > 0) this.carry = value < 0;
        r[low] = this.result(count === 0 ? a : value);
        return;
      }
      case 8:
        this.result(a & b);
        return;
      case 9:
        r[low] = this.add(0, ~b, 1);
        return;
      case 10:
        this.add(a, ~b, 1);
        return;
      case 11:
        this.add(a, b, 0);
        return;
      case 12:
        r[low] = this.result(a | b);
        return;
      case 13:
        r[low] = this.result(Math.imul(a, b));
        return;
      case 14:
        r[low] = this.result(a & ~b);
        return;
      default:
        r[low] = this.result(~b);
    }
  }

  /** SXTH, SXTB, UXTH and UXTB. */
  protected extend(which: number, value: number): number {
    switch (which) {
      case 0:
        return (value << 16) >> 16;
      case 1:
        return (value << 24) >> 24;
      case 2:
        return value & 0xffff;
      default:
        return value & 0xff;
    }
  }

  /** REV, REV16 and REVSH, which is 3. */
  protected reverse(which: number, value: number): number {
    switch (which) {
      case 0:
        return (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
      case 1:
        return ((value << 8) & 0xff00ff00) | ((value >>> 8) & 0x00ff00ff);
      default:
        return (((value << 8) | ((value >>> 8) & 0xff)) << 16) >> 16;
    }
  }
}
