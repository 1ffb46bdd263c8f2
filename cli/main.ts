/** The `dspi` command. */
import yargs from "yargs";
import { hideBin } from "yargs/helpers";

import { render } from "./render";
import { simulate } from "./simulate";
import { start } from "./start";

const program = yargs(hideBin(process.argv))
  .scriptName("dspi")
  .usage("$0 <command>\n\nA sound card with a DSP engine, simulated on this machine.")
  .command(start)
  .command(simulate)
  .command(render)
  .demandCommand(1, "Say what to do: name a command.")
  .strict()
  .version(false)
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  .exitProcess(false)
  .fail((message: string | null, error: Error | undefined) => {
    throw error ?? new UsageError(message ?? "");
  });

class UsageError extends Error {}

// `dspi … | head` is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  const { message } = error as Error;
  process.stderr.write(`dspi: ${message}\n`);
  if (error instanceof UsageError) process.stderr.write("Try: dspi --help\n");
  process.exitCode = 1;
}
