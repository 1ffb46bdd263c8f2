/**
 * Normal equal-loudness-level contours of ISO 226:2003 (pure tones, free field, listeners of 18 to 25 years): table 1
 * and the formula of clause 4.1. The standard covers 20 to 90 phon up to 4 kHz and 20 to 80 phon above.
 */

/** Table 1: frequency in Hz, exponent α_f, magnitude L_U in dB of the transfer function, threshold T_f in dB. */
const table: readonly (readonly [number, number, number, number])[] = [
  [20, 0.532, -31.6, 78.5],
  [25, 0.506, -27.2, 68.7],
  [31.5, 0.48, -23, 59.5],
  [40, 0.455, -19.1, 51.1],
  [50, 0.432, -15.9, 44],
  [63, 0.409, -13, 37.5],
  [80, 0.387, -10.3, 31.5],
  [100, 0.367, -8.1, 26.5],
  [125, 0.349, -6.2, 22.1],
  [160, 0.33, -4.5, 17.9],
  [200, 0.315, -3.1, 14.4],
  [250, 0.301, -2, 11.4],
  [315, 0.288, -1.1, 8.6],
  [400, 0.276, -0.4, 6.2],
  [500, 0.267, 0, 4.4],
  [630, 0.259, 0.3, 3],
  [800, 0.253, 0.5, 2.2],
  [1000, 0.25, 0, 2.4],
  [1250, 0.246, -2.7, 3.5],
  [1600, 0.244, -4.1, 1.7],
  [2000, 0.243, -1, -1.3],
  [2500, 0.243, 1.7, -4.2],
  [3150, 0.243, 2.5, -6],
  [4000, 0.242, 1.2, -5.4],
  [5000, 0.242, -2.1, -1.5],
  [6300, 0.245, -7.1, 6],
  [8000, 0.254, -11.2, 12.6],
  [10000, 0.271, -10.7, 13.9],
  [12500, 0.301, -3.1, 12.3],
];

/** The 29 third-octave frequencies in Hz. */
export const isoFrequencies: readonly number[] = table.map(([frequency]) => frequency);

/** Sound pressure level in dB at which a tone of a table frequency is as loud as 1 kHz at `phon` dB. */
export function contour(index: number, phon: number): number {
  const [, alpha, transfer, threshold] = table[index] as readonly [number, number, number, number];
  const a = 4.47e-3 * (10 ** (0.025 * phon) - 1.15) + (0.4 * 10 ** ((threshold + transfer) / 10 - 9)) ** alpha;
  return (10 / alpha) * Math.log10(a) - transfer + 94;
}

/** Gain in dB that keeps the balance of `reference` phon when it is played at `phon`; nothing at 1 kHz, about. */
export function compensation(index: number, phon: number, reference: number): number {
  return contour(index, phon) - contour(index, reference) - (phon - reference);
}
