/** Resolves at Ctrl-C or when the program is asked to end; a second time ends it at once. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

/** Runs work that must come to its end: Ctrl-C waits for that. */
export async function uninterrupted<Result>(work: () => Promise<Result>): Promise<Result> {
  let wanted: NodeJS.Signals | undefined;
  const hold = (signal: NodeJS.Signals) => {
    wanted = signal;
    process.stderr.write("ending as soon as what was live is live again …\n");
  };
  process.on("SIGINT", hold).on("SIGTERM", hold);
  try {
    return await work();
  } finally {
    process.off("SIGINT", hold).off("SIGTERM", hold);
    if (wanted) process.kill(process.pid, wanted);
  }
}
