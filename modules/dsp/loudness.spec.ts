import { describe, expect, it } from "vitest";

import { flatDesign } from "./biquad";
import { designLoudness, loudnessSections } from "./loudness";
import { magnitude } from "./response";

function response(reference: number, volume: number, intensity: number, rate: number, frequency: number): number {
  let sum = 0;
  for (let section = 0; section < loudnessSections; section++)
    sum += magnitude(designLoudness(section, reference, volume, intensity, rate), frequency, rate);
  return sum;
}

describe("the loudness filter", () => {
  it("is flat at full volume, above it, and with an intensity of 0 %", () => {
    for (let section = 0; section < loudnessSections; section++) {
      expect(designLoudness(section, 83, 0, 200, 48000)).toBe(flatDesign);
      expect(designLoudness(section, 83, 6, 200, 48000)).toBe(flatDesign);
      expect(designLoudness(section, 83, -40, 0, 48000)).toBe(flatDesign);
    }
  });

  it("raises 50 Hz as the contours of 80 and 60 phon in ISO 226:2003 ask, twice as much at 200 %", () => {
    const contour = (phon: number) => {
      const a =
        4.47e-3 * (Math.pow(10, 0.025 * phon) - 1.15) + Math.pow(0.4 * Math.pow(10, (44 - 15.9) / 10 - 9), 0.432);
      return (10 / 0.432) * Math.log10(a) + 15.9 + 94;
    };
    const wanted = contour(60) - contour(80) + 20;
    for (const rate of [44100, 48000, 96000]) {
      expect(Math.abs(response(80, -20, 100, rate, 50) - wanted)).toBeLessThan(0.5);
      expect(Math.abs(response(80, -20, 200, rate, 50) - 2 * wanted)).toBeLessThan(1);
    }
  });

  it("stays below 20 phon as it is there", () => {
    for (let section = 0; section < loudnessSections; section++)
      expect(designLoudness(section, 60, -90, 100, 48000)).toEqual(designLoudness(section, 60, -40, 100, 48000));
  });

  it("moves little between any two neighbouring volumes", () => {
    for (const frequency of [20, 100, 1000, 3500, 12500])
      for (let volume = -63; volume < 0; volume++) {
        const step = response(83, volume, 100, 44100, frequency) - response(83, volume + 1, 100, 44100, frequency);
        expect(Math.abs(step)).toBeLessThan(1);
      }
  });

  it("stays sane above the standard's frequencies and at every extreme", () => {
    for (const rate of [44100, 48000, 96000])
      for (const reference of [40, 83, 100])
        for (const volume of [-90, -60, -30]) {
          for (const frequency of [15000, 17000, 20000])
            expect(Math.abs(response(reference, volume, 100, rate, frequency))).toBeLessThan(30);
          for (let section = 0; section < loudnessSections; section++) {
            const { a1m1, a2, m0, m1, m2 } = designLoudness(section, reference, volume, 200, rate);
            expect(a1m1 > -1 && a2 > 0 && a2 < 1).toBe(true);
            for (const m of [m0, m1, m2]) expect(Math.abs(m)).toBeLessThan(1024);
          }
        }
  });
});
