/** RESETS and PSM: what is held in reset (RP2040 datasheet 2.14.3 and 2.13.5, RP2350 datasheet 7.5 and 7.4). */
import type { Block } from "./block";

type Resettable = Pick<Block, "reset">;

export class Resets implements Block {
  readonly #blocks: ReadonlyMap<number, Resettable>;
  readonly #all: number;
  #held: number;
  #watchdog = 0;

  /** Blocks by their bit; `all` bits mean something. */
  constructor(all: number, blocks: ReadonlyMap<number, Resettable>) {
    this.#all = this.#held = all;
    this.#blocks = blocks;
  }

  read(offset: number): number {
    return [this.#held, this.#watchdog, ~this.#held & this.#all][offset >> 2] ?? 0;
  }

  write(offset: number, value: number): void {
    if (offset === 4) this.#watchdog = value & this.#all;
    if (offset !== 0) return;
    const newly = value & ~this.#held;
    this.#held = value & this.#all;
    for (const [bit, block] of this.#blocks) if (newly & (1 << bit)) block.reset?.();
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
