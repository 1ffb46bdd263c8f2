/** RESETS and PSM: what is held in reset (RP2040 datasheet 2.14.3 and 2.13.5, RP2350 datasheet 7.5 and 7.4). */
import type { Block } from "./block";
import type { Pages } from "./bus";

/** A bit of RESETS with the name of its block, and the addresses of the block's pages. */
export type ResetLine = readonly [bit: number, name: string, ...pages: number[]];

export class Resets implements Block {
  readonly #lines: readonly ResetLine[];
  readonly #blocks: ReadonlyMap<number, Pick<Block, "reset">>;
  readonly #pages: Pages;
  readonly #all: number;
  #held: number;
  #watchdog = 0;

  /**
   * `all` bits mean something. Blocks by their bit are told of a reset; pages, which are to be mapped before, are dead
   * while their line is held, as all are at first.
   */
  constructor(
    all: number,
    blocks: ReadonlyMap<number, Pick<Block, "reset">>,
    lines: readonly ResetLine[],
    pages: Pages,
  ) {
    this.#all = this.#held = all;
    this.#blocks = blocks;
    this.#lines = lines;
    this.#pages = pages;
    this.#hold(all);
  }

  read(offset: number): number {
    return [this.#held, this.#watchdog, ~this.#held & this.#all][offset >> 2] ?? 0;
  }

  write(offset: number, value: number): void {
    if (offset === 4) this.#watchdog = value & this.#all;
    if (offset !== 0) return;
    const changed = (value ^ this.#held) & this.#all;
    this.#held = value & this.#all;
    for (const [bit, block] of this.#blocks) if (changed & value & (1 << bit)) block.reset?.();
    this.#hold(changed);
  }

  /** Has the pages of some lines follow them. */
  #hold(lines: number): void {
    for (const [bit, name, ...pages] of this.#lines) {
      if ((lines & (1 << bit)) === 0) continue;
      const trouble = this.#held & (1 << bit) ? `${name} is used while RESETS holds it` : undefined;
      for (const page of pages) this.#pages.hold(page, trouble);
    }
  }
}

export class Psm implements Block {
  readonly #domains: number;
  readonly #holdCore1: (held: boolean) => void;
  readonly #registers = [0, 0, 0];

  /** Core 1 is the last of so many domains. */
  constructor(domains: number, holdCore1: (held: boolean) => void) {
    this.#domains = domains;
    this.#holdCore1 = holdCore1;
  }

  get #all(): number {
    return (1 << this.#domains) - 1;
  }

  /** FRCE_ON, FRCE_OFF, WDSEL and DONE. */
  read(offset: number): number {
    const [on = 0, off = 0] = this.#registers;
    return offset === 12 ? this.#all & (~off | on) : (this.#registers[offset >> 2] ?? 0);
  }

  write(offset: number, value: number): void {
    if (offset >= 12) return;
    this.#registers[offset >> 2] = value & this.#all;
    if (offset === 4) this.#holdCore1((value & (1 << (this.#domains - 1))) !== 0);
  }
}
