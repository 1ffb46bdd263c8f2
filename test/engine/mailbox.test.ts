import { expect, test } from "vitest";

import { buildTool, chips, runTool } from "./programs";

test.each(chips)("%s hands settings over whole, the newest last, to another core and to an interrupt", async (chip) => {
  const { stdout } = await runTool(await buildTool("mailbox", chip), "");
  expect(stdout.toString().split("\n")).toEqual([
    "waiting: 1, while more is staged: 0, then taken: 2, 1",
    "another core: 0 torn, 0 older",
    "an interrupt: 0 torn, 0 older",
    "",
  ]);
});
