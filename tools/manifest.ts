/** Reads manifest.json, which is in the Moddable SDK's format: the one list of what goes on the device. */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

import { projectFolder } from "./folders";

export interface Module {
  /** As it is imported, without an extension. */
  name: string;
  /** Its .ts or .js file, absolute. */
  file: string;
}

/**
 * How large a machine the application needs; counts unless said otherwise. Nothing grows later. The manifest's own
 * sizes are the desktop's, whose slots are twice as large as a chip's and which builds in RAM what a chip has in a ROM
 * image: 3,800 slots of XS itself, and the application's classes and constants.
 */
export interface Creation {
  chunkBytes: number;
  heapSlots: number;
  stackSlots: number;
  keys: number;
  nameBuckets: number;
  symbolBuckets: number;
  /** Of bytecode in one entry of the machine, beyond which the application "did not return". */
  steps: number;
}

export interface Manifest {
  /** The first is the one to start. */
  modules: Module[];
  /** C files listed among the modules, absolute. */
  natives: string[];
  /** Names of the modules that a ROM image holds ready. */
  preload: string[];
  creation: Creation;
}

type Json = Record<string, unknown>;

const known = ["build", "creation", "include", "modules", "platforms", "preload", "strip", "typescript"];

/**
 * Reads a manifest, with the overrides of a platform such as "pico/pico_2" when one is given.
 * Throws an Error that names the file and the key.
 */
export async function readManifest(file = join(projectFolder, "manifest.json"), platform?: string): Promise<Manifest> {
  const name = relative(projectFolder, file);
  const fail = (key: string, problem: string): never => {
    throw new Error(`${name}: ${key}: ${problem}`);
  };
  const manifest = parse(name, await readFile(file, "utf8"));
  for (const key of Object.keys(manifest)) {
    if (!known.includes(key)) fail(key, `unknown; known are ${known.join(", ")}`);
  }
  const platforms = object(manifest.platforms ?? {}, "platforms", fail);
  if (platform !== undefined && !(platform in platforms)) {
    fail("platforms", `"${platform}" is not there; there are ${Object.keys(platforms).join(", ")}`);
  }
  const override = platform === undefined ? {} : object(platforms[platform], `platforms.${platform}`, fail);
  const creation = {
    ...object(manifest.creation, "creation", fail),
    ...object(override.creation ?? {}, `platforms.${platform}.creation`, fail),
  };
  const files = listFiles(dirname(file), object(manifest.modules, "modules", fail), fail);
  const modules = files.filter(({ file }) => !file.endsWith(".c"));
  return {
    modules: mainFirst(modules, creation.main, fail),
    natives: files.filter(({ file }) => file.endsWith(".c")).map(({ file }) => file),
    preload: expandPreload(manifest.preload ?? [], modules, fail),
    creation: readCreation(creation, fail),
  };
}

type Fail = (key: string, problem: string) => never;

function parse(name: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`${name}: not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function object(value: unknown, key: string, fail: Fail): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(key, "expected an object");
  return value as Json;
}

function strings(value: unknown, key: string, fail: Fail): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => (typeof item === "string" ? item : fail(key, "expected a string or an array of strings")));
}

/** "modules/*": "./modules/*" lists a folder's files by name; "~" excludes. Each module or C file once. */
function listFiles(folder: string, modules: Json, fail: Fail): Module[] {
  const { "~": excluded = [], ...listed } = modules;
  const exclusions = strings(excluded, "modules.~", fail).map((pattern) => wildcard(join(folder, pattern)));
  const found = new Map<string, Module>();
  for (const [key, value] of Object.entries(listed)) {
    for (const pattern of strings(value, `modules.${key}`, fail)) {
      const matches = matchFiles(join(folder, pattern)).filter(
        (file) => !exclusions.some((exclusion) => exclusion.test(withoutExtension(file))),
      );
      if (matches.length === 0) fail(`modules.${key}`, `"${pattern}" matches no .ts, .js or .c file`);
      for (const file of matches) {
        const name = key.replace("*", basename(withoutExtension(file)));
        const id = file.endsWith(".c") ? file : name;
        const other = found.get(id);
        if (other && other.file !== file) {
          fail(`modules.${key}`, `"${name}" is both ${relative(folder, other.file)} and ${relative(folder, file)}`);
        }
        found.set(id, { name, file });
      }
    }
  }
  return [...found.values()];
}

function matchFiles(pattern: string): string[] {
  const folder = dirname(pattern);
  if (!existsSync(folder)) return [];
  const matches = wildcard(pattern);
  return readdirSync(folder)
    .filter((name) => /\.(ts|js|c)$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name))
    .filter((file) => matches.test(withoutExtension(file)))
    .sort();
}

/** `*` stands for any part of a name. */
function wildcard(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]*")}$`);
}

function withoutExtension(file: string): string {
  return file.replace(/\.(ts|js|c)$/, "");
}

function mainFirst(modules: Module[], main: unknown, fail: Fail): Module[] {
  const first = modules.find(({ name }) => name === main);
  if (!first) return fail("creation.main", `${JSON.stringify(main)} is not among the modules`);
  return [first, ...modules.filter((module) => module !== first)];
}

function expandPreload(value: unknown, modules: Module[], fail: Fail): string[] {
  return strings(value, "preload", fail).flatMap((pattern) => {
    const names = modules.map(({ name }) => name).filter((name) => wildcard(pattern).test(name));
    return names.length > 0 ? names : fail("preload", `"${pattern}" matches no module`);
  });
}

function readCreation(creation: Json, fail: Fail): Creation {
  const count = (path: string): number => {
    const value = path.split(".").reduce<unknown>((at, key) => (at as Json | undefined)?.[key], creation);
    const valid = typeof value === "number" && Number.isInteger(value) && value > 0 && value < 2 ** 31;
    return valid ? value : fail(`creation.${path}`, `${JSON.stringify(value)}, expected a positive integer`);
  };
  for (const part of ["chunk", "heap"]) {
    const { incremental = 0 } = object(creation[part], `creation.${part}`, fail);
    if (incremental !== 0) fail(`creation.${part}.incremental`, "expected 0: the machine's memory is fixed");
  }
  return {
    chunkBytes: count("chunk.initial"),
    heapSlots: count("heap.initial"),
    stackSlots: count("stack"),
    keys: count("keys.available"),
    nameBuckets: count("keys.name"),
    symbolBuckets: count("keys.symbol"),
    steps: count("steps"),
  };
}
