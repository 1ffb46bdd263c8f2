/** Makes the table of C functions that a program's modules declare with `@ "name"` (native/xs/natives.h). */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { buildFolder } from "./folders";

/**
 * Writes the table for the declarations in `files` and returns its C file. With `defined`, it defines the functions,
 * too: for a program that has to tell them apart but never calls one.
 */
export async function nativesTable(program: string, files: string[], { defined = false } = {}): Promise<string> {
  const sources = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const names = sources.flatMap((source) => [...source.matchAll(/@\s*"(\w+)"/g)].map((match) => match[1]));
  const text = [
    '#include "natives.h"',
    ...(defined ? ["#include <stdlib.h>"] : []),
    ...names.map((name) =>
      defined
        ? `void ${name}(struct xsMachineRecord *the) { (void)the; abort(); }`
        : `extern void ${name}(struct xsMachineRecord *);`,
    ),
    "const struct native natives[] = {",
    ...names.map((name) => `    {"${name}", ${name}},`),
    "    {0, 0},",
    "};",
    "",
  ].join("\n");
  const folder = join(buildFolder, "natives");
  const file = join(folder, `${program}.c`);
  if ((await readFile(file, "utf8").catch(() => "")) !== text) {
    await mkdir(folder, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    await writeFile(temporary, text);
    await rename(temporary, file); // several builds may run at once
  }
  return file;
}
