import { beforeAll, describe, expect, test } from "vitest";

import { buildProbe, type Ask } from "./probe";

let ask: Ask;
beforeAll(async () => {
  ask = await buildProbe();
});

const rates = [44100, 48000, 96000];
const tenMinutes = 600_000;
/** ms for which a device is on the bus before its first stream. */
const enumerated = 3000;
const perPpm = 2 ** 20 / 1e6;

describe.each(rates)("feedback at %i Hz", (rate) => {
  const nominal = Math.round((rate * 2 ** 14) / 1000);
  const drift = (ppm: number, delay: number, before: number, duration: number) =>
    (ask(`drift ${rate} ${ppm} ${delay} ${before} ${duration}`)[0] ?? "").split(" ").map(Number) as [
      number,
      number,
      number,
      number,
    ];

  test("is the rate itself from the first value on while host and clock agree", () => {
    const values = ask(`feedback ${rate} 0 50`)[0]?.split(" ").map(Number) ?? [];
    expect(values).toHaveLength(51);
    expect(new Set(values)).toEqual(new Set([nominal]));
  });

  test.each([-500, -100, 0, 100, 500])("keeps the ring within a frame of its target, clock %i ppm off", (ppm) => {
    const [first, second, after, mean] = drift(ppm, 0, enumerated, tenMinutes);
    expect(Math.max(first, second, after)).toBeLessThanOrEqual(1);
    // what was sent in ten minutes is what the clock took, but for the deviation
    expect(Math.abs(mean * tenMinutes - ((rate * (1 + ppm * 1e-6)) / 1000) * tenMinutes)).toBeLessThanOrEqual(2);
  });

  test.each([8, 16, 32])("is stable when the host follows it %i ms late", (delay) => {
    for (const ppm of [-500, 500]) {
      const [first, second, after] = drift(ppm, delay, enumerated, 20_000);
      const astray = Math.ceil(((rate / 1000) * (delay + 4) * Math.abs(ppm)) / 1e6); // before the host could know
      expect(first).toBeLessThanOrEqual(astray + 1);
      expect(Math.max(second, after)).toBeLessThanOrEqual(1);
    }
  });

  test("finds the clock within a second when the stream starts with the bus", () => {
    for (const ppm of [-500, 500]) {
      const [first, second, after] = drift(ppm, 16, 0, 20_000);
      expect(first).toBeLessThanOrEqual(5);
      expect(Math.max(second, after)).toBeLessThanOrEqual(1);
    }
  });

  test("never asks for more than half a frame beside the nominal packet", () => {
    for (const step of [-20, 20]) {
      const values = ask(`feedback ${rate} ${step} 3000`)[0]?.split(" ").map(Number) ?? [];
      expect(Math.max(...values.map((value) => Math.abs(value - nominal)))).toBe(2 ** 13);
    }
  });
});

describe("the host's clock", () => {
  test.each([
    ["after a tenth of a second", 100, 0],
    ["after a minute, longer than its numbers last", 60_000, 0],
    ["when some frames are missed", 4000, 3],
  ])("is measured %s", (_, count, lost) => {
    for (const us of [999, 1000, 1001])
      expect(Number(ask(`host-frames ${us} ${count} ${lost}`)[0]) / perPpm).toBeCloseTo((us - 1000) * 1000, -1);
  });

  test("is not taken from frames that no host sends", () => {
    expect(ask("host-frames 1100 3000 0", "host-frames 900 3000 0")).toEqual(["0", "0"]);
  });
});
