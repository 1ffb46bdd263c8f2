/** An I2S receiver (Philips' I2S bus specification): data on rising bit clocks, words one bit clock behind LRCLK. */

export interface I2sPins {
  data: number;
  bck: number;
  lrclk: number;
}

export class I2sReceiver {
  /** Samples of left and right, −2^23 … 2^23 − 1, in turn. */
  readonly samples: number[] = [];
  readonly #pins: I2sPins;
  #clock = 0;
  #channel = -1;
  #word = 0;
  #bits = 0;
  #left: number | undefined;

  constructor(pins: I2sPins) {
    this.#pins = pins;
  }

  /** Levels of all pins after a change of one. */
  levels(levels: number): void {
    const clock = (levels >>> this.#pins.bck) & 1;
    const rises = clock > this.#clock;
    this.#clock = clock;
    if (!rises) return;
    const channel = (levels >>> this.#pins.lrclk) & 1;
    this.#word = (this.#word << 1) | ((levels >>> this.#pins.data) & 1);
    this.#bits++;
    if (channel === this.#channel) return;
    if (this.#channel >= 0) this.#end(this.#channel);
    this.#channel = channel;
    this.#word = this.#bits = 0;
  }

  /** LRCLK has changed: the bit that came with it was the word's last. */
  #end(channel: number): void {
    const sample = this.#bits >= 24 ? (this.#word << (32 - Math.min(32, this.#bits))) >> 8 : undefined;
    if (channel === 0) this.#left = sample;
    else if (sample !== undefined && this.#left !== undefined) {
      this.samples.push(this.#left, sample);
      this.#left = undefined;
    }
  }
}
