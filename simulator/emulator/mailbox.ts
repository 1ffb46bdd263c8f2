/** SIO's FIFOs between the cores, one in each direction (RP2040 datasheet 2.3.1.4, RP2350 datasheet 3.1.5). */

const status = { valid: 1, ready: 2, overflow: 4, underflow: 8 } as const;

type Index = 0 | 1;

export class Mailboxes {
  readonly #depth: number;
  readonly #interrupt: (core: Index, high: boolean) => void;
  /** Words on their way to each core. */
  readonly #inboxes: readonly [number[], number[]] = [[], []];
  /** FIFO_ST's sticky errors: overflow of what a core wrote, underflow of what it read. */
  readonly #errors: [number, number] = [0, 0];

  /** `interrupt` is of a core's inbound FIFO. */
  constructor(depth: number, interrupt: (core: Index, high: boolean) => void) {
    this.#depth = depth;
    this.#interrupt = interrupt;
  }

  /** The oldest word for a core. */
  pop(core: Index): number | undefined {
    const word = this.#inboxes[core].shift();
    this.#update(core);
    return word;
  }

  /** A word from a core to the other one; false when the FIFO is full. */
  push(core: Index, word: number): boolean {
    const to = other(core);
    if (this.#inboxes[to].length >= this.#depth) return false;
    this.#inboxes[to].push(word);
    this.#update(to);
    return true;
  }

  /** FIFO_RD. */
  read(core: Index): number {
    const word = this.pop(core);
    if (word === undefined) this.#errors[core] |= status.underflow;
    this.#update(core);
    return word ?? 0;
  }

  /** FIFO_WR. */
  write(core: Index, word: number): void {
    if (!this.push(core, word)) this.#errors[core] |= status.overflow;
    this.#update(core);
  }

  /** FIFO_ST. */
  status(core: Index): number {
    const valid = this.#inboxes[core].length > 0 ? status.valid : 0;
    const ready = this.#inboxes[other(core)].length < this.#depth ? status.ready : 0;
    return valid | ready | this.#errors[core];
  }

  /** A write to FIFO_ST. */
  clear(core: Index, errors: number): void {
    this.#errors[core] &= ~errors;
    this.#update(core);
  }

  #update(core: Index): void {
    this.#interrupt(core, this.#inboxes[core].length > 0 || this.#errors[core] !== 0);
  }
}

function other(core: Index): Index {
  return core === 0 ? 1 : 0;
}

/** 32 flags: reading one claims it, which gives 0 when it was taken and its own bit otherwise; any write releases it. */
export class Spinlocks {
  /** SPINLOCK_ST. */
  taken = 0;

  claim(lock: number): number {
    const bit = 1 << lock;
    if (this.taken & bit) return 0;
    this.taken |= bit;
    return bit;
  }

  release(lock: number): void {
    this.taken &= ~(1 << lock);
  }
}
