/** Builds native programs with the machine's C compiler: no make, no cmake; only what changed is compiled again. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

import { buildFolder, projectFolder } from "./folders";

const run = promisify(execFile);

/** C files that are compiled alike. */
export interface Sources {
  /** C files, relative to the project or absolute. */
  sources: string[];
  /** Include folders, relative to the project or absolute. */
  includes?: string[];
  /** Macros, as `NAME` or `NAME=value`. */
  defines?: string[];
  /** Compiler flags besides the common ones. */
  flags?: string[];
}

export interface Program extends Sources {
  /** Name of the executable in `build/bin`. */
  name: string;
  /** Sources that need other flags; programs with the same parts share their objects. */
  parts?: Sources[];
  /** Linker arguments, such as `-lm`. */
  libraries?: string[];
}

/** One floating-point result on every host: no contraction into fused operations, no reassociation. */
const commonFlags = ["-std=gnu11", "-O2", "-g", "-ffp-contract=off", "-MMD"];

/** Compiles and links what is out of date; returns the executable's path. */
export function buildProgram(program: Program): Promise<string> {
  return shared(JSON.stringify(program), () => build(program));
}

async function build(program: Program): Promise<string> {
  const cc = await compiler();
  const objects = await inParallel(
    [program, ...(program.parts ?? [])].flatMap((part) =>
      part.sources.map((source) => ({ source, flags: flagsOf(part) })),
    ),
    ({ source, flags }) => compile(cc, source, flags),
  );
  const executable = join(buildFolder, "bin", program.name);
  const link = [cc, ...objects, ...(program.libraries ?? [])].join("\n");
  const linkRecord = join(buildFolder, "obj", `${program.name}.link`);
  if ((await readText(linkRecord)) === link && (await isNewer(executable, objects))) return executable;
  await mkdir(join(buildFolder, "bin"), { recursive: true });
  const temporary = `${executable}.${process.pid}`;
  await invoke(cc, [...objects, "-o", temporary, ...(program.libraries ?? [])]);
  await rename(temporary, executable); // several builds may run at once
  await writeFile(linkRecord, link);
  return executable;
}

const running = new Map<string, Promise<string>>();

/** Makes what is asked for twice at the same time only once. */
function shared(key: string, make: () => Promise<string>): Promise<string> {
  const made = running.get(key) ?? make().finally(() => running.delete(key));
  running.set(key, made);
  return made;
}

function flagsOf(sources: Sources): string[] {
  return [
    ...commonFlags,
    ...(sources.flags ?? []),
    ...(sources.defines ?? []).map((define) => `-D${define}`),
    ...(sources.includes ?? []).map((folder) => `-I${folder}`),
  ];
}

let found: Promise<string> | undefined;

/** The C compiler: `$CC`, or the first of cc, gcc and clang that runs. */
function compiler(): Promise<string> {
  found ??= (async () => {
    for (const name of process.env.CC ? [process.env.CC] : ["cc", "gcc", "clang"]) {
      if (
        await run(name, ["--version"]).then(
          () => true,
          () => false,
        )
      )
        return name;
    }
    throw new Error(
      process.env.CC
        ? `The C compiler "${process.env.CC}" named by CC does not run: correct CC or unset it.`
        : "No C compiler found: install one (Debian: sudo apt-get install gcc libc6-dev) and run this again.",
    );
  })();
  return found;
}

function compile(cc: string, source: string, flags: string[]): Promise<string> {
  const key = createHash("sha256")
    .update([cc, source, ...flags].join("\n"))
    .digest("hex");
  const object = join(buildFolder, "obj", `${basename(source, ".c")}-${key.slice(0, 16)}.o`);
  return shared(object, () => compileTo(object, cc, source, flags));
}

async function compileTo(object: string, cc: string, source: string, flags: string[]): Promise<string> {
  const depfile = object.replace(/o$/, "d");
  const dependencies = parseDepfile(await readText(depfile));
  if (dependencies.length > 0 && (await isNewer(object, dependencies))) return object;
  await mkdir(join(buildFolder, "obj"), { recursive: true });
  const temporary = `${object}.${process.pid}`; // other processes may be building, too
  await invoke(cc, [...flags, "-MF", `${temporary}.d`, "-c", source, "-o", temporary]);
  await rename(`${temporary}.d`, depfile);
  await rename(temporary, object);
  return object;
}

async function invoke(command: string, args: string[]): Promise<void> {
  try {
    const { stderr } = await run(command, args, { cwd: projectFolder, maxBuffer: 1 << 26 });
    if (stderr) process.stderr.write(stderr);
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}\n${(error as { stderr?: string }).stderr ?? String(error)}`, {
      cause: error,
    });
  }
}

function parseDepfile(text: string | undefined): string[] {
  if (text === undefined) return [];
  return text
    .replaceAll("\\\n", " ")
    .replace(/^[^:]*:/, "")
    .split(/\s+/)
    .filter(Boolean);
}

async function isNewer(file: string, inputs: string[]): Promise<boolean> {
  if (!existsSync(file)) return false;
  const { mtimeMs } = await stat(file);
  const times = await Promise.all(
    inputs.map((input) =>
      stat(join(input.startsWith("/") ? "" : projectFolder, input)).then(
        (found) => found.mtimeMs,
        () => Infinity, // a header that is gone
      ),
    ),
  );
  return times.every((time) => time <= mtimeMs);
}

function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

async function inParallel<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
