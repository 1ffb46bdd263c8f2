/** What the tests of the firmware build with: fetched before any test by test/toolchain.ts. Without it they are skipped. */
import { hasToolchain, toolchain } from "../../tools/toolchain";

export const tools = hasToolchain() ? await toolchain() : undefined;
