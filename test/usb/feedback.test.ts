import { beforeAll, describe, expect, test } from "vitest";

import { buildProbe, type Ask } from "./probe";

let ask: Ask;
beforeAll(async () => {
  ask = await buildProbe();
});

const rates = [44100, 48000, 96000];
const tenMinutes = 600_000;
const settling = 20_000;

describe.each(rates)("feedback at %i Hz", (rate) => {
  const nominal = Math.round((rate * 2 ** 14) / 1000);

  test("is the rate itself from the first value on while host and clock agree", () => {
    const values = ask(`feedback ${rate} 0 50`)[0]?.split(" ").map(Number) ?? [];
    expect(values).toHaveLength(51);
    expect(new Set(values)).toEqual(new Set([nominal]));
  });

  test.each([-500, -100, 0, 100, 500])("keeps the ring within a frame of its target, clock %i ppm off", (ppm) => {
    const [before, after, mean] = (ask(`drift ${rate} ${ppm} ${settling} ${tenMinutes}`)[0] ?? "")
      .split(" ")
      .map(Number);
    expect(after).toBeLessThanOrEqual(1);
    expect(before).toBeLessThanOrEqual(rate / 1000); // a ms of ring on the way there
    // what was sent in ten minutes is what the clock took, but for the deviation
    expect(Math.abs((mean ?? 0) * tenMinutes - ((rate * (1 + ppm * 1e-6)) / 1000) * tenMinutes)).toBeLessThanOrEqual(2);
  });

  test("never asks for more than half a frame beside the nominal packet", () => {
    for (const over of [-20, 20]) {
      const values = ask(`feedback ${rate} ${over} 3000`)[0]?.split(" ").map(Number) ?? [];
      expect(Math.max(...values.map((value) => Math.abs(value - nominal)))).toBe(2 ** 13);
    }
  });
});
