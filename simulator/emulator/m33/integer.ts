/** What blocks call for saturation, parallel sums and 64-bit products. `words` is the core's array: Q and GE are in it. */
import { word } from "./emitter";

export function highUnsigned(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const first = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  const second = (Math.imul(aLow, bHigh) >>> 0) + (first & 0xffff);
  return (Math.imul(aHigh, bHigh) + (first >>> 16) + (second >>> 16)) | 0;
}

export function highSigned(a: number, b: number): number {
  return (highUnsigned(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;
}

/** SMMLA and SMMUL. */
export function mostSignificant(sum: number, a: number, b: number, round: number): number {
  return (sum + highSigned(a, b) + (round && Math.imul(a, b) < 0 ? 1 : 0)) | 0;
}

/** SMMLS. */
export function mostSignificantLess(sum: number, a: number, b: number, round: number): number {
  const low = -Math.imul(a, b) | 0;
  return (sum - highSigned(a, b) - (low === 0 ? 0 : 1) + (round && low < 0 ? 1 : 0)) | 0;
}

/** The upper 32 of the 48 bits of a product. */
export function wide(a: number, b: number): number {
  return Math.floor((a * b) / 65536);
}

/** A sum that sets Q when it does not fit, and wraps. */
export function accumulate(sum: number, product: number, words: Int32Array): number {
  const total = sum + product;
  if (total !== (total | 0)) words[word.q] = 1;
  return total | 0;
}

function saturate(value: number, low: number, high: number, words: Int32Array): number {
  if (value >= low && value <= high) return value;
  words[word.q] = 1;
  return value < low ? low : high;
}

export function qadd(a: number, b: number, words: Int32Array): number {
  return saturate(a + b, -0x80000000, 0x7fffffff, words);
}

export function qsub(a: number, b: number, words: Int32Array): number {
  return saturate(a - b, -0x80000000, 0x7fffffff, words);
}

export function ssat(value: number, bits: number, words: Int32Array): number {
  return saturate(value, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1, words);
}

export function usat(value: number, bits: number, words: Int32Array): number {
  return saturate(value, 0, 2 ** bits - 1, words);
}

export function ssat16(value: number, bits: number, words: Int32Array): number {
  return (ssat((value << 16) >> 16, bits, words) & 0xffff) | (ssat(value >> 16, bits, words) << 16);
}

export function usat16(value: number, bits: number, words: Int32Array): number {
  return (usat((value << 16) >> 16, bits, words) & 0xffff) | (usat(value >> 16, bits, words) << 16);
}

export function rbit(value: number): number {
  let result = ((value >>> 1) & 0x55555555) | ((value & 0x55555555) << 1);
  result = ((result >>> 2) & 0x33333333) | ((result & 0x33333333) << 2);
  result = ((result >>> 4) & 0x0f0f0f0f) | ((result & 0x0f0f0f0f) << 4);
  result = ((result >>> 8) & 0x00ff00ff) | ((result & 0x00ff00ff) << 8);
  return (result >>> 16) | (result << 16);
}

/** SEL: bytes of a where GE is set, of b elsewhere. */
export function select(a: number, b: number, words: Int32Array): number {
  const ge = words[word.ge] as number;
  let mask = 0;
  for (let i = 0; i < 4; i++) if (ge & (1 << i)) mask |= 0xff << (8 * i);
  return (a & mask) | (b & ~mask);
}

/** USAD8. */
export function differences(a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < 32; i += 8) sum += Math.abs(((a >>> i) & 0xff) - ((b >>> i) & 0xff));
  return sum;
}

/**
 * SADD16 and its kin. `kind` is the upper field of the encoding (0 ADD8, 1 ADD16, 2 ASX, 4 SUB8, 5 SUB16, 6 SAX),
 * `family` the lower one: bit 2 unsigned; 0 modulo with GE, 1 saturating, 2 halving.
 */
export function parallel(kind: number, family: number, a: number, b: number, words: Int32Array): number {
  const bytes = (kind & 3) === 0;
  const width = bytes ? 8 : 16;
  const lanes = 32 / width;
  const unsigned = (family & 4) !== 0;
  const lane = (value: number, index: number) => {
    const top = value << (32 - width * (index + 1));
    return unsigned ? top >>> (32 - width) : top >> (32 - width);
  };
  const mask = bytes ? 0xff : 0xffff;
  const low = unsigned ? 0 : -(2 ** (width - 1));
  const high = unsigned ? mask : 2 ** (width - 1) - 1;
  const exchange = kind === 2 || kind === 6;
  let result = 0;
  let ge = 0;
  for (let i = 0; i < lanes; i++) {
    const subtracts = exchange ? (kind === 2) === (i === 0) : (kind & 4) !== 0;
    const other = lane(b, exchange ? 1 - i : i);
    const sum = subtracts ? lane(a, i) - other : lane(a, i) + other;
    const reached = unsigned && !subtracts ? sum > mask : sum >= 0;
    if (reached) ge |= (bytes ? 1 : 3) << ((i * width) / 8);
    let part = sum;
    if ((family & 3) === 1) part = Math.min(high, Math.max(low, sum));
    else if ((family & 3) === 2) part = sum >> 1;
    result |= (part & mask) << (i * width);
  }
  if ((family & 3) === 0) words[word.ge] = ge;
  return result;
}
