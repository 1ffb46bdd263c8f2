import { beforeAll, describe, expect, it } from "vitest";

import { buildImage } from "../../tools/bare-metal";
import { hasToolchain, toolchain } from "../../tools/toolchain";
import { ramBase } from "./m33/board";
import { FunctionCore } from "./m33/function-core";
import { Random } from "./m33/programs";

const view = new DataView(new ArrayBuffer(8));

function words(value: number): [number, number] {
  view.setFloat64(0, value, true);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

function double(low: number, high: number): number {
  view.setUint32(0, low, true);
  view.setUint32(4, high, true);
  return view.getFloat64(0, true);
}

function float(word: number): number {
  view.setUint32(0, word, true);
  return view.getFloat32(0, true);
}

/** A double whose products and quotients with others of its kind are normal numbers. */
function anyDouble(random: Random): number {
  const special = [0, -0, 1, -1, Infinity, -Infinity, NaN, 0.5, 3, 2 ** 31, -(2 ** 31), 2 ** 32, 0.1];
  if (random.below(8) === 0) return random.of(special);
  const magnitude = 2 ** (random.below(random.below(2) ? 100 : 6) - 3);
  return (random.below(2) ? -1 : 1) * magnitude * (1 + random.word() / 2 ** 32 + random.word() / 2 ** 52);
}

/** a times b plus c with one rounding, for numbers whose exponents lie near each other: in integers. */
function fused(a: number, b: number, c: number): number {
  const scale = 2 ** 200;
  const [x, y, z] = [a, b, c].map((value) => BigInt(value * scale)) as [bigint, bigint, bigint];
  const exact = x * y + (z << 200n);
  const negative = exact < 0n;
  const magnitude = negative ? -exact : exact;
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - 60));
  const head = magnitude >> excess;
  const sticky = magnitude !== head << excess ? 1n : 0n;
  const value = Number(head | sticky) * 2 ** (Number(excess) - 400);
  return negative ? -value : value;
}

const until = hasToolchain() ? "" : " (skipped until npm run firmware has its toolchain)";

describe.skipIf(!hasToolchain())(`the double-precision coprocessor, by the Pico SDK's functions${until}`, () => {
  let own: FunctionCore;

  beforeAll(async () => {
    const source = `${(await toolchain()).picoSdk}/src/rp2_common`;
    const files = ["double_aeabi_dcp.S", "double_fma_dcp.S"].map((file) => `${source}/pico_double/${file}`);
    const includes = ["-Itest/emulator/m33", `-I${source}/hardware_dcp/include`];
    own = new FunctionCore(await buildImage("double-m33", "cortex-m33", ramBase, files, includes));
  });

  const call = (name: string, ...args: number[]) => own.call(`__wrap_${name}`, ...args);
  const callDouble = (name: string, ...args: number[]) => {
    const { result, high } = call(name, ...args);
    return double(result, high);
  };

  it.each([
    ["__aeabi_dadd", (a: number, b: number) => a + b],
    ["__aeabi_dsub", (a: number, b: number) => a - b],
    ["__aeabi_drsub", (a: number, b: number) => b - a],
    ["__aeabi_dmul", (a: number, b: number) => a * b],
    ["__aeabi_ddiv", (a: number, b: number) => a / b],
  ])("%s", (name, expected) => {
    const random = new Random(1);
    for (let i = 0; i < 1000; i++) {
      const [a, b] = [anyDouble(random), anyDouble(random)];
      expect(callDouble(name, ...words(a), ...words(b)), `${a}, ${b}`).toBe(expected(a, b));
    }
  });

  it.each([
    ["__aeabi_dcmpeq", (a: number, b: number) => a === b],
    ["__aeabi_dcmplt", (a: number, b: number) => a < b],
    ["__aeabi_dcmple", (a: number, b: number) => a <= b],
    ["__aeabi_dcmpge", (a: number, b: number) => a >= b],
    ["__aeabi_dcmpgt", (a: number, b: number) => a > b],
    ["__aeabi_dcmpun", (a: number, b: number) => Number.isNaN(a) || Number.isNaN(b)],
  ])("%s", (name, expected) => {
    const random = new Random(2);
    for (let i = 0; i < 500; i++) {
      const a = anyDouble(random);
      const b = random.below(4) === 0 ? a : anyDouble(random);
      expect(call(name, ...words(a), ...words(b)).result, `${a}, ${b}`).toBe(expected(a, b) ? 1 : 0);
    }
  });

  const clamp = (least: number, most: number) => (a: number) =>
    Number.isNaN(a) ? 0 : Math.min(most, Math.max(least, Math.trunc(a))) >>> 0;

  it.each([
    ["__aeabi_d2iz", clamp(-(2 ** 31), 2 ** 31 - 1)],
    ["__aeabi_d2uiz", clamp(0, 2 ** 32 - 1)],
  ])("%s", (name, expected) => {
    const random = new Random(3);
    for (let i = 0; i < 500; i++) {
      const a = anyDouble(random);
      expect(call(name, ...words(a)).result, `${a}`).toBe(expected(a));
    }
  });

  it("converts integers, and to floats", () => {
    const random = new Random(4);
    for (let i = 0; i < 500; i++) {
      const word = random.word() >>> random.below(32);
      expect(callDouble("__aeabi_ui2d", word)).toBe(word);
      expect(callDouble("__aeabi_i2d", word)).toBe(word | 0);
      const a = anyDouble(random);
      expect(float(call("__aeabi_d2f", ...words(a)).result), `${a}`).toBe(Math.fround(a));
    }
  });

  it("takes square roots", () => {
    const random = new Random(5);
    for (let i = 0; i < 500; i++) {
      const a = anyDouble(random);
      expect(callDouble("sqrt", ...words(a)), `${a}`).toBe(Math.sqrt(a));
    }
  });

  it("rounds a fused product and sum once", () => {
    const random = new Random(6);
    const near = () =>
      (random.below(2) ? -1 : 1) *
      2 ** (random.below(20) - 10) *
      (1 + random.word() / 2 ** 32 + random.word() / 2 ** 52);
    for (let i = 0; i < 1000; i++) {
      const [a, b] = [near(), near()];
      const c = random.below(3) === 0 ? -a * b : near();
      expect(callDouble("fma", ...words(a), ...words(b), ...words(c)), `${a}, ${b}, ${c}`).toBe(fused(a, b, c));
    }
  });
});
