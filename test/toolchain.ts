/**
 * Fetches what firmware is built with (260 MB, once) before any test, when this machine has not got it, and builds the
 * firmware when there is none: tests that run it skip themselves without it. Where the toolchain cannot be had, what
 * needs it is skipped; so it is in the fresh clone that a test makes.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { boards } from "../tools/boards";
import { buildFirmware, firmwareFolder } from "../tools/firmware";
import { hasToolchain, toolchain } from "../tools/toolchain";

export default async function prepareFirmware(): Promise<void> {
  if (process.env.DSPI_IN_FRESH_CLONE) return;
  const missing = boards.filter(({ name }) => !existsSync(join(firmwareFolder, `dspi-${name}.uf2`)));
  if (hasToolchain() && missing.length === 0) return;
  try {
    const tools = await toolchain();
    for (const board of missing) await buildFirmware(board, tools, () => undefined);
  } catch (error) {
    if (process.env.CI) throw error;
    console.warn(`The firmware is NOT tested: ${(error as Error).message}`);
  }
}
