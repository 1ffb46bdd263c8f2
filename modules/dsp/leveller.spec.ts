import { describe, expect, it } from "vitest";

import { designLeveller } from "./leveller";

describe("the leveller's design", () => {
  it("has a ratio of 1 at 0 %, 10.5 at 50 % and 20 at 100 %", () => {
    const slope = (amount: number) => designLeveller(amount, 0, 15, true, -96, 48000).slope;
    expect(slope(0)).toBe(0);
    expect(slope(50)).toBeCloseTo(1 - 1 / 10.5, 15);
    expect(slope(100)).toBeCloseTo(0.95, 15);
  });

  it("has a knee from −17 to −23 dB and a ceiling of −6 dB", () => {
    const { upper, width, ceiling } = designLeveller(50, 0, 15, true, -96, 48000);
    expect([upper, upper - width, ceiling]).toEqual([-17, -23, -6]);
  });

  it("reckons in blocks of a millisecond and looks 10 ms ahead at every rate, or not at all", () => {
    for (const [rate, block, lookahead] of [
      [44100, 44, 441],
      [48000, 48, 480],
      [96000, 96, 960],
    ] as const) {
      const { blockFrames, lookaheadFrames } = designLeveller(50, 0, 15, true, -96, rate);
      expect([blockFrames, lookaheadFrames]).toEqual([block, lookahead]);
      expect(designLeveller(50, 0, 15, false, -96, rate).lookaheadFrames).toBe(0);
    }
  });

  it("covers 63 % of the way in the times of each speed", () => {
    const times = [
      [400, 100, 2000],
      [200, 50, 1000],
      [100, 20, 500],
    ];
    times.forEach(([window = 0, attack = 0, release = 0], speed) => {
      for (const rate of [44100, 48000, 96000]) {
        const design = designLeveller(50, speed, 15, true, -96, rate);
        const left = (share: number, ms: number) =>
          Math.pow(1 - share, (ms * rate) / 1000 / design.blockFrames) * Math.E;
        expect(left(design.window, window)).toBeCloseTo(1, 9);
        expect(left(design.attack, attack)).toBeCloseTo(1, 9);
        expect(left(design.release, release)).toBeCloseTo(1, 9);
        expect(left(design.limiterRelease, 100)).toBeCloseTo(1, 9);
      }
    });
  });
});
