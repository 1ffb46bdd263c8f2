/** Options of `dspi emulate` that follow what the firmware does: --trace and --profile. */
import { basename } from "node:path";

import type { ArgumentsCamelCase } from "yargs";

import { Observers } from "../simulator/emulator/observe/observers";

export interface ObserveArguments {
  trace: string | undefined;
  "trace-core": number | undefined;
  "trace-from": number | undefined;
  "trace-to": number | undefined;
  "trace-match": string | undefined;
  profile: string | undefined;
  "profile-top": number;
}

const milliseconds = (option: string) => (value: unknown) => {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0) return value;
  throw new Error(`--${option} takes one time in milliseconds since power-on.`);
};

export const observeOptions = {
  trace: {
    type: "string",
    describe:
      "Write calls, returns and exceptions of both cores: --trace=FILE. A .json file opens in Perfetto, others are lines of text; - is standard error",
  },
  "trace-core": {
    type: "number",
    choices: [0, 1],
    requiresArg: true,
    describe: "Trace this core only",
  },
  "trace-from": {
    type: "number",
    requiresArg: true,
    coerce: milliseconds("trace-from"),
    describe: "Trace from this time on, in emulated milliseconds",
  },
  "trace-to": {
    type: "number",
    requiresArg: true,
    coerce: milliseconds("trace-to"),
    describe: "Trace up to this time, in emulated milliseconds",
  },
  "trace-match": {
    type: "string",
    requiresArg: true,
    describe: "Trace only functions and interrupts whose names match this regular expression",
  },
  profile: {
    type: "string",
    describe:
      "Count cycles and instructions of each function, core and interrupt; print tables at the end and write --profile=FILE, folded stacks for flame graphs",
  },
  "profile-top": {
    type: "number",
    default: 25,
    requiresArg: true,
    coerce: rows,
    describe: "How many functions of each core the tables have",
  },
} as const;

/** What the options ask for, or undefined; files that are not named are named after the firmware, in the folder of now. */
export function observersOf(firmware: string, options: ArgumentsCamelCase<ObserveArguments>): Observers | undefined {
  const { trace, profile, traceCore: core, traceFrom, traceTo, traceMatch } = options;
  if (trace === undefined && profile === undefined) {
    const filters = { core, from: traceFrom, to: traceTo, match: traceMatch };
    const [filter] = Object.entries(filters).find(([, value]) => value !== undefined) ?? [];
    if (filter) throw new Error(`--trace-${filter} needs --trace.`);
    return undefined;
  }
  const nanoseconds = (value: number | undefined) => (value === undefined ? undefined : value * 1e6);
  const name = basename(firmware).replace(/\.uf2$/i, "");
  return new Observers({
    trace: trace === "" ? `${name}.trace.json` : trace,
    profile: profile === "" ? `${name}.folded` : profile,
    filter: { core, from: nanoseconds(traceFrom), to: nanoseconds(traceTo), match: pattern(traceMatch) },
  });
}

function pattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch (error) {
    throw new Error(`--trace-match takes a regular expression: ${(error as Error).message}.`, { cause: error });
  }
}

function rows(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw new Error("--profile-top takes one number of functions, from 1 on.");
}
