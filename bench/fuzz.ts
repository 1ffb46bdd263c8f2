import { dimensions } from "../test/protocol/commands";
import { run } from "../test/protocol/traffic";
import { startBench } from "../test/link/bench";

const chips = ["rp2040", "rp2350"] as const;
const transfersPerChip = 500_000;
const rounds = 10;

/**
 * 1,000,000 random and mutated control transfers from eight clients at once, the same in every run. After each round the
 * XS heap is measured with a full collection.
 */
export async function fuzz(): Promise<void> {
  const rows = [];
  const wrong: string[] = [];
  for (const chip of chips) {
    const bench = await startBench({ chip });
    const heaps: number[] = [];
    const sum = { transfers: 0, ok: 0, stall: 0 };
    const start = performance.now();
    for (let round = 0; round < rounds && wrong.length === 0; round++) {
      const tally = await run(bench, dimensions[chip], round, transfersPerChip / rounds);
      for (const key of ["transfers", "ok", "stall"] as const) sum[key] += tally[key];
      wrong.push(...tally.wrong);
      const { slots, chunks } = await bench.bench.device.heap();
      heaps.push(slots + chunks);
    }
    rows.push({
      chip,
      ...sum,
      "per second": Math.round((1000 * sum.transfers) / (performance.now() - start)),
      "heap in bytes after each round": heaps.join(" "),
    });
    await bench.close();
  }
  console.log("Random and mutated control transfers (wanted: nothing wrong, no growth of the heap)");
  console.table(rows);
  console.log(wrong.length === 0 ? "Nothing was wrong." : wrong.join("\n"));
  if (wrong.length > 0) process.exitCode = 1;
}
