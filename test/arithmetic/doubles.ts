/** Doubles that arithmetic may stumble over, and random ones. */
import { random } from "../engine/session";

const view = new DataView(new ArrayBuffer(8));

/** A double by its words. */
export function fromBits(high: number, low: number): number {
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}

/** Its bits in hexadecimal. */
export function inText(x: number): string {
  view.setFloat64(0, x);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

const ulp = 2 ** -52;

/** Positive and negative. */
export const specials = [
  ...[0, NaN, Infinity, Number.MAX_VALUE, 2 ** 1023, fromBits(0x7fe00000, 1)],
  // Subnormal numbers, the smallest normal ones, what is squared to them
  ...[fromBits(0, 1), fromBits(0, 2), fromBits(0, 3), fromBits(0x80000, 0), fromBits(0xfffff, 0xffffffff)],
  ...[2 ** -1022, fromBits(0x100000, 1), 3 * 2 ** -1023, fromBits(0x200000, 0), 2 ** -537, 2 ** -511, 2 ** 512],
  // Around powers of two, and with ones in all or few places
  ...[1, 1 + ulp, 1 - ulp / 2, 1.5, 1.5 + ulp, 2, 2 - ulp, 2 + 2 * ulp, 3, 4 - 2 * ulp, 0.1, 10, Math.PI, 1 / 3],
  ...[2 ** 31, 2 ** 32, 2 ** 52, 2 ** 53 - 1, 2 ** 53, 2 ** 54 + 4, fromBits(0x43300000, 0xffffffff)],
  // What is added to 1 and loses half of a last place, or a little more or less
  ...[ulp, ulp / 2, ulp / 2 + ulp * ulp, (ulp / 2) * (1 - ulp / 2), (3 * ulp) / 2, ulp / 4, 2 ** -54, 2 ** -105],
  ...[1e300, 1e-300, 1e-310],
].flatMap((x) => [x, -x]);

/** Whole 32 bits: a random number of this project's generator has fewer good ones. */
function wordsFrom(seed: number): () => number {
  const next = random(seed);
  return () => ((next() * 65_536) << 16) | (next() * 65_536);
}

const largestExponent = 2046;

/** Pairs of finite numbers: exponents near each other, or such that products or quotients are at the ends of the range, or any. */
export function pairs(count: number, seed: number): [number, number][] {
  const word = wordsFrom(seed);
  const below = (limit: number) => (word() >>> 0) % limit;
  const clamped = (exponent: number) => Math.min(largestExponent, Math.max(0, exponent));
  const exponents = [
    (e: number) => e + below(5) - 2,
    (e: number) => e + below(121) - 60,
    (e: number) => 1023 - e + below(9) - 4, // a product near the smallest numbers
    (e: number) => 3069 - e + below(5) - 2, // … near the largest
    (e: number) => e + 1022 + below(112) - 56, // a quotient near either end
    () => below(2047),
  ];
  // Fractions of few ones, of long rows of them, of any
  const fractions = [
    () => [word(), word()],
    () => [word(), 0],
    () => [0, word() >>> below(32)],
    () => [0xfffff, word() | 0xffff0000],
    () => [word(), word() & 0xf8000000],
  ];
  const fraction = () => (fractions[below(fractions.length)] as () => [number, number])();
  const number = (exponent: number, [high, low]: [number, number]) =>
    fromBits((word() & 0x80000000) | (exponent << 20) | (high & 0xfffff), low);
  return Array.from({ length: count }, () => {
    const e = below(2047);
    const other = (exponents[below(exponents.length)] as (e: number) => number)(e);
    const first = fraction();
    return [number(e, first), number(clamped(other), below(16) === 0 ? first : fraction())];
  });
}

/** Words with every count of leading zeros, small ones, and random ones. */
export function integers(count: number): Int32Array {
  const word = wordsFrom(3);
  return Int32Array.from({ length: count }, (_, i) =>
    i < 64 ? (1 << i) - (i >> 5) : i < 128 ? i - 96 : word() >> (i % 32),
  );
}
