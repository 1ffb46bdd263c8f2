import { describe, expect, it } from "vitest";

import { engineImage } from "../../bench/chip/image";
import { M33 } from "../../bench/chip/m33";
import { compareExceptions } from "./m33/exceptions";
import { FunctionCore } from "./m33/function-core";
import { runFilters, startEngine } from "./m33/kernels";
import { compare, harness } from "./m33/validate";

describe("a Cortex-M33 beside qemu's", () => {
  it("ends 5,000 random programs in the same state", async () => {
    const differences = await compare(await harness(), 1, 5000);
    expect(differences.slice(0, 3).map(({ text }) => text)).toEqual([]);
  });

  it.each([1, 2, 3, 4])("nests exceptions in the same order, script %i", async (seed) => {
    const { words, difference } = await compareExceptions(seed, 300);
    expect(difference).toBeUndefined();
    expect(words).toBeGreaterThan(600);
  });

  it("takes as many instructions for the engine's kernels, to the same bits", async () => {
    const image = await engineImage("rp2350");
    const qemu = await M33.start(image);
    try {
      const own = new FunctionCore(image);
      const results = [];
      for (const core of [own, qemu]) {
        const outcomes = await runFilters(core);
        const packet = await startEngine(core);
        for (let i = 0; i < 3; i++) outcomes.push(await packet());
        results.push(outcomes);
      }
      const [actual, expected] = results as [Awaited<ReturnType<typeof runFilters>>, (typeof results)[0]];
      expected?.forEach(({ name, cost, bits }, i) => {
        expect(actual[i]?.bits, name).toBe(bits);
        // qemu's clock tells instructions to within two
        expect(Math.abs((actual[i]?.cost as number) - cost), `${name}: ${cost}`).toBeLessThan(4);
      });
    } finally {
      qemu.stop();
    }
  });
});
