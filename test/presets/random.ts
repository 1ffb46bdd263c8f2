/** Numbers 0 ≤ x < 1 that a seed determines (Marsaglia's xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }

  /** A whole number 0 ≤ n < count. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** A byte each of whose bits is set with the given probability. */
  bits(probability: number): number {
    let byte = 0;
    for (let bit = 1; bit < 256; bit <<= 1) if (this.next() < probability) byte |= bit;
    return byte;
  }
}
