import { expect, test } from "vitest";

import { buildTool, runTool } from "./programs";

test("logarithms and powers of two are those of the C library, within 1.5 millionths of a dB", async () => {
  const { stderr } = await runTool(await buildTool("octaves", "rp2040"), "");
  expect(stderr).toBe("");
});
