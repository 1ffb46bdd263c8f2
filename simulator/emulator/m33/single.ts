/**
 * Single-precision arithmetic on words, as FPSCR has it (Armv8-M E2.1, FPAdd and on): NaN propagation, flush to zero and
 * directed rounding. Blocks come here when a result is no number, or FPSCR asks for other than the default.
 */

const numbers = new Float32Array(4);
const words = new Int32Array(numbers.buffer);
const double = new Float64Array(1);
const doubleWords = new Uint32Array(double.buffer);

const defaultNan = 0x7fc00000;
const quiet = 0x00400000;
const sign = 0x80000000 | 0;
const smallestNormal = 2 ** -126;
const greatest = (2 - 2 ** -23) * 2 ** 127;

/** FPSCR (Armv8-M D1.2.93). */
const control = { alternativeHalf: 1 << 26, defaultNan: 1 << 25, flushToZero: 1 << 24 } as const;
/** FPSCR.RMode; the last one is for instructions of their own. */
const rounding = { nearest: 0, up: 1, down: 2, zero: 3, away: 4 } as const;
/** Bits of FPSCR that ask for other than default arithmetic. */
export const controlled = 0x03c00000;

const modeOf = (fpscr: number) => (fpscr >>> 22) & 3;

function toNumber(bits: number): number {
  words[0] = bits;
  return numbers[0] as number;
}

function toWord(value: number): number {
  numbers[0] = value;
  return words[0] as number;
}

const isNan = (bits: number) => (bits & 0x7fffffff) > 0x7f800000;
const isSignalling = (bits: number) => isNan(bits) && (bits & quiet) === 0;
const isDenormal = (bits: number) => (bits & 0x7f800000) === 0 && (bits & 0x7fffff) !== 0;

/** The NaN of an operation: signalling operands first, then in order; the default one when there is none. */
function nanOf(fpscr: number, ...operands: number[]): number {
  if (fpscr & control.defaultNan) return defaultNan;
  const operand = operands.find(isSignalling) ?? operands.find(isNan);
  return operand === undefined ? defaultNan : operand | quiet;
}

function flushInput(bits: number, fpscr: number): number {
  return fpscr & control.flushToZero && isDenormal(bits) ? bits & sign : bits;
}

/** A register's value for a comparison. */
export function flushed(bits: number, fpscr: number): number {
  return toNumber(flushInput(bits, fpscr));
}

function neighbour(value: number, up: boolean): number {
  if (value === 0) return up ? 2 ** -149 : -(2 ** -149);
  const bits = toWord(value);
  return toNumber(value > 0 === up ? bits + 1 : bits - 1);
}

/** Rounds a double to odd by what it lacks, so that rounding it again to single precision rounds the exact value. */
function toOdd(value: number, error: number): number {
  if (error === 0 || !Number.isFinite(value)) return value;
  double[0] = value;
  if ((doubleWords[0] as number) & 1) return value;
  const away = error > 0 === value > 0;
  if (away) doubleWords[0] = (doubleWords[0] as number) | 1;
  else {
    if (doubleWords[0] === 0) doubleWords[1] = (doubleWords[1] as number) - 1;
    doubleWords[0] = (doubleWords[0] as number) - 1;
  }
  return double[0];
}

/** The single nearest to value + error, where error is less than half a unit of the double `value`. */
function round(value: number, error: number, mode: number, flush: boolean): number {
  const exact = toOdd(value, error);
  if (flush && exact !== 0 && Math.abs(exact) < smallestNormal) return exact < 0 ? -0 : 0;
  const nearest = Math.fround(exact);
  if (mode === rounding.nearest || nearest === exact || !Number.isFinite(exact)) return nearest;
  if (!Number.isFinite(nearest)) {
    const towards = mode === rounding.up ? nearest > 0 : mode === rounding.down ? nearest < 0 : false;
    return towards ? nearest : Math.sign(nearest) * greatest;
  }
  const tooLow = nearest < exact;
  if (mode === rounding.up) return tooLow ? neighbourOf(nearest, true, exact) : nearest;
  if (mode === rounding.down) return tooLow ? nearest : neighbourOf(nearest, false, exact);
  return tooLow === exact < 0 ? neighbourOf(nearest, exact < 0, exact) : nearest;
}

/** The neighbour keeps the exact value's sign when it is zero. */
function neighbourOf(value: number, up: boolean, exact: number): number {
  const result = neighbour(value, up);
  return result === 0 && exact < 0 ? -0 : result;
}

