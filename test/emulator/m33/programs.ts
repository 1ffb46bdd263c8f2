/** Random programs for a Cortex-M33: instructions of chosen kinds, branches forward, IT blocks, and a state to start from. */
import { type Group, groups } from "./instructions";

/** Places in memory, shared with harness.c. */
export const place = {
  count: 0x10030000,
  pattern: 0x10030004,
  scratch: 0x10040000,
  stack: 0x10060000,
  records: 0x10100000,
  code: 0x10240000,
} as const;
const scratchBytes = 1024;
/** Words of a record: r0 to r15, xPSR, S0 to S31, FPSCR, exception, CFSR, EXC_RETURN, checksum of memory. */
export const recordWords = 54;
export const codeBytes = 128;
/** Programs that fit into memory at once. */
export const batchSize = 5000;

/** Mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(limit: number): number {
    return Math.floor((this.word() / 2 ** 32) * limit);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const pointers = [7, 10];
const index = 6;
const writable = [0, 1, 2, 3, 4, 5, 8, 9, 11, 12, 14];
const readable = [...writable, ...pointers, index];
const low = (list: number[]) => list.filter((register) => register < 8);

/** Fills a pattern's fields. */
function encode(random: Random, pattern: string): number[] {
  const written = new Set<number>();
  const filled = pattern.replace(/([a-z])\1*/g, (field: string) => {
    const letter = field[0] as string;
    const bits = field.length;
    if (letter === "x") return (random.word() >>> (32 - bits)).toString(2).padStart(bits, "0");
    if (letter === "z") return random.below(4) === 0 ? "1" : "0";
    let choice = "def".includes(letter) ? writable : letter === "b" ? pointers : letter === "i" ? [index] : readable;
    if (bits === 3) choice = low(choice);
    let register = random.of(choice);
    while (written.has(register)) register = random.of(choice);
    if ("def".includes(letter)) written.add(register);
    if (bits < 3) return (random.word() >>> (32 - bits)).toString(2).padStart(bits, "0");
    return register.toString(2).padStart(bits, "0");
  });
  const words = [parseInt(filled.slice(0, 16), 2)];
  if (filled.length === 32) words.push(parseInt(filled.slice(16), 2));
  if (filled.length !== 16 && filled.length !== 32) throw new Error(`the pattern ${pattern} has ${filled.length} bits`);
  return words;
}

/** Whether an instruction may write flags in a way that 16-bit encodings may not in an IT block. */
const comparesOrBranches = (words: number[]) => (words[0] as number) >> 12 === 13 || (words[0] as number) >> 8 === 0xbf;

export interface Program {
  code: number[];
  state: Uint32Array;
}

function kindsOf(random: Random): Group[] {
  const mixes: Group[][] = [
    ["integer"],
    ["integer", "dsp"],
    ["integer", "memory"],
    ["float"],
    ["float"],
    ["float", "memory"],
    ["integer", "dsp", "memory", "float"],
    ["integer", "dsp", "memory", "float", "system"],
  ];
  return random.of(mixes);
}

