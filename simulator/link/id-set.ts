/** The ids one peer has used, as runs of consecutive numbers: hosts count up, so a long session stays one run. */
export class IdSet {
  /** Ascending, disjoint and not adjacent; first and last inclusive. */
  #runs: { first: number; last: number }[] = [];

  /** Adds an id; false when it was there already. */
  add(id: number): boolean {
    const at = this.#firstRunEndingAtOrAfter(id - 1);
    const run = this.#runs[at];
    if (!run || run.first > id + 1) this.#runs.splice(at, 0, { first: id, last: id });
    else if (run.last === id - 1) this.#extend(at, id);
    else if (run.first === id + 1) run.first = id;
    else return false;
    return true;
  }

  #extend(at: number, id: number): void {
    const [run, next] = [this.#runs[at], this.#runs[at + 1]];
    if (!run) return;
    run.last = id;
    if (next?.first === id + 1) {
      run.last = next.last;
      this.#runs.splice(at + 1, 1);
    }
  }

  #firstRunEndingAtOrAfter(id: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.last ?? Infinity) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
