/** Encodes the few Thumb instructions of the tests' programs (ARMv6-M A6.7). */

export const nop = 0xbf00;
export const wfe = 0xbf20;
export const wfi = 0xbf30;
export const sev = 0xbf40;
export const cpsid = 0xb672;
export const bxLr = 0x4770;
/** Branch to itself. */
export const stay = 0xe7fe;

export const movs = (d: number, value: number) => 0x2000 | (d << 8) | value;
export const adds = (d: number, value: number) => 0x3000 | (d << 8) | value;
export const ldr = (t: number, n: number, offset = 0) => 0x6800 | ((offset >> 2) << 6) | (n << 3) | t;
export const ldrh = (t: number, n: number, offset = 0) => 0x8800 | ((offset >> 1) << 6) | (n << 3) | t;
export const str = (t: number, n: number, offset = 0) => 0x6000 | ((offset >> 2) << 6) | (n << 3) | t;
export const blx = (m: number) => 0x4780 | (m << 3);
export const push = (list: number) => 0xb400 | list;
export const pop = (list: number) => 0xbc00 | list;
/** PUSH {..., LR} and POP {..., PC}. */
export const withLink = 0x100;
/** A branch by a number of halfwords from the instruction's own address. */
export const b = (halfwords: number) => 0xe000 | ((halfwords - 2) & 0x7ff);

/** Halfwords that put a constant into a register: a literal that is jumped over. `at` is their own address. */
export function load(d: number, value: number, at: number): number[] {
  const words = [value & 0xffff, value >>> 16];
  // ldr d, [pc, #0 or #4]; then a branch over the literal, which must be aligned
  return (at & 3) === 0 ? [0x4800 | (d << 8), b(3), ...words] : [0x4801 | (d << 8), b(4), nop, ...words];
}

/** A program as a list of halfwords, in which `load` can be used at any place. */
export class Program {
  readonly halfwords: number[] = [];
  readonly #origin: number;

  constructor(origin: number) {
    this.#origin = origin;
  }

  /** Address of what is added next. */
  get here(): number {
    return this.#origin + 2 * this.halfwords.length;
  }

  add(...halfwords: number[]): this {
    this.halfwords.push(...halfwords);
    return this;
  }

  load(d: number, value: number): this {
    return this.add(...load(d, value, this.here));
  }

  /** Stores a word at an address, by r0 and r1. */
  store(address: number, value: number): this {
    return this.load(0, address).load(1, value).add(str(1, 0));
  }

  get bytes(): Uint8Array {
    return new Uint8Array(Uint16Array.from(this.halfwords).buffer);
  }
}

/** BL (ARMv6-M A6.7.13) from an address to another one. */
export function bl(from: number, to: number): number[] {
  const offset = to - (from + 4);
  const sign = offset < 0 ? 1 : 0;
  const bit = (index: number) => (offset >> index) & 1;
  const j = (index: number) => (bit(index) ^ sign ^ 1) & 1;
  return [
    0xf000 | (sign << 10) | ((offset >> 12) & 0x3ff),
    0xd000 | (j(23) << 13) | (j(22) << 11) | ((offset >> 1) & 0x7ff),
  ];
}