/** A program of a few instructions that ends by SVC, and is padded by it. */
export function program(random: Random): Program {
  const kinds = kindsOf(random);
  const parts: { words: number[]; skips?: number; make?: (offset: number) => number[] }[] = [];
  const length = 3 + random.below(14);
  const one = () => encode(random, random.of(groups[random.of(kinds)]));
  while (parts.length < length) {
    const choice = random.below(20);
    const skips = 1 + random.below(3);
    if (choice === 0)
      parts.push({ words: [0], skips, make: (offset) => [0xd000 | (random.below(14) << 8) | ((offset >> 1) & 0xff)] });
    else if (choice === 1) {
      const register = random.of(low(readable));
      const non = random.below(2) << 11;
      const make = (offset: number) => [0xb100 | non | ((offset & 0x40) << 3) | ((offset & 0x3e) << 2) | register];
      parts.push({ words: [0], skips, make });
    } else if (choice === 2) {
      const make = (offset: number) => [0xf000 | (random.below(14) << 6), 0x8000 | ((offset >> 1) & 0x7ff)];
      parts.push({ words: [0, 0], skips, make });
    } else if (choice === 3) {
      const link = random.below(2) ? 0xf800 : 0xb800; // BL, B.W
      parts.push({ words: [0, 0], skips, make: (offset) => [0xf000, link | ((offset >> 1) & 0x7ff)] });
    } else if (choice < 6) {
      const count = 1 + random.below(4);
      const condition = random.below(14);
      let mask = 1 << (4 - count);
      for (let i = 1; i < count; i++) mask |= ((condition & 1) ^ random.below(2)) << (4 - i);
      parts.push({ words: [0xbf00 | (condition << 4) | mask] });
      for (let i = 0; i < count; i++) {
        let words = one();
        while (comparesOrBranches(words)) words = one();
        parts.push({ words });
      }
    } else parts.push({ words: one() });
  }
  const starts: number[] = [];
  let at = 0;
  for (const part of parts) {
    starts.push(at);
    at += 2 * part.words.length;
  }
  starts.push(at);
  const code = parts.flatMap(({ words, skips, make }, i) => {
    if (!make) return words;
    const target = starts[Math.min(parts.length, i + 1 + (skips as number))] as number;
    return make(Math.max(0, target - (starts[i] as number) - 4));
  });
  while (code.length < codeBytes / 2) code.push(0xdf00);
  return { code, state: state(random) };
}

/** Patterns that arithmetic stumbles over. */
const specialFloats = [
  0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345, 0x7f812345, 0xff800001, 1,
  0x80000001, 0x007fffff, 0x00800000, 0x80800000, 0x7f7fffff, 0xff7fffff, 0x3f000000, 0xbf000000, 0x3fc00000,
  0x40200000, 0x4f000000, 0xcf000000, 0x4f800000, 0x4b000001, 0x4affffff, 0x3effffff, 0xbeffffff, 0x33800000,
  0x7fffffff, 0x47ffe000, 0x38800000, 0x33000000,
];
/** 2^-12 (1 ± 2^-23) and 1 + 2^-23: a product and a sum that lie by less than a double tells beside the middle of two floats. */
const nearMiddle = [0x39800001, 0x397ffffe, 0x39800001, 0x397ffffe, 0x3f800001, 0xbf800001, 0x3f800000, 0xb9800001];
const specialWords = [0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 0x8000, 0xffff8000, 0x7fff8000, 0x80008000, 0xff];

function state(random: Random): Uint32Array {
  const words = new Uint32Array(recordWords);
  for (let i = 0; i < 15; i++) {
    const kind = random.below(4);
    words[i] = kind === 0 ? random.of(specialWords) : kind === 1 ? random.word() >>> random.below(32) : random.word();
  }
  pointers.forEach((pointer, i) => (words[pointer] = place.scratch + scratchBytes / 2 + 64 * i + 4 * random.below(8)));
  words[index] = random.below(8) * 4;
  words[13] = place.stack + 4 * random.below(2);
  words[16] = random.word() & 0xf80f0000;
  const near = 100 + random.below(56);
  const beside = random.below(4) === 0;
  for (let i = 0; i < 32; i++) {
    const kind = random.below(5);
    if (beside) words[17 + i] = random.of(nearMiddle);
    else if (kind === 0) words[17 + i] = random.of(specialFloats);
    else if (kind === 1) words[17 + i] = random.word();
    // numbers of like magnitude, with few or many bits, so that sums cancel and round
    else
      words[17 + i] =
        ((random.word() & 0x80000000) |
          ((near + random.below(kind === 2 ? 30 : 3)) << 23) |
          (random.word() & 0x7fffff & (-1 << random.below(24)))) >>>
        0;
  }
  const controls = random.below(8);
  words[49] = (random.word() & 0xf0000000) | (controls === 0 ? random.word() & 0x07c00000 : 0);
  return words;
}
