/** The machine's address space: regions by the upper 8 bits of an address, and pages of peripherals within. */
import { writeAliased, type Block } from "./block";
import type { BusCore } from "./core";
import { lane, put, spread, view } from "./lanes";

export type Width = 1 | 2 | 4;

/** A part of the address space, as cores see it; both throw Fault where there is nothing. */
export interface Region {
  load(core: BusCore, address: number, bytes: Width): number;
  store(core: BusCore, address: number, bytes: Width, value: number): void;
}

/** 16 KB of peripherals' addresses, as cores and DMA see them. */
export interface Page {
  read(address: number, bytes: Width): number;
  /** `value` holds the bytes in its low bits. */
  write(address: number, bytes: Width, value: number): void;
  /** Why using it is a mistake: a trap. */
  readonly trouble: string | undefined;
}

const pageShift = 14;

/** Registers of 32 bits with their XOR, set and clear aliases. `written` is called after each write. */
export function registers(block: Block, written: () => void = () => undefined): Page {
  return {
    read: (address, bytes) => lane(block.read(address & 0xffc), address, bytes),
    write: (address, bytes, value) => {
      writeAliased(block, address & 0x3ffc, spread(value, bytes) | 0);
      written();
    },
    trouble: undefined,
  };
}

/** Bytes that repeat within the page; `written` gets the offset of the word. */
export function memoryPage(memory: Uint8Array, written: (offset: number) => void): Page {
  const words = new DataView(memory.buffer, memory.byteOffset, memory.length);
  const mask = memory.length - 1;
  return {
    read: (address, bytes) => view(words, address & mask, bytes),
    write: (address, bytes, value) => {
      put(words, address & mask, bytes, value);
      written(address & mask & ~3);
    },
    trouble: undefined,
  };
}

/** One of which nothing comes. */
export function deadPage(trouble: string): Page {
  return { read: () => 0, write: () => undefined, trouble };
}

/** Pages by their address. */
export class Pages {
  readonly #pages = new Map<number, Page>();
  /** What is behind those that are dead for a while. */
  readonly #behind = new Map<number, Page>();

  map(address: number, page: Page): void {
    this.#pages.set(address >>> pageShift, page);
  }

  at(address: number): Page | undefined {
    return this.#pages.get(address >>> pageShift);
  }

  /** Has a page be dead, or itself again. */
  hold(address: number, trouble: string | undefined): void {
    const number = address >>> pageShift;
    const page = this.#behind.get(number) ?? this.#pages.get(number);
    if (!page) return;
    this.#behind.set(number, page);
    this.#pages.set(number, trouble === undefined ? page : deadPage(trouble));
  }
}
