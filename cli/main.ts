/** Runs the `dspi` command line. */
import { hideBin } from "yargs/helpers";

import { run } from "./program";

// `dspi … | head` is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

await run(hideBin(process.argv));
