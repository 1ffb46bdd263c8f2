/**
 * Second-order filter design: Audio EQ Cookbook (W3C note) responses as a linear-trapezoidal state-variable filter
 * in delta form. Per sample, with states s1 and s2:
 *
 *   v3 = in − s2;  dv1 = a1m1 s1 + a2 v3;  dv2 = a2 s1 + a3 v3;  v = s + dv;  s += 2 dv
 *   out = m0 in + m1 v1 + m2 v2
 *
 * The cookbook's alpha and A become a damping k and a scaled g = tan(π f/Fs): k = 1/Q, except 1/(Q A) for a peak;
 * a low shelf divides g by √A, a high shelf multiplies it by √A.
 */
import { exp10, tanPi } from "./elementary";

export const FilterType = Object.freeze({ flat: 0, peaking: 1, lowShelf: 2, highShelf: 3, lowPass: 4, highPass: 5 });

/** Coefficients of one band, in double. */
export interface Design {
  readonly a1m1: number;
  readonly a2: number;
  readonly a3: number;
  readonly m0: number;
  readonly m1: number;
  readonly m2: number;
}

/** A band that changes nothing. */
export const flatDesign: Design = Object.freeze({ a1m1: 0, a2: 0, a3: 0, m0: 1, m1: 0, m2: 0 });

/** Below this a peak or shelf is flat. */
const smallestGain = 0.01;
/** What a filter is designed for: from here in Hz, to here of the sample rate. */
const lowestFrequency = 10;
const highestRatio = 0.45;

const { peaking, lowShelf, lowPass, highPass } = FilterType;

/** Whether a band with these values leaves the signal as it is: an unknown type does. */
function isFlat(type: number, gain: number): boolean {
  if (type === lowPass || type === highPass) return false;
  return type < peaking || type > highPass || (gain < smallestGain && gain > -smallestGain);
}

/**
 * Designs one band. `frequency` in Hz is limited to 10 Hz … 0.45 `rate`; `q` > 0; `gain` in dB counts for
 * peaks and shelves; `rate` in Hz.
 */
export function designBand(type: number, frequency: number, q: number, gain: number, rate: number): Design {
  if (isFlat(type, gain)) return flatDesign;
  const ratio = (frequency < lowestFrequency ? lowestFrequency : frequency) / rate;
  const g = tanPi(ratio < highestRatio ? ratio : highestRatio);
  const k = 1 / q;
  if (type === lowPass) return design(g, k, 0, 0, 1);
  if (type === highPass) return design(g, k, 1, -k, -1);
  const a = exp10(gain / 40);
  const squareLess1 = a * a - 1;
  if (type === peaking) return design(g, k / a, 1, (k / a) * squareLess1, 0);
  const rootA = exp10(gain / 80);
  if (type === lowShelf) return design(g / rootA, k, 1, k * (a - 1), squareLess1);
  return design(g * rootA, k, a * a, k * (1 - a) * a, -squareLess1);
}

function design(g: number, k: number, m0: number, m1: number, m2: number): Design {
  const a2 = g / (1 + g * (g + k));
  return { a1m1: -a2 * (g + k), a2, a3: g * a2, m0, m1, m2 }; // a1 − 1 without subtracting two near-equal numbers
}
