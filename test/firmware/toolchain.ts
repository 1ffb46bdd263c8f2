/**
 * What the tests of the firmware are built with, fetched when this machine has not got it (260 MB, once). Without it they
 * are skipped: where nothing can be fetched, and in the fresh clone that a test of its own makes.
 */
import { hasToolchain, toolchain, type Toolchain } from "../../tools/toolchain";

async function find(): Promise<Toolchain | undefined> {
  if (process.env.DSPI_IN_FRESH_CLONE && !hasToolchain()) return undefined;
  try {
    return await toolchain();
  } catch (error) {
    if (process.env.CI || hasToolchain()) throw error;
    console.warn(`The firmware is NOT tested: its toolchain cannot be had. ${(error as Error).message}`);
    return undefined;
  }
}

export const tools = await find();
