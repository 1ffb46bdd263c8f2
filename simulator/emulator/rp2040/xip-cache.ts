/** The flash cache: 16 KB, two ways, lines of 8 bytes (RP2040 datasheet 2.6.3). Only its time is modelled. */
import type { Block } from "../block";

/** Registers of XIP_CTRL (2.6.3.6). */
const register = { CTRL: 0x00, FLUSH: 0x04, STAT: 0x08, CTR_HIT: 0x0c, CTR_ACC: 0x10 } as const;
const flushed = 2;

const sets = 1024;

export class XipCache implements Block {
  hits = 0;
  accesses = 0;
  /** False has every access hit: code in flash then runs as fast as in RAM. */
  modelled = true;
  /** Cycles of a miss: the flash's clock is this fraction of the system's. */
  flashDivider = 4;
  #control = 3;
  readonly #tags = new Int32Array(2 * sets).fill(-1);
  readonly #older = new Uint8Array(sets);

  flush(): void {
    this.#tags.fill(-1);
  }

  /** Wait states of an access to flash at a byte offset; `allocate` is false for the aliases that leave the cache alone. */
  access(offset: number, allocate = true): number {
    this.accesses++;
    const line = offset >>> 3;
    const set = line & (sets - 1);
    const first = 2 * set;
    if (this.#tags[first] === line) {
      this.#older[set] = 1;
    } else if (this.#tags[first + 1] === line) {
      this.#older[set] = 0;
    } else {
      if (allocate) {
        const way = this.#older[set] as number;
        this.#tags[first + way] = line;
        this.#older[set] = way ^ 1;
      }
      return this.modelled ? this.missCycles : 0;
    }
    this.hits++;
    return 0;
  }

  /** A continuous quad read: 6 address, 2 mode, 4 dummy and 16 data cycles of the flash's clock, and 4 to hand over. */
  get missCycles(): number {
    return 28 * this.flashDivider + 4;
  }

  read(offset: number): number {
    switch (offset) {
      case register.CTRL:
        return this.#control;
      case register.STAT:
        return flushed;
      case register.CTR_HIT:
        return this.hits;
      case register.CTR_ACC:
        return this.accesses;
      default:
        return 0;
    }
  }

  write(offset: number, value: number): void {
    if (offset === register.CTRL) this.#control = value;
    else if (offset === register.FLUSH) this.flush();
    else if (offset === register.CTR_HIT) this.hits = 0;
    else if (offset === register.CTR_ACC) this.accesses = 0;
  }
}
