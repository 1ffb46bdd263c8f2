/** A state machine's FIFO: 4 words, 8 when it took the other direction's, none when it gave its own (RP2040 datasheet 3.5.7). */
export class Fifo {
  #words: number[] = [];
  #depth = 4;

  get length(): number {
    return this.#words.length;
  }

  get full(): boolean {
    return this.#words.length >= this.#depth;
  }

  get empty(): boolean {
    return this.#words.length === 0;
  }

  /** Flushes, as a change of FJOIN does. */
  resize(depth: 0 | 4 | 8): void {
    this.#depth = depth;
    this.#words = [];
  }

  /** False when it is full: the word is lost. */
  push(word: number): boolean {
    if (this.full) return false;
    this.#words.push(word);
    return true;
  }

  pull(): number | undefined {
    return this.#words.shift();
  }
}
