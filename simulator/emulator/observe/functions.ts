/** Which function an address of code belongs to. Without symbols, functions are known by where they are called. */
import type { Symbol } from "../elf";
import { hex } from "../lanes";

export interface CodeFunction {
  readonly name: string;
  readonly start: number;
  /** In bytes. */
  readonly size: number;
  /** Whether a symbol tells where it begins and ends. */
  readonly known: boolean;
}

/** Both chips have it at the beginning of the address space. */
const bootRom: CodeFunction = { name: "boot ROM", start: 0, size: 0x8000, known: false };
const everywhere = 2 ** 32;

export class Functions {
  readonly #known: readonly CodeFunction[];
  /** Of addresses that no symbol covers. */
  readonly #unknown = new Map<number, CodeFunction>();

  /** Symbols in the order of their addresses; one without a size, as assemblers make them, reaches up to the next. */
  constructor(symbols: readonly Symbol[] = []) {
    const distinct = symbols.filter(({ address }, index) => address !== symbols[index + 1]?.address);
    this.#known = distinct.map(({ name, address, size }, index) => ({
      name,
      start: address,
      size: size || (distinct[index + 1]?.address ?? address + 2) - address,
      known: true,
    }));
  }

  /** The function that an address is in. */
  at(address: number): CodeFunction {
    const place = address >>> 0;
    if (place < bootRom.size) return bootRom;
    const index = this.#before(place);
    const found = this.#known[index];
    if (found && place - found.start < found.size) return found;
    let unknown = this.#unknown.get(place);
    if (!unknown) {
      const end = this.#known[index + 1]?.start ?? everywhere;
      const size = this.#known.length === 0 ? everywhere : end - place;
      this.#unknown.set(place, (unknown = { name: hex(place), start: place, size, known: false }));
    }
    return unknown;
  }

  /** The name of the function at an address with the offset into it, where there is one. */
  nameOf(address: number): string | undefined {
    const place = address >>> 0;
    const found = place < bootRom.size ? bootRom : this.#known[this.#before(place)];
    if (!found || place - found.start >= found.size) return undefined;
    return place === found.start ? found.name : `${found.name}+0x${(place - found.start).toString(16)}`;
  }

  /** An address by its name, or in hexadecimal digits. */
  nameAt(address: number): string {
    return this.nameOf(address) ?? hex(address);
  }

  /** Index of the last known function that begins at or before an address. */
  #before(address: number): number {
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#known[middle] as CodeFunction).start <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
