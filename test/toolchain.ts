/**
 * Fetches what firmware is built with (260 MB, once) and qemu (80 MB) before any test, when this machine has not got
 * them, and builds the firmware as the sources are now, for tests that run it. Where the toolchain or qemu cannot be
 * had, what needs them is skipped; so it is in the fresh clone that a test makes.
 */
import { boards } from "../tools/boards";
import { debianProgram } from "../tools/debian";
import { buildFirmware } from "../tools/firmware";
import { toolchain } from "../tools/toolchain";

export default async function prepareFirmware(): Promise<void> {
  if (process.env.DSPI_IN_FRESH_CLONE) return;
  const tools = await fetched("The firmware is NOT tested", toolchain);
  await fetched("The Pico 2's code is NOT tested on qemu", () => debianProgram("qemu-system-arm"));
  if (tools) for (const board of boards) await buildFirmware(board, tools, () => undefined);
}

/** Undefined, with a warning, when it cannot be had: of those who check every change, nothing may be missing. */
async function fetched<T>(warning: string, fetch: () => Promise<T>): Promise<T | undefined> {
  return fetch().catch((error: unknown) => {
    if (process.env.CI) throw error;
    console.warn(`${warning}: ${(error as Error).message}`);
    return undefined;
  });
}
