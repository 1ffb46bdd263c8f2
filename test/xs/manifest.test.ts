import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { readManifest } from "../../tools/manifest";

const folder = await mkdtemp(join(tmpdir(), "dspi-manifest-"));
afterAll(() => rm(folder, { recursive: true }));
await mkdir(join(folder, "dsp"));
for (const file of ["main.ts", "dsp/a.ts", "dsp/a.spec.ts", "dsp/b.js", "dsp/b.d.ts", "dsp/c.c"]) {
  await writeFile(join(folder, file), "");
}

const creation = {
  chunk: { initial: 1000 },
  heap: { initial: 200 },
  stack: 30,
  keys: { available: 40, name: 5, symbol: 6 },
  steps: 7000,
  main: "main",
};
const good = {
  creation,
  modules: { "*": "./main", "dsp/*": "./dsp/*", "~": "./dsp/*.spec" },
  preload: "dsp/*",
  platforms: { pico: { creation: { stack: 31 } } },
};

async function read(manifest: object | string, platform?: string) {
  const file = join(folder, "manifest.json");
  await writeFile(file, typeof manifest === "string" ? manifest : JSON.stringify(manifest));
  return readManifest(file, platform);
}

describe("a manifest", () => {
  it("lists modules by the names they are imported by, the main one first, and C files apart", async () => {
    const { modules, natives, preload } = await read(good);
    expect(modules).toEqual([
      { name: "main", file: join(folder, "main.ts") },
      { name: "dsp/a", file: join(folder, "dsp/a.ts") },
      { name: "dsp/b", file: join(folder, "dsp/b.js") },
    ]);
    expect(natives.map((file) => basename(file))).toEqual(["c.c"]);
    expect(preload).toEqual(["dsp/a", "dsp/b"]);
  });

  it("gives the sizes of the machine, with a platform's own where it has them", async () => {
    const sizes = {
      chunkBytes: 1000,
      heapSlots: 200,
      stackSlots: 30,
      keys: 40,
      nameBuckets: 5,
      symbolBuckets: 6,
      steps: 7000,
    };
    expect((await read(good)).creation).toEqual(sizes);
    expect((await read(good, "pico")).creation).toEqual({ ...sizes, stackSlots: 31 });
  });

  it("of the project names every module of the application and no spec", async () => {
    const { modules, natives } = await readManifest();
    expect(modules[0]?.name).toBe("main");
    expect(modules.map(({ name }) => name)).toContain("modules/dsp/biquad");
    expect(modules.filter(({ file }) => file.endsWith(".spec.ts"))).toEqual([]);
    expect(natives.map((file) => basename(file))).toContain("machine.c");
  });

  it.each([
    ["is not JSON", "{", /manifest\.json: not JSON: /],
    ["has an unknown key", { ...good, module: {} }, /manifest\.json: module: unknown; known are .*modules/],
    ["has no modules", { creation }, /manifest\.json: modules: expected an object/],
    [
      "has a pattern without files",
      { ...good, modules: { ...good.modules, "x/*": "./x/*" } },
      /modules\.x\/\*: "\.\/x\/\*" matches no/,
    ],
    ["has a module that is no name", { ...good, modules: { "*": 1 } }, /modules\.\*: expected a string/],
    [
      "gives a name twice",
      { ...good, modules: { ...good.modules, main: "./dsp/a" } },
      /modules\.main: "main" is both main\.ts and dsp.a\.ts/,
    ],
    [
      "has no main module",
      { ...good, creation: { ...creation, main: "other" } },
      /creation\.main: "other" is not among the modules/,
    ],
    [
      "has a size that is none",
      { ...good, creation: { ...creation, heap: { initial: -1 } } },
      /creation\.heap\.initial: -1, expected a positive integer/,
    ],
    [
      "has memory that grows",
      { ...good, creation: { ...creation, heap: { initial: 1, incremental: 1 } } },
      /creation\.heap\.incremental: expected 0/,
    ],
    ["preloads what is not there", { ...good, preload: ["dsp/z"] }, /preload: "dsp\/z" matches no module/],
  ])("that %s is refused with its file and key", async (_, manifest, message) => {
    await expect(read(manifest)).rejects.toThrow(message);
  });

  it("without the platform asked for says which there are", async () => {
    await expect(read(good, "zero")).rejects.toThrow('manifest.json: platforms: "zero" is not there; there are pico');
  });
});
