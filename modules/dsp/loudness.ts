/**
 * Loudness compensation after ISO 226:2003: what is played v dB below full volume keeps the balance that it has at
 * full volume, where 1 kHz is heard at R phon. The gain wanted at a frequency is the contour of R + v phon less that
 * of R phon, less v, so none at 1 kHz.
 *
 * Five sections whose gains follow polynomials of R and v, fitted beforehand (tools/loudness-fit.ts): a filter costs
 * the device as much as five bands of an equalizer. Below 20 phon the standard is silent: there the filter stays as
 * at 20 phon.
 */
import { designBand, FilterType, type Design } from "./biquad";
import { loudnessFit } from "./loudness-table";

const { lowShelf, peaking } = FilterType;

/** Of the sections, which run one after the other. */
export const loudnessTypes: readonly number[] = [lowShelf, lowShelf, peaking, peaking, peaking];
export const loudnessSections = 5;

const faintest = 20;
/** Beyond what any volume asks for: within what a filter section can hold. */
const greatestGain = 60;

/** What the gain of a section is a sum of, at `phon` instead of `reference` phon. */
export function loudnessTerms(
  phon: number,
  reference: number,
): readonly [number, number, number, number, number, number] {
  const below = reference - phon;
  const l = (phon - 50) / 30;
  const r = (reference - 70) / 30;
  return [below, below * l, below * r, below * l * l, below * l * r, below * r * r];
}

/**
 * Designs one of the sections. `reference` 40–100 phon; `volume` in dB, taken as −90 … 0; `intensity` in percent of the
 * standard's compensation; `rate` 44100, 48000 or 96000 Hz.
 */
export function designLoudness(
  section: number,
  reference: number,
  volume: number,
  intensity: number,
  rate: number,
): Design {
  const phon = Math.max(reference + Math.min(Math.max(volume, -90), 0), faintest);
  const [frequency, q, ...factors] = loudnessFit(rate)[section] as readonly [number, number, ...number[]];
  const terms = loudnessTerms(phon, reference);
  let gain = 0;
  for (let i = 0; i < terms.length; i++) gain += (terms[i] as number) * (factors[i] as number);
  gain = Math.min(Math.max((gain * intensity) / 100, -greatestGain), greatestGain);
  return designBand(loudnessTypes[section] as number, frequency, q, gain, rate);
}
