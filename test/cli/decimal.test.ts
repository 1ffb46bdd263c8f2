import { describe, expect, test } from "vitest";

import { shortestDecimal } from "../../modules/client/decimal";

/** As many as its text has, without zeros at either end. */
function significantDigits(value: number): number {
  const [mantissa = ""] = String(Math.abs(value)).split("e");
  const text = mantissa.split(".").join("");
  let [start, end] = [0, text.length];
  while (text[start] === "0") start++;
  while (end > start && text[end - 1] === "0") end--;
  return end - start;
}

describe("the shortest decimal of an f32", () => {
  test("is what a person would have written", () => {
    for (const decimal of [0, 0.1, -3.3, 0.707, 0.7071, 19845.5, 1e-7, 1234567, 16777216])
      expect(shortestDecimal(Math.fround(decimal))).toBe(decimal);
  });

  test("reads back as the same number, and none with a digit less does", () => {
    const bits = new DataView(new ArrayBuffer(4));
    let state = 1;
    for (let i = 0; i < 2000; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes
      bits.setUint32(0, state);
      const value = bits.getFloat32(0);
      if (!Number.isFinite(value)) continue;
      const decimal = shortestDecimal(value);
      expect(Math.fround(decimal)).toBe(value);
      const digits = significantDigits(decimal);
      if (digits > 1) expect(Math.fround(Number(decimal.toPrecision(digits - 1)))).not.toBe(value);
    }
  });
});
