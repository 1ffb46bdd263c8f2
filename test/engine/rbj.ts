/** The Audio EQ Cookbook (W3C note, R. Bristow-Johnson) as printed: the responses that the engine must have. */

export interface Biquad {
  b: [number, number, number];
  a: [number, number, number];
}

/** Types as the wire numbers them: 1 peaking, 2 low shelf, 3 high shelf, 4 low pass, 5 high pass. */
export function cookbook(type: number, frequency: number, q: number, gain: number, rate: number): Biquad {
  const w0 = (2 * Math.PI * frequency) / rate;
  const cos = Math.cos(w0);
  const alpha = Math.sin(w0) / (2 * q);
  const A = 10 ** (gain / 40);
  const shelf = 2 * Math.sqrt(A) * alpha;
  switch (type) {
    case 1:
      return { b: [1 + alpha * A, -2 * cos, 1 - alpha * A], a: [1 + alpha / A, -2 * cos, 1 - alpha / A] };
    case 2:
      return {
        b: [A * (A + 1 - (A - 1) * cos + shelf), 2 * A * (A - 1 - (A + 1) * cos), A * (A + 1 - (A - 1) * cos - shelf)],
        a: [A + 1 + (A - 1) * cos + shelf, -2 * (A - 1 + (A + 1) * cos), A + 1 + (A - 1) * cos - shelf],
      };
    case 3:
      return {
        b: [A * (A + 1 + (A - 1) * cos + shelf), -2 * A * (A - 1 + (A + 1) * cos), A * (A + 1 + (A - 1) * cos - shelf)],
        a: [A + 1 - (A - 1) * cos + shelf, 2 * (A - 1 - (A + 1) * cos), A + 1 - (A - 1) * cos - shelf],
      };
    case 4:
      return { b: [(1 - cos) / 2, 1 - cos, (1 - cos) / 2], a: [1 + alpha, -2 * cos, 1 - alpha] };
    case 5:
      return { b: [(1 + cos) / 2, -1 - cos, (1 + cos) / 2], a: [1 + alpha, -2 * cos, 1 - alpha] };
    default:
      return { b: [1, 0, 0], a: [1, 0, 0] };
  }
}

/** Magnitude in dB. Written in sin²(w/2), where the formula's differences of near-equal numbers do not lose digits. */
export function magnitudeOf({ b, a }: Biquad, frequency: number, rate: number): number {
  const phi = Math.sin((Math.PI * frequency) / rate) ** 2;
  const power = ([c0, c1, c2]: [number, number, number]) =>
    (c0 + c1 + c2) ** 2 - 4 * (c0 * c1 + 4 * c0 * c2 + c1 * c2) * phi + 16 * c0 * c2 * phi ** 2;
  return 10 * Math.log10(power(b) / power(a));
}

/** Frequencies spaced evenly on a logarithmic scale, ends included. */
export function logSpaced(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
}