/** What the sum of two doubles lacks (Knuth's two-sum). */
function sumError(a: number, b: number, sum: number): number {
  const part = sum - a;
  const error = a - (sum - part) + (b - part);
  return Number.isFinite(error) ? error : 0;
}

function finish(value: number, error: number, fpscr: number): number {
  return toWord(round(value, error, modeOf(fpscr), (fpscr & control.flushToZero) !== 0));
}

/** A sum of doubles; an exact zero of opposite signs is negative when rounding down. */
function sum(a: number, b: number, fpscr: number): number {
  const total = a + b;
  if (total === 0 && modeOf(fpscr) === rounding.down && (Object.is(a, -0) || Object.is(b, -0) || a !== 0)) return sign;
  return finish(total, sumError(a, b, total), fpscr);
}

export function add(a: number, b: number, fpscr: number): number {
  const x = flushInput(a, fpscr);
  const y = flushInput(b, fpscr);
  const m = toNumber(x);
  const n = toNumber(y);
  if (Number.isNaN(m + n)) return nanOf(fpscr, a, b);
  return sum(m, n, fpscr);
}

export function subtract(a: number, b: number, fpscr: number): number {
  const x = flushInput(a, fpscr);
  const y = flushInput(b, fpscr);
  const m = toNumber(x);
  const n = toNumber(y);
  if (Number.isNaN(m - n)) return nanOf(fpscr, a, b);
  return sum(m, -n, fpscr);
}

export function multiply(a: number, b: number, fpscr: number): number {
  const product = toNumber(flushInput(a, fpscr)) * toNumber(flushInput(b, fpscr));
  return Number.isNaN(product) ? nanOf(fpscr, a, b) : finish(product, 0, fpscr);
}

export function divide(a: number, b: number, fpscr: number): number {
  const m = toNumber(flushInput(a, fpscr));
  const n = toNumber(flushInput(b, fpscr));
  const quotient = m / n;
  if (Number.isNaN(quotient)) return nanOf(fpscr, a, b);
  if (!Number.isFinite(quotient) || !Number.isFinite(n) || quotient === 0) return toWord(quotient);
  // a - qb by a quotient of 24 bits that is near: its sign tells on which side the exact one is
  const head = Math.fround(quotient);
  if (!Number.isFinite(head) || head === 0 || Math.abs(head) < smallestNormal) return finish(quotient, 0, fpscr);
  const rest = (m - head * n) / n;
  return finish(head + rest, sumError(head, rest, head + rest), fpscr);
}

export function squareRoot(a: number, fpscr: number): number {
  const x = flushInput(a, fpscr);
  const root = Math.sqrt(toNumber(x));
  return Number.isNaN(root) ? nanOf(fpscr, a) : finish(root, 0, fpscr);
}

/** a times b plus c, rounded once: the product of singles is an exact double. */
export function fused(a: number, b: number, c: number): number {
  const product = a * b;
  const total = product + c;
  double[0] = total;
  // Only a double in the middle of two singles, or of denormal ones, can be rounded wrongly by fround.
  if (((doubleWords[0] as number) & 0x1fffffff) !== 0x10000000 && Math.abs(total) >= smallestNormal)
    return Math.fround(total);
  return Math.fround(toOdd(total, sumError(product, c, total)));
}

/** VFMA's pseudocode FPMulAdd: NaNs of the addend first. */
export function fusedWords(a: number, b: number, c: number, fpscr: number): number {
  const m = toNumber(flushInput(a, fpscr));
  const n = toNumber(flushInput(b, fpscr));
  const addend = toNumber(flushInput(c, fpscr));
  const product = m * n;
  if (isNan(a) || isNan(b) || isNan(c)) {
    if (Number.isNaN(product) && !isNan(a) && !isNan(b) && !isSignalling(c)) return defaultNan;
    return nanOf(fpscr, c, a, b);
  }
  if (Number.isNaN(product + addend)) return defaultNan;
  return sum(product, addend, fpscr);
}

/** VMLA, VMLS (kind 0), VNMLS, VNMLA (kind 1): the product is rounded, then added. */
export function chained(d: number, a: number, b: number, kind: number, negative: number, fpscr: number): number {
  const product = multiply(a, b, fpscr);
  return add(kind === 0 ? d : d ^ sign, negative ? product ^ sign : product, fpscr);
}

