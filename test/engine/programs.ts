/** The C programs that drive the engine, for tests and benches. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { Design } from "../../modules/dsp/biquad";
import { buildProgram } from "../../tools/cc";
import { projectFolder } from "../../tools/folders";

export type Chip = "rp2040" | "rp2350";
export const chips: readonly Chip[] = ["rp2040", "rp2350"];
export const outputCount: Record<Chip, number> = { rp2040: 5, rp2350: 9 };
export const delayMax = 4096;
export const fullScale = 2 ** 23;
/** Of the samples that an output delivers: the last one's, for PDM, have four bits more. */
export const fullScaleOf = (chip: Chip, output: number) => (output === outputCount[chip] - 1 ? 2 ** 27 : fullScale);

const engineSources = readdirSync(join(projectFolder, "native/engine"))
  .filter((name) => name.endsWith(".c"))
  .map((name) => `native/engine/${name}`);

export interface Variant {
  /** Part of the program's name. */
  name: string;
  flags: string[];
}

const plain: Variant = { name: "", flags: [] };
/** Undefined behaviour and bad memory accesses end the program with a report. */
export const sanitized: Variant = {
  name: "-sanitized",
  flags: ["-fsanitize=undefined,address", "-fno-sanitize-recover=all"],
};

/** Accesses that race end the program with a report. */
export const raceChecked: Variant = { name: "-races", flags: ["-fsanitize=thread"] };

export function buildTool(
  tool: "probe" | "kernels" | "mailbox" | "octaves" | "assembler" | "schedule",
  chip: Chip,
  variant = plain,
): Promise<string> {
  return buildProgram({
    name: `engine-${tool}-${chip}${variant.name}`,
    sources: [...engineSources, `test/engine/${tool}.c`],
    includes: ["native/engine"],
    defines: [`DSPI_${chip.toUpperCase()}`],
    flags: ["-Wall", "-Wextra", "-Werror", ...variant.flags],
    libraries: ["-lm", "-lpthread", ...variant.flags],
  });
}

/** Runs a program to its end; throws with what it said when it fails. */
export async function runTool(path: string, input: Buffer | string, args: string[] = []) {
  const child = spawn(path, args, { stdio: "pipe" });
  const collect = async (stream: AsyncIterable<Buffer>) => {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part);
    return Buffer.concat(parts);
  };
  const exit = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  child.stdin.on("error", () => undefined); // it ended early: its exit status tells
  child.stdin.end(input);
  const [stdout, stderr, status] = await Promise.all([collect(child.stdout), collect(child.stderr), exit]);
  if (status !== 0) throw new Error(`${path} ended with ${status ?? "a signal"}: ${stderr.toString()}`);
  return { stdout, stderr: stderr.toString() };
}

export function designText({ a1m1, a2, a3, m0, m1, m2 }: Design): string {
  return [a1m1, a2, a3, m0, m1, m2].join(" ");
}

/** Asks the filters alone: one line of answer per command (see kernels.c). */
export async function askKernels(chip: Chip, commands: string[]): Promise<number[][]> {
  const { stdout } = await runTool(await buildTool("kernels", chip), commands.map((line) => `${line}\n`).join(""));
  return stdout
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" ").filter(Boolean).map(Number));
}
