/**
 * Elementary functions from + − × ÷ alone, so that filters have the same bits on every host: IEEE 754 rounds these
 * four exactly, while the last bit of Math.tan or Math.pow is a library's own business. Within 1e-15 of the truth.
 */

/** tan(πr) for r in 0 … 0.5 (exclusive): the argument in half turns makes the reflection at 1/4 exact. */
export function tanPi(r: number): number {
  return r <= 0.25 ? tanFraction(Math.PI * r) : 1 / tanFraction(Math.PI * (0.5 - r));
}

/** Lambert's continued fraction for |y| ≤ π/4; unrolled, as are those below: XS takes a third of a loop's steps. */
function tanFraction(y: number): number {
  const s = y * y;
  return y / (1 - s / (3 - s / (5 - s / (7 - s / (9 - s / (11 - s / (13 - s / (15 - s / 17))))))));
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
  const s = y * y;
  return 1 + (2 * y) / (2 - y + s / (6 + s / (10 + s / (14 + s / (18 + s / 22)))));
}

/** 2^n for a whole n ≥ 0, exact. */
function powerOf2(n: number): number {
  return n <= 30 ? 1 << n : 0x40000000 * powerOf2(n - 30);
}

/** Linear gain of a level in dB. */
export function fromDecibels(level: number): number {
  return exp10(level / 20);
}
