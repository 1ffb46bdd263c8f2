/**
 * A state machine's fractional clock divider (RP2040 datasheet 3.5.5): of every 256 cycles, `frac` take one system
 * clock more than `int`, spread by a first-order delta-sigma.
 */
export class ClockDivider {
  readonly #int: number;
  readonly #frac: number;
  #remainder = 0;

  /** int 1–65535, frac 0–255. */
  constructor(int: number, frac: number) {
    this.#int = int;
    this.#frac = frac;
  }

  /** System clocks from this cycle to the next. */
  next(): number {
    this.#remainder += this.#frac;
    const carry = this.#remainder >> 8;
    this.#remainder &= 0xff;
    return this.#int + carry;
  }
}
