/** Builds application images: TypeScript modules to XS bytecode (native/xs/image.h says how it is laid out). */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";

import { buildFolder, projectFolder } from "./folders";
import { type Creation, type Module, readManifest } from "./manifest";
import { moduleCompiler } from "./xs";

const run = promisify(execFile);

export interface ImageOptions {
  /** Modules besides the manifest's. */
  modules?: Module[];
  /** Sizes that differ from the manifest's. */
  creation?: Partial<Creation>;
}

/**
 * Builds `build/<name>.xsi`, which starts the module in the file `main` (relative to the project) and holds the
 * manifest's modules, and returns its path. Throws an Error with file, line and message when a module does not compile.
 */
export async function buildImage(main: string, name: string, options: ImageOptions = {}): Promise<string> {
  const manifest = await readManifest();
  const file = resolve(projectFolder, main);
  const modules = [
    { name: relative(projectFolder, file).replace(/\.[jt]s$/, ""), file },
    ...manifest.modules.filter((module) => module.file !== file),
    ...(options.modules ?? []),
  ];
  const image = join(buildFolder, `${name}.xsi`);
  await compileImage(image, modules, { ...manifest.creation, ...options.creation });
  return image;
}

async function compileImage(image: string, modules: Module[], creation: Creation): Promise<void> {
  const compiler = await moduleCompiler();
  const sources = await Promise.all(
    modules.map(async (module) => ({ ...module, text: await readFile(module.file, "utf8") })),
  );
  const hash = createHash("sha256").update(await readFile(compiler));
  const key = hash.update(JSON.stringify([creation, sources])).digest("hex");
  const record = `${image}.key`;
  if (existsSync(image) && (await readFile(record, "utf8").catch(() => "")) === key) return;

  const { checkImports, eraseTypes } = await import("./erase"); // TypeScript takes long to load
  await mkdir(dirname(image), { recursive: true });
  const work = await mkdtemp(`${image}-`); // several builds may run at once
  try {
    const list = [sizes(creation)];
    for (const [index, { name, file, text }] of sources.entries()) {
      const script = join(work, `${index}.js`);
      const erased = file.endsWith(".ts") ? eraseTypes(file, text) : text;
      checkImports({ name, file }, erased, modules);
      await writeFile(script, erased);
      list.push([name, relative(projectFolder, file), script].join("\t"));
    }
    const listFile = join(work, "list");
    await writeFile(listFile, `${list.join("\n")}\n`);
    const result = join(work, "image");
    await run(compiler, [listFile, result]).catch((error: unknown) => {
      throw new Error((error as { stderr?: string }).stderr?.trim() ?? String(error), { cause: error });
    });
    await rename(result, image);
    await writeFile(record, key);
  } finally {
    await rm(work, { recursive: true });
  }
}

/** struct image_creation as the module compiler reads it. */
function sizes(creation: Creation): string {
  const { chunkBytes, heapSlots, stackSlots, keys, nameBuckets, symbolBuckets, steps } = creation;
  return [chunkBytes, heapSlots, stackSlots, keys, nameBuckets, symbolBuckets, steps].join(" ");
}
