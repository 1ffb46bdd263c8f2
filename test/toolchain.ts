/**
 * Fetches what firmware is built with (260 MB, once) before any test, when this machine has not got it. Where that cannot be
 * had, what needs it is skipped; so it is in the fresh clone that a test makes.
 */
import { hasToolchain, toolchain } from "../tools/toolchain";

export default async function fetchToolchain(): Promise<void> {
  if (process.env.DSPI_IN_FRESH_CLONE || hasToolchain()) return;
  try {
    await toolchain();
  } catch (error) {
    if (process.env.CI) throw error;
    console.warn(`The firmware is NOT tested: its toolchain cannot be had. ${(error as Error).message}`);
  }
}
