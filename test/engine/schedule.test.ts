import { expect, test } from "vitest";

import { buildTool, runTool } from "./programs";

/** Answers to commands of schedule.c. */
async function ask(...commands: string[]): Promise<string> {
  const { stdout } = await runTool(await buildTool("schedule", "rp2350"), commands.map((line) => `${line}\n`).join(""));
  return stdout.toString().trim();
}

const costs = [500, 400, 300, 300, 300].map((cost, job) => `cost ${job} ${cost}`);

test("gives each job, dearest first, to the core that has less to do", async () => {
  expect(await ask(...costs, "plan 2 0 0 4 3 2 1 0")).toBe("0 3 | 1 4 2 done");
});

test("gives a core less when it has something else to do", async () => {
  expect(await ask(...costs, "plan 2 0 900 0 1 2 3 4")).toBe("0 1 3 | 2 4 done");
});

test("shares jobs of unknown cost by their number", async () => {
  expect(await ask("plan 2 0 0 0 1 2 3")).toBe("0 2 | 1 3 done");
});

test("leaves all to the first core when it is alone", async () => {
  expect(await ask(...costs, "plan 1 0 0 0 1 2 3 4")).toBe("0 1 2 3 4 | done");
});

test("gives out nothing before the plan is released, and no stage before the last has ended on both cores", async () => {
  expect(await ask("stages")).toBe("0:0 1:1 1:-1 0:1 0:2 0:0 1:2 1:0 done");
});
