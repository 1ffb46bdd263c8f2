import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { buildProgram } from "../../tools/cc";
import { projectFolder } from "../../tools/folders";

/** Commands of test/usb/probe.c in one run of it; one answer each. */
export type Ask = (...commands: string[]) => string[];

export async function buildProbe(): Promise<Ask> {
  const cSources = (folder: string) =>
    readdirSync(join(projectFolder, folder))
      .filter((name) => name.endsWith(".c"))
      .map((name) => `${folder}/${name}`);
  const probe = await buildProgram({
    name: "usb-probe",
    sources: ["test/usb/probe.c", ...cSources("native/usb"), ...cSources("native/engine")],
    defines: ["DSPI_RP2350"],
    flags: ["-Wall", "-Wextra"],
    libraries: ["-lm"],
  });
  return (...commands) => {
    const answers = execFileSync(probe, { input: commands.join("\n") + "\n", encoding: "utf8" })
      .trimEnd()
      .split("\n");
    if (answers.length !== commands.length) throw new Error(`${commands.length} commands, ${answers.length} answers`);
    return answers;
  };
}

/** Bytes written as in a standard's table: numbers and ASCII strings. */
export function hex(...parts: (number | string)[]): string {
  return parts
    .map((part) =>
      typeof part === "number" ? part.toString(16).padStart(2, "0") : Buffer.from(part, "latin1").toString("hex"),
    )
    .join("");
}

/** Text as UTF-16LE in hexadecimal. */
export function utf16(text: string): string {
  return Buffer.from(text, "utf16le").toString("hex");
}
