/** Code that both cores have translated: where from, so that writing to it makes them forget it. */
import type { CoreMemory, Memory } from "./bus";
import { codeLine } from "./memory";

export interface Translations {
  /** Forgets every block that begins at or up to a block's length before an address, or in so many bytes behind it. */
  forget(address: number, bytes: number): void;
}

/** No block is longer. */
export const longestBlock = 256;

export class CodeCache {
  readonly memory: CoreMemory;
  /** Per 64 bytes of RAM: whether code was translated from it. */
  readonly marks: Uint8Array;
  /** Per halfword of RAM: whether it is an instruction's. */
  readonly #halfwords: Uint8Array;
  readonly #hooks = new Set<number>();
  readonly #users: Translations[] = [];

  constructor(memory: CoreMemory) {
    this.memory = memory;
    this.marks = new Uint8Array(memory.ram.bytes.length / codeLine + 1);
    this.#halfwords = new Uint8Array(memory.ram.bytes.length / 2);
  }

  /** Has the bus's `romCall` happen instead of the instruction at an address. To be called before that is reached. */
  hook(address: number): void {
    this.#hooks.add(address >>> 0);
  }

  isHooked(address: number): boolean {
    return this.#hooks.has(address >>> 0);
  }

  use(translations: Translations): void {
    this.#users.push(translations);
  }

  /** The halfword of code at an address; undefined where there is no memory that code may run from. */
  fetch(address: number): number | undefined {
    const { ram, flash, rom } = this.memory;
    const of = (memory: Memory) => {
      const offset = (address - memory.base) >>> 0;
      if (offset + 1 >= memory.bytes.length) return undefined;
      return (memory.bytes[offset] as number) | ((memory.bytes[offset + 1] as number) << 8);
    };
    return of(ram) ?? of(flash) ?? of(rom);
  }

  /** Notes what a block was translated from. */
  mark(start: number, end: number): void {
    const offset = (start - this.memory.ram.base) >>> 0;
    const bytes = this.memory.ram.bytes.length;
    if (offset >= bytes) return;
    for (let at = offset; at < Math.min(bytes, offset + end - start); at += 2) {
      this.#halfwords[at >>> 1] = 1;
      this.marks[Math.floor(at / codeLine)] = 1;
    }
  }

  /** Whether bytes of RAM are code: then it is forgotten. To be called for what is written without a core, by DMA say. */
  written(address: number, bytes: number): boolean {
    const offset = (address - this.memory.ram.base) >>> 0;
    let found = false;
    for (let at = offset & ~1; at < offset + bytes; at += 2) {
      if (!this.#halfwords[at >>> 1]) continue;
      found = true;
      this.#halfwords[at >>> 1] = 0;
      const line = Math.floor(at / codeLine);
      const first = (line * codeLine) / 2;
      if (!this.#halfwords.subarray(first, first + codeLine / 2).includes(1)) this.marks[line] = 0;
    }
    if (found) this.forget(address, bytes);
    return found;
  }

  /** Forgets code in flash, or anywhere, that was written. */
  forget(address: number, bytes: number): void {
    for (const user of this.#users) user.forget(address, bytes);
  }
}
