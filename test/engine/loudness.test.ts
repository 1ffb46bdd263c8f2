import { describe, expect, test } from "vitest";

import { contour, isoFrequencies } from "../../tools/iso226";
import { designedDeviation, playedDeviation } from "./loudness";
import { chips } from "./programs";

const rates = [44_100, 48_000, 96_000];

test("the standard's formula gives the standard's levels", () => {
  const at = (frequency: number) => contour(isoFrequencies.indexOf(frequency), 60);
  expect(isoFrequencies).toHaveLength(29);
  expect(at(20)).toBeCloseTo(109.5113, 4);
  expect(at(1000)).toBeCloseTo(60.0116, 4);
  expect(at(12_500)).toBeCloseTo(68.6308, 4);
});

test.each(rates)("loudness is designed within 0.5 dB of ISO 226:2003 for 20 to 100 phon at %i Hz", (rate) => {
  expect(designedDeviation(rate, 100)).toBeLessThanOrEqual(0.5);
});

describe.each(chips)("%s, loudness", (chip) => {
  test.each(rates)("sounds within 0.5 dB of ISO 226:2003 at %i Hz", async (rate) => {
    expect(await playedDeviation(chip, rate)).toBeLessThanOrEqual(0.5);
  });
});
