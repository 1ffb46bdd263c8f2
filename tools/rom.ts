/** Makes the read-only part of a machine: XS's own objects and the preloaded modules, as C (tools/rom-linker). */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { buildFolder } from "./folders";
import { buildImage } from "./image";
import { readManifest } from "./manifest";
import { romLinker } from "./xs";

const run = promisify(execFile);

export interface Rom {
  /** What a program with this ROM is linked from, besides XS with the macro MACHINE_ROM. */
  sources: string[];
  /** The application's image, which the sources contain. */
  image: string;
}

/** Makes the ROM for a platform of manifest.json, in `build/rom`, named `name`. `main` is the module that starts. */
export async function buildRom(name: string, platform: string, main = "main.ts"): Promise<Rom> {
  const manifest = await readManifest(undefined, platform);
  const scripts = manifest.modules.map(({ file }) => file).filter((file) => file.endsWith(".js"));
  const image = await buildImage(main, `app-${name}`, { creation: manifest.creation });
  const folder = join(buildFolder, "rom");
  await mkdir(folder, { recursive: true });
  const sources = [join(folder, `${name}.c`), join(folder, `${name}-image.S`)] as const;
  await writeIfChanged(sources[0], await link(await romLinker(scripts), image, manifest.preload, folder));
  await writeIfChanged(sources[1], await imageSource(image));
  return { sources: [...sources], image };
}

async function link(linker: string, image: string, preload: string[], folder: string): Promise<string> {
  const work = await mkdtemp(join(folder, "link-")); // several builds may run at once
  try {
    const output = join(work, "rom.c");
    await run(linker, [image, output, ...preload]).catch((error: unknown) => {
      throw new Error(`The ROM could not be made:\n${(error as { stderr?: string }).stderr}`, { cause: error });
    });
    return await readFile(output, "utf8");
  } finally {
    await rm(work, { recursive: true });
  }
}

/** The image as it is; its hash makes the file change when the image does, for builds that look at times. */
async function imageSource(image: string): Promise<string> {
  const hash = createHash("sha256")
    .update(await readFile(image))
    .digest("hex");
  return [
    `/* ${hash} */`,
    '.section .rodata.app_image, "a"',
    ".balign 8",
    ".global app_image, app_image_end",
    "app_image:",
    `.incbin "${image}"`,
    "app_image_end:",
    '.section .note.GNU-stack, "", %progbits',
    "",
  ].join("\n");
}

/** Writes a file unless it has that text: what is made from it then need not be made again. */
export async function writeIfChanged(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => "")) !== text) await writeFile(file, text);
}
