/** The bits on a PDM pin, sampled with the state machine's own clock. */

export class PdmReceiver {
  /** Whole bytes, the first bit in the most significant bit. */
  readonly bytes: number[] = [];
  #byte = 1;

  bit(level: number): void {
    this.#byte = (this.#byte << 1) | level;
    if (this.#byte < 0x100) return;
    this.bytes.push(this.#byte & 0xff);
    this.#byte = 1;
  }
}
