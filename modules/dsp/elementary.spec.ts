import { describe, expect, it } from "vitest";

import { exp10, fromDecibels, tanPi } from "./elementary";

/** The largest relative difference of two functions over `count` points of an interval. */
function largestError(f: (x: number) => number, g: (x: number) => number, from: number, to: number, count: number) {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const x = from + ((to - from) * i) / count;
    largest = Math.max(largest, Math.abs(f(x) / g(x) - 1));
  }
  return largest;
}

describe("elementary functions", () => {
  it("tan agrees with the platform's own to 1e-15", () => {
    const tan = (r: number) => (r <= 0.25 ? Math.tan(Math.PI * r) : 1 / Math.tan(Math.PI * (0.5 - r)));
    expect(largestError(tanPi, tan, 1e-5, 0.4999, 5000)).toBeLessThan(1e-15);
  });

  it("tan(0) is 0 and tan(π/4) is 1", () => {
    expect(tanPi(0)).toBe(0);
    expect(tanPi(0.25)).toBeCloseTo(1, 15);
  });

  it("10^x agrees with the platform's own to 1e-15", () => {
    expect(largestError(exp10, (x) => Math.pow(10, x), -7, 7, 5000)).toBeLessThan(1e-15);
  });

  it("whole powers of ten come out exact or one bit off", () => {
    expect(exp10(0)).toBe(1);
    for (let n = 1; n <= 15; n++) expect(Math.abs(exp10(n) / Number(`1e${n}`) - 1)).toBeLessThan(3e-16);
  });

  it("decibels are amplitudes: 20 dB is ten times, −20 dB a tenth", () => {
    expect(fromDecibels(20)).toBeCloseTo(10, 13);
    expect(fromDecibels(-20)).toBeCloseTo(0.1, 15);
    expect(fromDecibels(0)).toBe(1);
  });

  it("values far outside the audio range end in infinity and zero, never in NaN", () => {
    expect(exp10(400)).toBe(Infinity);
    expect(exp10(-400)).toBe(0);
  });
});
