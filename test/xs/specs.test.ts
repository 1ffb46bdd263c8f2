/** The specs of modules/, inside XS as the device has it. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { describe, expect, it } from "vitest";

import { buildImage } from "../../tools/build";
import { buildFolder, projectFolder } from "../../tools/folders";
import type { Module } from "../../tools/manifest";
import { Machine } from "./machine";

interface Result {
  name: string;
  error?: string;
}

const sources = (await readdir(join(projectFolder, "modules"), { recursive: true }))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join("modules", name).replaceAll("\\", "/"))
  .sort();
const files = sources.filter((name) => name.endsWith(".spec.ts"));
/** What specs share; no part of a device, so no part of its manifest. */
const helpers = sources.filter((name) => name.startsWith("modules/testing/"));
const { results, log } = await runSpecs(files);

describe("inside XS", () => {
  it.each(results.map(({ name, error }) => [name, error]))("%s", (_, error) => {
    if (error !== undefined) throw Object.assign(new Error(error), { stack: "" });
  });

  it("every spec file has been run to its end, and nothing went wrong beside them", () => {
    expect(log).toEqual([]);
    const seen = new Set(results.map(({ name }) => name.split(" > ")[0]));
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
  });
});

/** Runs spec files in one machine: of the device's configuration, but with room and time for tests. */
async function runSpecs(specs: string[]): Promise<{ results: Result[]; log: string[] }> {
  const shim = "test/xs/vitest";
  const folder = join(buildFolder, "specs");
  const generated: Module[] = [];
  const generate = async (name: string, source: string): Promise<void> => {
    const file = join(folder, `${name.replaceAll("/", "-")}.js`);
    await mkdir(folder, { recursive: true });
    await writeFile(file, source);
    generated.push({ name, file });
  };
  await generate("vitest", `export * from "./${shim}";\n`);
  // Importing a spec runs its `describe`; before each, a module tells the shim whose specs come.
  for (const spec of specs) {
    await generate(`file/${spec}`, `import { file } from "vitest";\nfile("${spec}");\n`);
  }
  const runner = join(folder, "runner.js");
  const imports = specs.map((spec) => `import "file/${spec}";\nimport "${moduleName(spec)}";\n`);
  await writeFile(runner, `${imports.join("")}import { run } from "vitest";\nvoid run();\n`);
  const image = await buildImage(relative(projectFolder, runner), "specs", {
    modules: [
      ...generated,
      ...[...specs, ...helpers, `${shim}.ts`].map((file) => ({
        name: moduleName(file),
        file: join(projectFolder, file),
      })),
    ],
    creation: { chunkBytes: 16 << 20, heapSlots: 1 << 19, stackSlots: 4096, keys: 8192, steps: 0x7fffffff },
  });
  const machine = await Machine.start(image);
  const { log } = await machine.end();
  const isResult = (line: string) => line.startsWith('{"name":');
  return {
    results: log.filter(isResult).map((line) => JSON.parse(line) as Result),
    log: log.filter((line) => !isResult(line)),
  };
}

function moduleName(file: string): string {
  return file.replace(/\.ts$/, "");
}
