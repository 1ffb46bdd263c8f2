/** The `dspi` command line. */
import yargs from "yargs";

import { apply } from "./apply";
import { completeParameters } from "./completion";
import { diff } from "./diff";
import { emulate } from "./emulate";
import { exportCommand } from "./export";
import { get } from "./get";
import { preset } from "./preset";
import { render } from "./render";
import { set } from "./set";
import { simulate } from "./simulate";
import { start } from "./start";
import { status } from "./status";
import { watch } from "./watch";

/** Runs one command; a failure is told on standard error. What comes of it is the process's exit code. */
export async function run(args: string[]): Promise<void> {
  try {
    await commandLine(args).parseAsync();
  } catch (error) {
    const { message, exitCode = 1 } = error as Error & { exitCode?: number };
    process.stderr.write(`dspi: ${message}\n`);
    if (error instanceof UsageError) process.stderr.write("Try: dspi --help\n");
    process.exitCode = exitCode;
  }
}

function commandLine(args: string[]) {
  return yargs(args)
    .scriptName("dspi")
    .usage("$0 <command>\n\nA sound card with a DSP engine: on USB, or simulated on this machine.")
    .command(start)
    .command(simulate)
    .command(emulate)
    .command(render)
    .command(status)
    .command(get)
    .command(set)
    .command(preset)
    .command(watch)
    .command(exportCommand)
    .command(apply)
    .command(diff)
    .completion("completion", "Print a script that completes commands and parameters in bash or zsh", complete)
    .demandCommand(1, "Say what to do: name a command.")
    .strict()
    .version(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new UsageError(message ?? "");
    });
}

function complete(
  current: string,
  argv: { _: (string | number)[] },
  fallback: (done: (error: Error | null, found: string[] | undefined) => void) => void,
  done: (found: string[]) => void,
): void {
  const found = completeParameters(argv._.slice(1).map(String), current);
  if (found) done(found);
  else fallback((_, others) => done(others ?? []));
}

class UsageError extends Error {}
