/** Builds the application image and the desktop devices. As a script: everything; quick when nothing has changed. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { buildProgram } from "./cc";
import { projectFolder } from "./folders";
import { buildImage } from "./image";
import { readManifest } from "./manifest";
import { nativesTable } from "./natives";
import type { Rom } from "./rom";
import { typecheckDevice } from "./typecheck";
import { xsRuntime } from "./xs";

export { buildImage } from "./image";

export const chips = ["rp2040", "rp2350"] as const;
export type Chip = (typeof chips)[number];

/** Builds the application's image after a type check of all of it and returns its path. */
export async function applicationImage(): Promise<string> {
  await typecheckDevice();
  return buildImage("main.ts", "app");
}

/**
 * Builds the desktop device with a chip's arithmetic and outputs, and returns the path of its executable. With `rom`,
 * its machine has the ROM that the chip's has.
 */
export async function deviceExecutable(chip: Chip, rom?: Rom): Promise<string> {
  const manifest = await readManifest();
  const runtime = await xsRuntime();
  const scripts = manifest.modules.map(({ file }) => file).filter((file) => file.endsWith(".js"));
  const name = `dspi-device-${chip}${rom ? "-rom" : ""}`;
  return buildProgram({
    name,
    sources: [
      ...[...manifest.natives, ...(await sourcesIn("hosts/desktop")), await nativesTable("device", scripts)],
      ...(rom?.sources ?? []),
    ],
    includes: [...runtime.embedder.includes, "native/engine", "native/output", "native/usb", "hosts/desktop"],
    defines: [...runtime.embedder.defines, `DSPI_${chip.toUpperCase()}`, ...(rom ? ["MACHINE_ROM"] : [])],
    flags: [...runtime.embedder.flags, "-O3"], // the engine gains a sixth over -O2
    parts: [runtime.engine],
    libraries: runtime.libraries,
  });
}

/** A program that is a machine without an engine, for tests of the machine and for specs inside XS. */
export async function machineHost(): Promise<string> {
  const runtime = await xsRuntime();
  const bindings = ["host", "usb"];
  const machine = ["image", "machine", "runtime", "trace", ...bindings];
  const table = await nativesTable(
    "machine-host",
    bindings.map((name) => join(projectFolder, "native/xs", `${name}.js`)),
  );
  return buildProgram({
    name: "machine-host",
    sources: [...machine.map((name) => `native/xs/${name}.c`), "test/xs/host.c", table],
    includes: [...runtime.embedder.includes, "native/engine"],
    defines: [...runtime.embedder.defines, "DSPI_RP2350"],
    flags: runtime.embedder.flags,
    parts: [runtime.engine],
    libraries: runtime.libraries,
  });
}

async function sourcesIn(folder: string): Promise<string[]> {
  const names = (await readdir(join(projectFolder, folder))).filter((name) => name.endsWith(".c")).sort();
  if (names.length === 0) throw new Error(`${folder}: no C files to build the desktop device from.`);
  return names.map((name) => `${folder}/${name}`);
}

/** Builds all that `npm start` and `npm test` need, saying what it does. */
async function buildAll(log: (text: string) => void = console.log): Promise<void> {
  const steps: [string, () => Promise<string>][] = [
    ["application image", applicationImage],
    ...chips.map((chip): [string, () => Promise<string>] => [`device ${chip}`, () => deviceExecutable(chip)]),
  ];
  for (const [name, build] of steps) {
    const started = performance.now();
    await build();
    const seconds = (performance.now() - started) / 1000;
    if (seconds > 1) log(`Built ${name} in ${seconds.toFixed(1)} s`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll().catch((error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  });
}
