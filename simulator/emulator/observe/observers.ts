/** Has profile and trace follow a machine's cores, through its resets. */
import { closeSync, openSync, writeFileSync } from "node:fs";

import type { ChipName, Machine } from "../machine";
import { CallStacks } from "./call-stacks";
import { exceptionName } from "./exception-names";
import type { Functions } from "./functions";
import { CoreProfile } from "./profile";
import { foldedStacks, profileText } from "./profile-report";
import { CoreTrace, type TraceFilter, type TraceWriter } from "./trace";
import { EventTrace, TextTrace } from "./trace-writers";

export interface ObserveOptions {
  /** File for folded stacks. */
  profile?: string | undefined;
  /** File for the trace: Chrome's trace events, or lines of text when its name does not end with .json; "-" is standard error. */
  trace?: string | undefined;
  filter?: TraceFilter | undefined;
}

export class Observers {
  readonly profiles: readonly [CoreProfile, CoreProfile] | undefined;
  readonly #options: ObserveOptions;
  readonly #writer: TraceWriter | undefined;
  /** Opened before the run: a profile that cannot be written is an error at once. */
  readonly #profileFile: number | undefined;
  #chip: ChipName = "rp2040";
  #closed = false;

  constructor(options: ObserveOptions) {
    this.#options = options;
    const { profile, trace } = options;
    if (profile !== undefined) {
      this.#profileFile = openSync(profile, "w");
      this.profiles = [new CoreProfile(), new CoreProfile()];
    }
    if (trace !== undefined) this.#writer = trace.endsWith(".json") ? new EventTrace(trace) : new TextTrace(trace);
  }

  /** Follows a machine that has not run yet. */
  follow(machine: Machine, chip: ChipName, functions: Functions): void {
    this.#chip = chip;
    const names = {
      exception: (number: number) => exceptionName(chip, number),
      place: (address: number) => functions.nameAt(address),
    };
    for (const core of machine.cores) {
      const profile = this.profiles?.[core.index];
      const trace = this.#writer && new CoreTrace(machine, names, this.#options.filter ?? {}, this.#writer);
      if (!profile && !trace) continue;
      const stacks = new CallStacks(
        core,
        functions,
        [profile, trace].filter((one) => one !== undefined),
      );
      core.observer = stacks;
      profile?.follow(core, stacks);
    }
  }

  /** Writes the profile's file and ends the trace; again, nothing. Returns the profile's tables, with so many functions. */
  close(rows = 25): string {
    if (this.#closed) return "";
    this.#closed = true;
    this.#writer?.close();
    if (!this.profiles || this.#profileFile === undefined) return "";
    for (const profile of this.profiles) profile.finish();
    const nameOf = (exception: number) => exceptionName(this.#chip, exception);
    writeFileSync(this.#profileFile, [...foldedStacks(this.profiles, nameOf), ""].join("\n"));
    closeSync(this.#profileFile);
    return profileText(this.profiles, nameOf, rows);
  }
}