// --- greatest, least, integral and fixed-point values -----------------------------------------------------------

/** VMAXNM and VMINNM: a quiet NaN loses against a number. */
function choose(a: number, b: number, fpscr: number, greater: boolean): number {
  if (isSignalling(a) || isSignalling(b) || (isNan(a) && isNan(b))) return nanOf(fpscr, a, b);
  const x = flushInput(a, fpscr);
  const y = flushInput(b, fpscr);
  if (isNan(x)) return y;
  if (isNan(y)) return x;
  const m = toNumber(x);
  const n = toNumber(y);
  if (m === n) return greater ? x & y : x | y; // zeros differ by their signs
  return m > n === greater ? x : y;
}

export function maximum(a: number, b: number, fpscr: number): number {
  return choose(a, b, fpscr, true);
}

export function minimum(a: number, b: number, fpscr: number): number {
  return choose(a, b, fpscr, false);
}

function roundToInteger(value: number, mode: number): number {
  switch (mode) {
    case rounding.up:
      return Math.ceil(value);
    case rounding.down:
      return Math.floor(value);
    case rounding.zero:
      return Math.trunc(value);
    case rounding.away:
      return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
    default: {
      const floor = Math.floor(value);
      const rest = value - floor;
      if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
      return floor % 2 === 0 ? floor : floor + 1;
    }
  }
}

/** VRINT: a float without fraction; a zero keeps the operand's sign. */
export function toIntegral(a: number, mode: number, fpscr: number): number {
  if (isNan(a)) return nanOf(fpscr, a);
  const x = flushInput(a, fpscr);
  const value = toNumber(x);
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 23) return x;
  return toWord(roundToInteger(Math.abs(value) < 0.5 && mode === rounding.away ? 0 : value, mode)) | (x & sign);
}

/** VCVT to integers and fixed point: saturates; a NaN is 0. */
export function toFixed(
  a: number,
  fraction: number,
  width: number,
  signed: number,
  mode: number,
  fpscr: number,
): number {
  if (isNan(a)) return 0;
  const value = toNumber(flushInput(a, fpscr)) * 2 ** fraction;
  const least = signed ? -(2 ** (width - 1)) : 0;
  const most = signed ? 2 ** (width - 1) - 1 : 2 ** width - 1;
  return Math.min(most, Math.max(least, roundToInteger(value, mode))) | 0;
}

/** VCVT from integers and fixed point. */
export function fromFixed(value: number, fraction: number, signed: number, mode: number): number {
  return toWord(round((signed ? value : value >>> 0) * 2 ** -fraction, 0, mode, false));
}

// --- half precision ---------------------------------------------------------------------------------------------

/** VCVTB and VCVTT to single precision. */
export function fromHalf(half: number, fpscr: number): number {
  const negative = half & 0x8000 ? sign : 0;
  const exponent = (half >> 10) & 31;
  const mantissa = half & 0x3ff;
  if (exponent === 31 && (fpscr & control.alternativeHalf) === 0) {
    if (mantissa === 0) return negative | 0x7f800000;
    return fpscr & control.defaultNan ? defaultNan : negative | 0x7fc00000 | (mantissa << 13);
  }
  const value = exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25);
  return toWord(value) | negative;
}

/** VCVTB and VCVTT to half precision: 16 bits. */
export function toHalf(a: number, fpscr: number): number {
  const alternative = (fpscr & control.alternativeHalf) !== 0;
  const negative = (a >>> 16) & 0x8000;
  if (isNan(a)) {
    if (alternative) return negative;
    return fpscr & control.defaultNan ? 0x7e00 : negative | 0x7e00 | ((a >> 13) & 0x1ff);
  }
  const magnitude = Math.abs(toNumber(flushInput(a, fpscr)));
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const limit = alternative ? 0x7fff : 0x7bff;
  if (magnitude === Infinity) return negative | (alternative ? 0x7fff : 0x7c00);
  if (magnitude === 0) return negative;
  const mode = modeOf(fpscr);
  const towards = mode === rounding.zero || mode === (negative ? rounding.up : rounding.down);
  const steps = roundToInteger(magnitude * 2 ** (10 - exponent), mode === 0 ? 0 : towards ? 2 : 1);
  const half = ((exponent + 14) << 10) + steps;
  if (half <= limit) return negative | half;
  return negative | (alternative ? 0x7fff : towards ? 0x7bff : 0x7c00);
}
