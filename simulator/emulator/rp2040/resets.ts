/** RESETS and PSM: what is held in reset (RP2040 datasheet 2.14.3 and 2.13.5). */
import type { Block } from "../block";

const allResets = 0x1ffffff;
const allDomains = 0x1ffff;
const processor1 = 1 << 16;

export class Resets implements Block {
  readonly #blocks: ReadonlyMap<number, Block>;
  #held = allResets;
  #watchdog = 0;

  /** Blocks by their bit. */
  constructor(blocks: ReadonlyMap<number, Block>) {
    this.#blocks = blocks;
  }

  read(offset: number): number {
    return [this.#held, this.#watchdog, ~this.#held & allResets][offset >> 2] ?? 0;
  }

  write(offset: number, value: number): void {
    if (offset === 4) this.#watchdog = value & allResets;
    if (offset !== 0) return;
    const newly = value & ~this.#held;
    this.#held = value & allResets;
    for (const [bit, block] of this.#blocks) if (newly & (1 << bit)) block.reset?.();
  }
}

export class Psm implements Block {
  readonly #holdCore1: (held: boolean) => void;
  readonly #registers = [0, 0, 0];

  constructor(holdCore1: (held: boolean) => void) {
    this.#holdCore1 = holdCore1;
  }

  /** FRCE_ON, FRCE_OFF, WDSEL and DONE. */
  read(offset: number): number {
    const [on = 0, off = 0] = this.#registers;
    return offset === 12 ? allDomains & (~off | on) : (this.#registers[offset >> 2] ?? 0);
  }

  write(offset: number, value: number): void {
    if (offset >= 12) return;
    this.#registers[offset >> 2] = value & allDomains;
    if (offset === 4) this.#holdCore1((value & processor1) !== 0);
  }
}
