/**
 * manifest.json in the Moddable SDK's format (its documentation/tools/manifest.md), without the SDK: what mcconfig would
 * refuse or leave out silently. docs/moddable.md says what was built with the SDK itself.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { describe, expect, test } from "vitest";

import { projectFolder } from "../../tools/folders";
import { readManifest } from "../../tools/manifest";

interface Manifest {
  include?: string | string[];
  modules?: Record<string, string | string[]>;
  preload?: string[];
  platforms?: Record<string, Manifest>;
}

const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Manifest;
const list = (value: string | string[] = []) => (typeof value === "string" ? [value] : value);

/** The project's manifest and those of its own that a platform adds, with the folders that their paths start at. */
const root = join(projectFolder, "manifest.json");
function manifests(platform: string): [string, Manifest][] {
  const project = read(root);
  const included = list(project.platforms?.[platform]?.include).map((file) => join(projectFolder, file));
  return [root, ...included].map((file) => [dirname(file), read(file)]);
}

const extensions = /\.(ts|js|c|h|pio|d\.ts)$/;
const stem = (file: string) => file.replace(/\.d\.ts$/, "").replace(extensions, "");
const filesIn = (folder: string) =>
  (existsSync(folder) ? readdirSync(folder) : []).filter((name) => extensions.test(name));

/** As mcconfig resolves a path: a star stands for all that a folder holds, whatever follows it. */
function resolve(folder: string, path: string): string[] {
  const [before, after] = join(folder, path).split("*");
  if (after === undefined) {
    const file = before as string;
    return filesIn(dirname(file))
      .filter((name) => stem(name) === basename(file))
      .map((name) => join(dirname(file), name));
  }
  const whole = before as string;
  return filesIn(whole).map((name) => join(whole, name));
}

/** What mcconfig would build for a platform: each file, and the name that its key gives to a module. */
function built(platform: string): { file: string; name: string }[] {
  const parts = manifests(platform);
  const excluded = new Set(
    parts.flatMap(([folder, { modules }]) => list(modules?.["~"]).flatMap((path) => resolve(folder, path))),
  );
  return parts.flatMap(([folder, { modules = {} }]) =>
    Object.entries(modules)
      .filter(([key]) => key !== "~")
      .flatMap(([key, paths]) =>
        list(paths).flatMap((path) =>
          resolve(folder, path).map((file) => ({ file, name: key.replace("*", basename(stem(file))) })),
        ),
      )
      .filter(({ file }) => !excluded.has(file)),
  );
}

const platforms = ["pico", "pico/pico_2"];

describe("manifest.json in the Moddable SDK's format", () => {
  test.each(platforms)("has for %s no path that leads nowhere, and stars only at the end", (platform) => {
    for (const [folder, { modules = {} }] of manifests(platform))
      for (const path of Object.values(modules)
        .flatMap(list)
        .filter((path) => !path.startsWith("$"))) {
        expect(path).toMatch(/^[^*]+\*?$/);
        expect(resolve(folder, path), path).not.toEqual([]);
      }
  });

  test.each(platforms)(
    "gives %s the modules that our own build puts into the firmware, under the same names",
    async (platform) => {
      const isScript = (file: string) => /\.(ts|js)$/.test(file) && !file.endsWith(".d.ts");
      const theirs = built(platform)
        .filter(({ file }) => isScript(file) && !relative(projectFolder, file).startsWith("hosts/"))
        .map(({ file, name }) => [name, file]);
      const ours = (await readManifest(undefined, platform)).modules.map(({ file, name }) => [name, file]);
      expect(theirs.sort()).toEqual(ours.sort());
    },
  );

  test.each(platforms)("gives %s no file under two names, of which mcconfig would take the first alone", (platform) => {
    const files = built(platform).map(({ file }) => file);
    expect(files.filter((file, index) => files.indexOf(file) !== index)).toEqual([]);
  });

  test.each(platforms)("gives %s no two C files of one name, nor one of the SDK's own", (platform) => {
    const names = built(platform).flatMap(({ file }) => (file.endsWith(".c") ? [basename(file)] : []));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names).not.toContain("main.c");
    expect(names).not.toContain("debugger.c");
    expect(names).not.toContain("xsmain.c");
  });

  test.each(platforms)(
    "preloads for %s what our own build preloads, what stands in for its C, and no more",
    async (platform) => {
      const ours = (await readManifest(undefined, platform)).preload;
      const standIns = ["hosts/rp2/moddable/board", "setup/dspi"];
      // mcconfig takes no stars here, and passes over names that no module has
      const theirs = manifests(platform).flatMap(([, { preload = [] }]) =>
        preload.filter((name) => !name.includes("*")),
      );
      const modules = built(platform).map(({ name }) => name);
      expect(theirs.sort()).toEqual([...ours, ...standIns].sort());
      expect(modules).toEqual(expect.arrayContaining(theirs));
    },
  );

  test("has the linker put into RAM all C that our own build puts there, but for arithmetic", () => {
    const script = readFileSync(join(projectFolder, "hosts/rp2/moddable/audio_in_ram.ld"), "utf8");
    const placed = [...script.matchAll(/^\s+\*\/(\w+)\.c\.o\(\.text\* \.rodata\*\)$/gm)].map(([, name = ""]) => name);
    const sources = ["native/engine", "native/output", "hosts/rp2/audio"]
      .flatMap((folder) => filesIn(join(projectFolder, folder)))
      .filter((name) => name.endsWith(".c") && !name.includes("_design"))
      .map((name) => (name === "engine.c" ? "native_engine" : stem(name)));
    const ours = readFileSync(join(projectFolder, "hosts/rp2/CMakeLists.txt"), "utf8");
    const usb = [...ours.matchAll(/ native\?usb\?(\w+)\.\*o/g)].map(([, name = ""]) => name);
    expect(usb).toContain("audio_class");
    expect(placed).toEqual(expect.arrayContaining([...sources, ...usb]));
    const objects = built("pico").map(({ file }) => basename(stem(file)));
    expect([...objects, "dcd_rp2040", "rp2040_usb", "platform"]).toEqual(expect.arrayContaining(placed));
  });

  test("pairs every native module's declarations for TypeScript with functions that C defines", () => {
    const natives = built("pico").filter(({ file }) => /native\/xs\/\w+\.js$/.test(file));
    expect(natives.length).toBeGreaterThan(0);
    for (const { file } of natives) {
      const script = readFileSync(file, "utf8");
      const functions = [...script.matchAll(/^export function (\w+)\([^)]*\) @ "(xs_\w+)";$/gm)];
      const c = readFileSync(file.replace(/js$/, "c"), "utf8");
      for (const [, , symbol] of functions) expect(c).toMatch(new RegExp(`^void ${symbol}\\(xsMachine \\*the\\)`, "m"));
      const exported = [...script.matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name]) => name);
      const typed = [...readFileSync(file.replace(/js$/, "d.ts"), "utf8").matchAll(/^export const (\w+)/gm)];
      expect(exported.sort(), file).toEqual(typed.map(([, name]) => name).sort());
      expect(functions.length, file).toBe([...script.matchAll(/^export function/gm)].length);
    }
  });
});
