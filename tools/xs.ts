/** The two builds of XS: the runtime as the device has it, and the parser for the module compiler. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { buildProgram, type Sources } from "./cc";
import { nativesTable } from "./natives";
import { xsSources } from "./xs-sources";

/** What only a parser needs. */
const parserOnly = ["xsCode", "xsLexical", "xsScope", "xsScript", "xsSourceMap", "xsSyntaxical", "xsTree"];
const parserShared = ["xsBigInt", "xsCommon", "xsdtoa", "xsre"];
const unused = ["xsSnapshot"];

const includes = (xs: string) => ["includes", "platforms", "sources"].map((folder) => join(xs, folder));
/** XS relies on wrapping arithmetic and on pointers that alias. */
const dialect = ["-fno-strict-aliasing", "-fwrapv"];
const runtimeDefines = ["INCLUDE_XSPLATFORM", 'XSPLATFORM="platform.h"'];

/** What a program that contains a machine is made of, besides its own sources. */
export interface Runtime {
  /** XS itself. */
  engine: Sources;
  /** How native/xs and other files that include XS's headers are compiled. */
  embedder: Required<Omit<Sources, "sources">>;
  libraries: string[];
}

export async function xsRuntime(): Promise<Runtime> {
  const xs = await xsSources();
  const files = (await readdir(join(xs, "sources"))).filter((file) => file.endsWith(".c")).sort();
  const excluded = new Set([...parserOnly, ...unused].map((name) => `${name}.c`));
  return {
    engine: {
      sources: files.filter((file) => !excluded.has(file)).map((file) => join(xs, "sources", file)),
      includes: ["native/xs", ...includes(xs)],
      defines: runtimeDefines,
      flags: [...dialect, "-w"],
    },
    embedder: {
      includes: ["native/xs"],
      defines: runtimeDefines,
      flags: [...dialect, "-Wall", "-Wextra", ...includes(xs).map((folder) => `-isystem${folder}`)],
    },
    libraries: ["-Wl,--wrap=fxCaptureErrorStack", "-lm"], // native/xs/trace.c
  };
}

/** Builds the module compiler and returns its path. */
export async function moduleCompiler(): Promise<string> {
  const xs = await xsSources();
  return buildProgram({
    name: "module-compiler",
    sources: ["compile", "main", "write"].map((name) => `tools/module-compiler/${name}.c`),
    includes: ["native/xs"],
    defines: ["mxParse=1"],
    flags: [...dialect, "-Wall", "-Wextra", ...includes(xs).map((folder) => `-isystem${folder}`)],
    parts: [
      {
        sources: [...parserOnly, ...parserShared].map((name) => join(xs, "sources", `${name}.c`)),
        includes: includes(xs),
        defines: ["mxParse=1"],
        flags: [...dialect, "-w"],
      },
    ],
    libraries: ["-lm", "-lpthread"],
  });
}

/** Builds the linker that makes a machine's ROM, for programs with the natives that `scripts` declare; returns its path. */
export async function romLinker(scripts: string[]): Promise<string> {
  const runtime = await xsRuntime();
  const { engine } = runtime;
  const named = ["-include", "tools/rom-linker/names.h"]; // XS names its functions as it builds itself
  return buildProgram({
    name: "rom-linker",
    sources: [
      ...["callbacks", "emit", "main", "share"].map((name) => `tools/rom-linker/${name}.c`),
      ...["image", "runtime", "trace"].map((name) => `native/xs/${name}.c`),
      await nativesTable("rom-linker", scripts, { defined: true }),
    ],
    includes: runtime.embedder.includes,
    defines: runtime.embedder.defines,
    flags: runtime.embedder.flags,
    parts: [{ ...engine, flags: [...(engine.flags ?? []), ...named] }],
    libraries: [...runtime.libraries, "-Wl,--wrap=fxShare"],
  });
}
