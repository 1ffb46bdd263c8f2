/**
 * The flash cache of both chips: 16 KB, two ways, lines of 8 bytes (RP2040 datasheet 2.6.3, RP2350 datasheet 4.4.1).
 * Only its time is modelled.
 */
import type { Block } from "./block";

const sets = 1024;

export class XipCache {
  hits = 0;
  accesses = 0;
  /** False has every access hit: code in flash then runs as fast as in RAM. */
  modelled = true;
  /** Cycles of a miss: the flash's clock is this fraction of the system's. */
  flashDivider = 4;
  readonly #tags = new Int32Array(2 * sets).fill(-1);
  readonly #older = new Uint8Array(sets);

  flush(): void {
    this.#tags.fill(-1);
  }

  /** Forgets one way of the set of a byte offset. */
  forget(offset: number, way: 0 | 1): void {
    this.#tags[2 * ((offset >>> 3) & (sets - 1)) + way] = -1;
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
}

/** XIP_CTRL: the RP2040 has FLUSH beside it (datasheets 2.6.3.6 and 4.4.5). */
const register = { CTRL: 0x00, FLUSH: 0x04, STAT: 0x08, CTR_HIT: 0x0c, CTR_ACC: 0x10 } as const;
const idle = 2;

export class XipControl implements Block {
  readonly #cache: XipCache;
  #control: number;

  /** `control` is CTRL after a reset. */
  constructor(cache: XipCache, control: number) {
    this.#cache = cache;
    this.#control = control;
  }

  read(offset: number): number {
    switch (offset) {
      case register.CTRL:
        return this.#control;
      case register.STAT:
        return idle;
      case register.CTR_HIT:
        return this.#cache.hits;
      case register.CTR_ACC:
        return this.#cache.accesses;
      default:
        return 0;
    }
  }

  write(offset: number, value: number): void {
    if (offset === register.CTRL) this.#control = value;
    else if (offset === register.FLUSH) this.#cache.flush();
    else if (offset === register.CTR_HIT) this.#cache.hits = 0;
    else if (offset === register.CTR_ACC) this.#cache.accesses = 0;
  }
}
