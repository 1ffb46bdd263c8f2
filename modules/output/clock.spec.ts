import { describe, expect, it } from "vitest";

import { cyclesPerFrame, outputClock, type OutputFormat } from "./clock";

const formats = Object.keys(cyclesPerFrame) as OutputFormat[];
const oneSystemClock = 1e9 / 307.2e6; // 3.26 ns

describe("output clocks at 307.2 MHz", () => {
  it.each([
    ["spdif", 48000, 50],
    ["spdif", 96000, 25],
    ["i2s", 48000, 50],
    ["i2s", 96000, 25],
    ["pdm", 48000, 25],
    ["mck128", 48000, 25],
  ] as const)("%s at %d Hz divides by %d exactly", (format, rate, int) => {
    expect(outputClock(rate, format)).toEqual({ int, frac: 0, ppm: 0, jitterNs: 0 });
  });

  it.each([
    ["pdm", 96000, 12, 128],
    ["mck256", 48000, 12, 128],
    ["mck256", 96000, 6, 64],
  ] as const)(
    "%s at %d Hz has the exact rate by a fraction, with one system clock of jitter",
    (format, rate, int, frac) => {
      expect(outputClock(rate, format)).toEqual({ int, frac, ppm: 0, jitterNs: oneSystemClock });
    },
  );

  it.each([
    ["spdif", 54, 108],
    ["i2s", 54, 108],
    ["pdm", 27, 54],
    ["mck128", 27, 54],
    ["mck256", 13, 155],
  ] as const)("%s at 44.1 kHz is 1.95 ppm slow with 3.26 ns of jitter", (format, int, frac) => {
    const clock = outputClock(44100, format);
    expect([clock.int, clock.frac]).toEqual([int, frac]);
    expect(clock.ppm).toBeCloseTo(-1.953, 3);
    expect(clock.jitterNs).toBeCloseTo(3.255, 3);
  });

  it.each([44100, 48000, 96000])("at %d Hz no other divider comes nearer to the rate", (rate) => {
    for (const format of formats) {
      const { int, frac, ppm } = outputClock(rate, format);
      for (const other of [-1, 1]) {
        const actual = 307.2e6 / (int + (frac + other) / 256) / cyclesPerFrame[format];
        expect(Math.abs(actual / rate - 1) * 1e6, format).toBeGreaterThan(Math.abs(ppm));
      }
    }
  });
});

describe("output clocks at other system clocks", () => {
  it("304.8 MHz divides to 44.1 kHz without jitter, 63 ppm slow", () => {
    const clock = outputClock(44100, "spdif", 304_800_000);
    expect([clock.int, clock.frac, clock.jitterNs]).toEqual([54, 0, 0]);
    expect(clock.ppm).toBeCloseTo(-63, 1);
  });

  it.each([44100, 48000, 96000])(
    "all formats at %d Hz have the same error, so that none drifts from another",
    (rate) => {
      const errors = formats.map((format) => {
        const { int, frac } = outputClock(rate, format, 125_000_000);
        return (int * 256 + frac) * cyclesPerFrame[format];
      });
      expect(errors).toEqual(formats.map(() => errors[0]));
    },
  );

  it("a rate beyond the divider is refused", () => {
    expect(() => outputClock(96000, "mck256", 48_000_000)).toThrow("divider of 0.97");
    expect(() => outputClock(8, "spdif")).toThrow("1 to 65535");
  });
});
