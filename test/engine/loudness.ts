/** How far the loudness filters are from ISO 226:2003: worst deviations in dB over its 29 frequencies. */
import { designLoudness, loudnessSections } from "../../modules/dsp/loudness";
import { magnitude } from "../../modules/dsp/response";
import { compensation, isoFrequencies } from "../../tools/iso226";
import { decibels, impulseResponses, type Complex } from "./impulse";
import type { Chip } from "./programs";
import { Session } from "./session";

/** Of the filters as designed, for every level heard from 20 phon up to every reference from 40 to `highest` phon. */
export function designedDeviation(rate: number, highest: number): number {
  let worst = 0;
  for (let reference = 40; reference <= highest; reference += 2.5) {
    for (let phon = 20; phon <= reference; phon += 2.5) {
      const sections = Array.from({ length: loudnessSections }, (_, section) =>
        designLoudness(section, reference, phon - reference, 100, rate),
      );
      isoFrequencies.forEach((frequency, i) => {
        const gain = sections.reduce((sum, design) => sum + magnitude(design, frequency, rate), 0);
        worst = Math.max(worst, Math.abs(gain - compensation(i, phon, reference)));
      });
    }
  }
  return worst;
}

/** Of what the engine plays, with some references and levels, the lowest and the highest among them. */
export async function playedDeviation(chip: Chip, rate: number): Promise<number> {
  let worst = 0;
  for (const [reference, phon] of [
    [80, 20],
    [80, 50],
    [80, 70],
    [60, 20],
    [40, 20],
  ] as const) {
    const session = new Session(chip, rate).loudness(reference, phon - reference);
    const [response] = await impulseResponses(session, true);
    isoFrequencies.forEach((frequency, i) => {
      const gain = decibels(response?.(frequency) as Complex);
      worst = Math.max(worst, Math.abs(gain - compensation(i, phon, reference)));
    });
  }
  return worst;
}
