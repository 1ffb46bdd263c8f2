/** Makes a C header of the programs in pio/, for hosts/rp2. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { projectFolder } from "./folders";
import { assembleFile } from "./pio/assembler";
import type { PioProgram } from "./pio/program";

/** The header's text: a `struct pio_code` per program, and what its instructions are. */
export async function pioHeader(): Promise<string> {
  const folder = join(projectFolder, "pio");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".pio")).sort();
  const programs = (await Promise.all(files.map((name) => assembleFile(join(folder, name))))).flat();
  return [
    "/* Made of pio/ by tools/pio-header.ts. */",
    "#ifndef DSPI_PIO_PROGRAMS_H",
    "#define DSPI_PIO_PROGRAMS_H",
    "",
    '#include "pio_code.h"',
    "",
    ...programs.flatMap(toC),
    "",
    "#endif",
    "",
  ].join("\n");
}

function toC({ name, instructions, wrapTarget, wrap, sideset, out, symbols }: PioProgram): string[] {
  const words = instructions.map((word) => `0x${word.toString(16).padStart(4, "0")}`).join(", ");
  return [
    `static const uint16_t ${name}_instructions[] = {${words}};`,
    `static const struct pio_code ${name}_code = {`,
    `    .program = {.instructions = ${name}_instructions, .length = ${instructions.length}, .origin = -1},`,
    `    .wrap_target = ${wrapTarget},`,
    `    .wrap = ${wrap},`,
    `    .start = ${symbols.start ?? 0},`,
    `    .sideset_bits = ${sideset.size},`,
    `    .right = ${out.right},`,
    "};",
  ];
}
