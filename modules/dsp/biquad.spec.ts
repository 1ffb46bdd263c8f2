import { describe, expect, it } from "vitest";

import { designBand, FilterType, flatDesign } from "./biquad";
import { magnitude } from "./response";

const { flat, peaking, lowShelf, highShelf, lowPass, highPass } = FilterType;

/** |H| in dB of the Audio EQ Cookbook's b0 … a2, written from the W3C note and evaluated on the unit circle. */
function cookbook(type: number, f0: number, q: number, gain: number, rate: number, f: number): number {
  const a = Math.pow(10, gain / 40);
  const w0 = (2 * Math.PI * f0) / rate;
  const cos = Math.cos(w0);
  const alpha = Math.sin(w0) / (2 * q);
  const shelf = 2 * Math.sqrt(a) * alpha;
  const b0b1b2a0a1a2: Record<number, number[]> = {
    [lowPass]: [(1 - cos) / 2, 1 - cos, (1 - cos) / 2, 1 + alpha, -2 * cos, 1 - alpha],
    [highPass]: [(1 + cos) / 2, -(1 + cos), (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha],
    [peaking]: [1 + alpha * a, -2 * cos, 1 - alpha * a, 1 + alpha / a, -2 * cos, 1 - alpha / a],
    [lowShelf]: [
      a * (a + 1 - (a - 1) * cos + shelf),
      2 * a * (a - 1 - (a + 1) * cos),
      a * (a + 1 - (a - 1) * cos - shelf),
      a + 1 + (a - 1) * cos + shelf,
      -2 * (a - 1 + (a + 1) * cos),
      a + 1 + (a - 1) * cos - shelf,
    ],
    [highShelf]: [
      a * (a + 1 + (a - 1) * cos + shelf),
      -2 * a * (a - 1 + (a + 1) * cos),
      a * (a + 1 + (a - 1) * cos - shelf),
      a + 1 - (a - 1) * cos + shelf,
      2 * (a - 1 - (a + 1) * cos),
      a + 1 - (a - 1) * cos - shelf,
    ],
  };
  const [b0, b1, b2, a0, a1, a2] = b0b1b2a0a1a2[type] as [number, number, number, number, number, number];
  const w = (2 * Math.PI * f) / rate;
  const power = (c0: number, c1: number, c2: number) =>
    Math.pow(c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w), 2) + Math.pow(c1 * Math.sin(w) + c2 * Math.sin(2 * w), 2);
  return 10 * Math.log10(power(b0, b1, b2) / power(a0, a1, a2));
}

/** |H| in dB of the note's analogue prototypes H(s) at s = j tan(w/2)/tan(w0/2): exact where b and a cancel. */
function prototype(type: number, f0: number, q: number, gain: number, rate: number, f: number): number {
  const a = Math.pow(10, gain / 40);
  const root = Math.sqrt(a) / q;
  const coefficients: Record<number, number[]> = {
    // numerator s², s, 1; denominator s², s, 1
    [lowPass]: [0, 0, 1, 1, 1 / q, 1],
    [highPass]: [1, 0, 0, 1, 1 / q, 1],
    [peaking]: [1, a / q, 1, 1, 1 / (a * q), 1],
    [lowShelf]: [a, a * root, a * a, a, root, 1],
    [highShelf]: [a * a, a * root, a, 1, root, a],
  };
  const [n2, n1, n0, d2, d1, d0] = coefficients[type] as [number, number, number, number, number, number];
  const w = Math.tan((Math.PI * f) / rate) / Math.tan((Math.PI * f0) / rate);
  const power = (c2: number, c1: number, c0: number) => Math.pow(c0 - c2 * w * w, 2) + Math.pow(c1 * w, 2);
  return 10 * Math.log10(power(n2, n1, n0) / power(d2, d1, d0));
}

