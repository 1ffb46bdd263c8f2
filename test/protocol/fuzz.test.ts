import { describe, expect, test } from "vitest";

import { startBench } from "../link/bench";
import { dimensions } from "./commands";
import { run } from "./traffic";

describe.each(["rp2040", "rp2350"] as const)("%s", (chip) => {
  test("10,000 random and mutated transfers of eight clients: none crashes, hangs or leaves a value out of range", async () => {
    const bench = await startBench({ chip });
    const tally = await run(bench, dimensions[chip], 3, 10_000);
    await bench.close();
    expect(tally.wrong).toEqual([]);
    expect(tally.transfers).toBeGreaterThanOrEqual(10_000);
    expect(tally.ok).toBeGreaterThan(4_000);
    expect(tally.stall).toBeGreaterThan(1_000);
  }, 60_000);
});
