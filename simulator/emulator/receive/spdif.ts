/** An S/PDIF receiver that works from the edges on a pin (IEC 60958-1). */

/** Runs of equal level of the preambles, in half-bits; all begin with a run of 3. */
const preambles: Record<number, "left" | "right"> = { 113: "left", 311: "left", 212: "right" };
const bitsPerSubframe = 28;
const sampleBits = 24;

export class SpdifReceiver {
  /** Samples of left and right, −2^23 … 2^23 − 1, in turn. */
  readonly samples: number[] = [];
  /** Subframes whose parity is odd, and runs that are none of 1 to 3 half-bits within a subframe. */
  errors = 0;
  readonly #unit: number;
  #last = NaN;
  #channel: "left" | "right" | undefined;
  /** Runs of the preamble after its first, in decimal digits. */
  #preamble = 0;
  #preambleRuns = 0;
  #half = false;
  #bits = 0;
  #count = bitsPerSubframe;
  #ones = 0;
  #left: number | undefined;

  /** `unit` is the length of a half-bit in the unit of the edges' times. */
  constructor(unit: number) {
    this.#unit = unit;
  }

  edge(time: number): void {
    const run = Math.round((time - this.#last) / this.#unit);
    this.#last = time;
    if (!(run >= 1 && run <= 3)) return this.#lose();
    if (this.#preambleRuns > 0) return this.#inPreamble(run);
    if (this.#count < bitsPerSubframe) {
      if (run === 3) return this.#fail();
      return this.#inData(run);
    }
    if (run !== 3) return;
    this.#preamble = 0;
    this.#preambleRuns = 3;
  }

  #inPreamble(run: number): void {
    this.#preamble = this.#preamble * 10 + run;
    if (--this.#preambleRuns > 0) return;
    this.#channel = preambles[this.#preamble];
    if (!this.#channel) return this.#fail();
    this.#bits = this.#count = this.#ones = 0;
    this.#half = false;
  }

  /** A whole cell without a change in its middle is 0, two halves are 1. */
  #inData(run: number): void {
    if (run === 2) {
      if (this.#half) return this.#fail();
      this.#bit(0);
    } else if (this.#half) {
      this.#half = false;
      this.#bit(1);
    } else this.#half = true;
  }

  #bit(bit: 0 | 1): void {
    if (this.#count < sampleBits) this.#bits |= bit << this.#count;
    this.#ones += bit;
    if (++this.#count < bitsPerSubframe) return;
    if (this.#ones % 2 !== 0) this.errors++;
    const sample = (this.#bits << 8) >> 8;
    if (this.#channel === "left") this.#left = sample;
    else if (this.#left !== undefined) {
      this.samples.push(this.#left, sample);
      this.#left = undefined;
    }
  }

  #fail(): void {
    this.errors++;
    this.#lose();
  }

  /** The next preamble starts over. */
  #lose(): void {
    this.#preambleRuns = 0;
    this.#count = bitsPerSubframe;
    this.#left = undefined;
  }
}
