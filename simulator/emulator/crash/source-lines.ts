/** Source lines of code by the toolchain's arm-none-eabi-addr2line, where there is one and the firmware has debug information. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";

import { findProgram } from "../../../tools/debian";
import { buildFolder, projectFolder } from "../../../tools/folders";

const program = "arm-none-eabi-addr2line";
const limitMs = 5000;

export class SourceLines {
  readonly #program: string;
  readonly #elf: string;

  private constructor(path: string, elf: string) {
    this.#program = path;
    this.#elf = elf;
  }

  /** Of an ELF file; undefined where the program is missing. */
  static of(elf: string): SourceLines | undefined {
    const fetched = join(buildFolder, "debian/gcc-arm-none-eabi/usr/bin", program);
    const found = findProgram(program) ?? (existsSync(fetched) ? fetched : undefined);
    return found === undefined ? undefined : new SourceLines(found, elf);
  }

  /** For each address "file:line", or undefined where that is not known. */
  at(addresses: readonly number[]): (string | undefined)[] {
    if (addresses.length === 0) return [];
    const args = ["-e", this.#elf, ...addresses.map((address) => `0x${(address >>> 0).toString(16)}`)];
    try {
      const text = execFileSync(this.#program, args, { encoding: "utf8", timeout: limitMs, stdio: "pipe" });
      const lines = text.split("\n");
      return addresses.map((_, index) => lineOf(lines[index] ?? ""));
    } catch {
      return addresses.map(() => undefined); // a report without lines is better than none
    }
  }
}

function lineOf(text: string): string | undefined {
  const [, file, line] = /^(.+):(\d+)/.exec(text) ?? [];
  if (file === undefined || line === undefined || line === "0" || file === "??") return undefined;
  const inside = relative(projectFolder, file);
  return `${isAbsolute(file) && !inside.startsWith("..") ? inside : file}:${line}`;
}
