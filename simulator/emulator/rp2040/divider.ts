/** SIO's integer divider of one core (RP2040 datasheet 2.3.1.5). */

const register = {
  UDIVIDEND: 0x0,
  UDIVISOR: 0x4,
  SDIVIDEND: 0x8,
  SDIVISOR: 0xc,
  QUOTIENT: 0x10,
  REMAINDER: 0x14,
  CSR: 0x18,
};
const ready = 1;
const dirty = 2;

export class Divider {
  #dividend = 0;
  #divisor = 0;
  #quotient = 0;
  #remainder = 0;
  #dirty = 0;

  read(offset: number): number {
    switch (offset) {
      case register.UDIVIDEND:
      case register.SDIVIDEND:
        return this.#dividend;
      case register.UDIVISOR:
      case register.SDIVISOR:
        return this.#divisor;
      case register.QUOTIENT:
        this.#dirty = 0;
        return this.#quotient;
      case register.REMAINDER:
        return this.#remainder;
      case register.CSR:
        return ready | this.#dirty; // software waits the 8 cycles by itself
      default:
        return 0;
    }
  }

  write(offset: number, value: number): void {
    this.#dirty = dirty;
    switch (offset) {
      case register.UDIVIDEND:
      case register.SDIVIDEND:
        this.#dividend = value | 0;
        return this.#divide(offset === register.SDIVIDEND);
      case register.UDIVISOR:
      case register.SDIVISOR:
        this.#divisor = value | 0;
        return this.#divide(offset === register.SDIVISOR);
      case register.QUOTIENT:
        this.#quotient = value | 0;
        return;
      case register.REMAINDER:
        this.#remainder = value | 0;
    }
  }

  /** Division by zero gives a quotient of all ones, or of 1 for a negative dividend. */
  #divide(signed: boolean): void {
    const dividend = signed ? this.#dividend : this.#dividend >>> 0;
    const divisor = signed ? this.#divisor : this.#divisor >>> 0;
    if (divisor === 0) {
      this.#quotient = dividend < 0 ? 1 : -1;
      this.#remainder = this.#dividend;
      return;
    }
    this.#quotient = Math.trunc(dividend / divisor) | 0;
    this.#remainder = (dividend % divisor) | 0;
  }
}