/** The largest difference in dB from a formula over types, rates, Q, gain and frequencies around each f0. */
function largestDifference(formula: typeof cookbook, frequencies: number[]): number {
  let largest = 0;
  for (const rate of [44100, 48000, 96000])
    for (const type of [peaking, lowShelf, highShelf, lowPass, highPass])
      for (const f0 of frequencies)
        for (const q of [0.1, 0.707, 4, 20])
          for (const gain of [-20, -0.5, 6, 20]) {
            const design = designBand(type, f0, q, gain, rate);
            for (const f of [0.5 * f0, f0, Math.min(1.4 * f0, 0.45 * rate)])
              largest = Math.max(largest, Math.abs(magnitude(design, f, rate) - formula(type, f0, q, gain, rate, f)));
          }
  return largest;
}

describe("filter design", () => {
  it("has the response of the cookbook's b0 … a2 where those are exact enough to tell", () => {
    expect(largestDifference(cookbook, [5000, 12000, 19000])).toBeLessThanOrEqual(1e-9);
  });

  it("has the response of the cookbook's prototypes over the whole audio band", () => {
    expect(largestDifference(prototype, [20, 100, 1000, 5000, 19000])).toBeLessThanOrEqual(1e-9);
  });

  it("a peak has its gain at its frequency and none far away", () => {
    const peak = designBand(peaking, 1000, 1.4, 6, 48000);
    expect(magnitude(peak, 1000, 48000)).toBeCloseTo(6, 12);
    expect(magnitude(peak, 1, 48000)).toBeCloseTo(0, 4);
  });

  it("a shelf has half its gain at its frequency and all of it beyond", () => {
    expect(magnitude(designBand(lowShelf, 100, 0.707, 6, 48000), 100, 48000)).toBeCloseTo(3, 12);
    expect(magnitude(designBand(lowShelf, 100, 0.707, 6, 48000), 0.1, 48000)).toBeCloseTo(6, 6);
    expect(magnitude(designBand(highShelf, 8000, 0.707, -9, 48000), 8000, 48000)).toBeCloseTo(-4.5, 12);
    expect(magnitude(designBand(highShelf, 8000, 0.707, -9, 48000), 23999, 48000)).toBeCloseTo(-9, 6);
  });

  it("low pass and high pass with Q 1/√2 are 3.01 dB down at their frequency", () => {
    for (const type of [lowPass, highPass])
      expect(magnitude(designBand(type, 80, Math.SQRT1_2, 0, 48000), 80, 48000)).toBeCloseTo(-10 * Math.log10(2), 10);
  });

  it("a high pass lets nothing through at 0 Hz: its coefficients sum without a remainder", () => {
    const { m0, m2 } = designBand(highPass, 20, 0.707, 0, 48000);
    expect(m0 + m2).toBe(0);
  });

  it("a1 − 1 keeps its precision at 10 Hz and 96 kHz", () => {
    const { a1m1 } = designBand(highPass, 10, 20, 0, 96000);
    const g = Math.tan((Math.PI * 10) / 96000);
    const expected = (-g * (g + 1 / 20)) / (1 + g * (g + 1 / 20));
    expect(Math.abs(a1m1 / expected - 1)).toBeLessThan(1e-14);
  });

  it("is flat for type 0, for unknown types, and for peaks and shelves below 0.01 dB", () => {
    expect(designBand(flat, 1000, 1, 12, 48000)).toBe(flatDesign);
    expect(designBand(6, 1000, 1, 12, 48000)).toBe(flatDesign);
    expect(designBand(255, 1000, 1, 12, 48000)).toBe(flatDesign);
    for (const type of [peaking, lowShelf, highShelf]) {
      expect(designBand(type, 1000, 1, 0.0099, 48000)).toBe(flatDesign);
      expect(designBand(type, 1000, 1, -0.011, 48000)).not.toBe(flatDesign);
    }
    expect(designBand(lowPass, 1000, 1, 0, 48000)).not.toBe(flatDesign);
  });

  it("limits the frequency to 10 Hz … 0.45 of the sample rate", () => {
    expect(designBand(peaking, 1, 1, 6, 48000)).toEqual(designBand(peaking, 10, 1, 6, 48000));
    expect(designBand(peaking, 20000, 1, 6, 44100)).toEqual(designBand(peaking, 0.45 * 44100, 1, 6, 44100));
  });
});
