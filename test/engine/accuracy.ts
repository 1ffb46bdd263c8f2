/** How far a chip's filters are from the Audio EQ Cookbook, and how much noise they add. */
import { designBand, type Design } from "../../modules/dsp/biquad";
import { magnitude } from "../../modules/dsp/response";
import { askKernels, designText, type Chip } from "./programs";
import { cookbook, logSpaced, magnitudeOf } from "./rbj";

export interface Grid {
  frequencies: number[];
  qs: number[];
  gains: number[];
}

/**
 * Worst deviations in dB at 100 frequencies: of the coefficients that the arithmetic holds (everywhere), and of a sweep
 * played through the filter (where the response is above -40 dB: a stop band measures the sweep's own rounding).
 */
export async function worstDeviation(chip: Chip, type: number, rate: number, grid: Grid) {
  const probes = logSpaced(20, Math.min(20_000, 0.45 * rate), 100);
  const gains = type <= 3 ? grid.gains : [0];
  const filters = grid.frequencies
    .map((frequency) => Math.min(frequency, 0.45 * rate))
    .flatMap((frequency) => grid.qs.flatMap((q) => gains.map((gain) => ({ frequency, q, gain }))));
  const designs = filters.map(({ frequency, q, gain }) => designText(designBand(type, frequency, q, gain, rate)));
  const answers = await askKernels(chip, [
    `frequencies ${probes.length} ${probes.map((f) => f / rate).join(" ")}`,
    ...designs.flatMap((design) => [`held ${design}`, `played ${design}`]),
  ]);
  const worst = { held: 0, played: 0 };
  filters.forEach(({ frequency, q, gain }, i) => {
    const wanted = cookbook(type, frequency, q, gain, rate);
    const held = toDesign(answers[1 + 2 * i] as number[]);
    const played = answers[2 + 2 * i] as number[];
    probes.forEach((f, p) => {
      const expected = magnitudeOf(wanted, f, rate);
      worst.held = Math.max(worst.held, Math.abs(magnitude(held, f, rate) - expected));
      if (expected > -40) worst.played = Math.max(worst.played, Math.abs((played[p] as number) - expected));
    });
  });
  return worst;
}

function toDesign(numbers: number[]): Design {
  const [a1m1, a2, a3, m0, m1, m2] = numbers as [number, number, number, number, number, number];
  return { a1m1, a2, a3, m0, m1, m2 };
}

/** The filters that are hard on an arithmetic: type, Hz, Q, dB. */
export const noiseRows: { name: string; rate: number; band: [number, number, number, number] }[] = [
  { name: "high pass 20 Hz", rate: 48_000, band: [5, 20, 0.707, 0] },
  { name: "peak 30 Hz, Q 4, +6 dB", rate: 48_000, band: [1, 30, 4, 6] },
  { name: "peak 30 Hz, Q 10, -12 dB at 96 kHz", rate: 96_000, band: [1, 30, 10, -12] },
  { name: "low pass 80 Hz", rate: 48_000, band: [4, 80, 0.707, 0] },
  { name: "low shelf 100 Hz, +6 dB", rate: 48_000, band: [2, 100, 0.707, 6] },
  { name: "high shelf 10 kHz, +6 dB", rate: 48_000, band: [3, 10_000, 0.707, 6] },
  { name: "high shelf 12 kHz, -6 dB at 96 kHz", rate: 96_000, band: [3, 12_000, 0.707, -6] },
  { name: "peak 1 kHz, Q 1, +6 dB", rate: 48_000, band: [1, 1000, 1, 6] },
  { name: "peak 8 kHz, Q 1, +6 dB", rate: 48_000, band: [1, 8000, 1, 6] },
];

/** Wanted at most, dB re full scale. */
export const noiseLimit: Record<Chip, number> = { rp2040: -144, rp2350: -137 };
