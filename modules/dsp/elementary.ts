/**
 * Elementary functions from + − × ÷ alone, so that filters have the same bits on every host: IEEE 754 rounds these
 * four exactly, while the last bit of Math.tan or Math.pow is a library's own business. Within 1e-15 of the truth.
 */

/** tan(πr) for r in 0 … 0.5 (exclusive): the argument in half turns makes the reflection at 1/4 exact. */
export function tanPi(r: number): number {
  return r <= 0.25 ? tanFraction(Math.PI * r) : 1 / tanFraction(Math.PI * (0.5 - r));
}

/** Lambert's continued fraction, tan y = y / (1 − y²/(3 − y²/(5 − …))), for |y| ≤ π/4. */
function tanFraction(y: number): number {
  const square = y * y;
  let denominator = 17;
  for (let odd = 15; odd > 0; odd -= 2) denominator = odd - square / denominator;
  return y / denominator;
}

const log2Of10 = 3.321928094887362;
const ln10 = 2.302585092994046;
/** log10(2) in two parts: the first is short enough that its products with small integers are exact. */
const log10Of2High = 0.3010299955494702;
const log10Of2Low = 1.1451100898021838e-10;

/** 10^x. */
export function exp10(x: number): number {
  const exponent = Math.round(x * log2Of10);
  const y = (x - exponent * log10Of2High - exponent * log10Of2Low) * ln10; // |y| ≤ ln(2)/2
  const power = powerOf2(exponent < 0 ? -exponent : exponent);
  return exponent < 0 ? expFraction(y) / power : expFraction(y) * power;
}

/** e^y = 1 + 2y/(2 − y + y²/(6 + y²/(10 + …))), for |y| ≤ 0.35. */
function expFraction(y: number): number {
  const square = y * y;
  let denominator = 22;
  for (let term = 18; term >= 6; term -= 4) denominator = term + square / denominator;
  return 1 + (2 * y) / (2 - y + square / denominator);
}

/** 2^n for a whole n ≥ 0, exact. */
function powerOf2(n: number): number {
  let result = 1;
  for (let square = 2; n > 0; square *= square, n >>= 1) if (n & 1) result *= square;
  return result;
}

/** Linear gain of a level in dB. */
export function fromDecibels(level: number): number {
  return exp10(level / 20);
}
