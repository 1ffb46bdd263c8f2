/** A peripheral as the bus sees it: 32-bit registers. Both chips map the same blocks at their own addresses. */
export interface Block {
  read(offset: number): number;
  /** `raw` is what the bus carried where an alias made `value` of it: it tells which write-one-to-clear bits are meant. */
  write(offset: number, value: number, raw: number): void;
  /** Back to the state after power-on, as when RESETS holds the block. */
  reset?(): void;
}

/** A write through one of the four aliases of 4 KB: plain, XOR, set and clear (RP2040 datasheet 2.1.2). */
export function writeAliased(block: Block, address: number, value: number): void {
  const offset = address & 0xfff;
  switch ((address >> 12) & 3) {
    case 0:
      return block.write(offset, value, value);
    case 1:
      return block.write(offset, block.read(offset) ^ value, value);
    case 2:
      return block.write(offset, block.read(offset) | value, value);
    default:
      return block.write(offset, block.read(offset) & ~value, value);
  }
}

/** Registers that only keep what is written to them. */
export class StorageBlock implements Block {
  #values = new Map<number, number>();
  readonly #fixed: Record<number, number>;

  /** `fixed` gives read-only registers, by offset. */
  constructor(fixed: Record<number, number> = {}) {
    this.#fixed = fixed;
  }

  read(offset: number): number {
    return this.#fixed[offset] ?? this.#values.get(offset) ?? 0;
  }

  write(offset: number, value: number): void {
    this.#values.set(offset, value);
  }

  reset(): void {
    this.#values.clear();
  }
}
