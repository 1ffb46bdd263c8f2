/** Makes a script of a TypeScript module, and checks what it imports. */
import { posix, relative } from "node:path";

import { blankSourceFile } from "ts-blank-space";
import ts from "typescript";

import { projectFolder } from "./folders";
import type { Module } from "./manifest";

/** Throws unless what a module imports is in the image: the machine could tell it only when it starts. */
export function checkImports(module: Module, script: string, modules: Module[]): void {
  for (const { fileName: specifier, pos } of ts.preProcessFile(script).importedFiles) {
    const name = specifier.startsWith(".") ? posix.join(posix.dirname(module.name), specifier) : specifier;
    if (modules.some((other) => other.name === name)) continue;
    const line = script.slice(0, pos).split("\n").length;
    throw new Error(
      `${relative(projectFolder, module.file)}:${line}: imports "${specifier}", which is not in the image: ` +
        'list it under "modules" in manifest.json.',
    );
  }
}

/** TypeScript without its types; every line and column stays where it is, so stacks name those of the source. */
export function eraseTypes(file: string, source: string): string {
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, false, ts.ScriptKind.TS);
  const fail = (position: number, problem: string): never => {
    const { line } = parsed.getLineAndCharacterOfPosition(position);
    throw new Error(`${relative(projectFolder, file)}:${line + 1}: ${problem}`);
  };
  const [mistake] = ts.transpileModule(source, { fileName: file, reportDiagnostics: true }).diagnostics ?? [];
  if (mistake) fail(mistake.start ?? 0, ts.flattenDiagnosticMessageText(mistake.messageText, "\n"));
  return blankSourceFile(parsed, (node) => {
    fail(
      node.getStart(parsed),
      "this TypeScript is more than types and cannot be erased; " +
        "write it in ECMAScript (no enum, namespace or parameter property).",
    );
  });
}
