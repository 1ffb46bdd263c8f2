/** Which toolchain `npm run firmware` takes, and what it says of one that it cannot take. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { compilersFolder, toolchain } from "../../tools/toolchain";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspi-toolchain-"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const whole = ["g++", "nm", "objcopy", "objdump"];

/** A folder at the head of PATH with a compiler that is this script, and other programs of its toolchain. */
async function compiler(name: string, script: string, others = whole): Promise<string> {
  const bin = join(folder, name);
  await mkdir(bin);
  const programs = [["gcc", script], ...others.map((other) => [other, "exit 0"])];
  for (const [program, text] of programs) {
    const file = join(bin, `arm-none-eabi-${program}`);
    await writeFile(file, `#!/bin/sh\n${text}\n`);
    await chmod(file, 0o755);
  }
  vi.stubEnv("PATH", [bin, process.env.PATH].join(delimiter));
  return bin;
}

const says = (version: string, specs: string) => `case $1 in -dumpversion) echo ${version};; *) echo ${specs};; esac`;
const newlib = "/usr/lib/arm-none-eabi/lib/nano.specs";

describe("a compiler on PATH", () => {
  test("is taken when it can make a firmware", async () => {
    const bin = await compiler("whole", says("13.2.1", newlib));
    expect(await compilersFolder()).toBe(bin);
  });

  test.each([
    ["does not run", "exit 3", whole, /does not run \(.*\)/],
    ["is too old", says("9.2.1", newlib), whole, /is version 9\.2\.1/],
    ["tells no version", "exit 0", whole, /is version unknown/],
    ["is alone", says("13.2.1", newlib), ["g++", "nm", "objcopy"], /has no arm-none-eabi-objdump beside it/],
    ["has no C library", says("13.2.1", "nano.specs"), whole, /has no newlib \(nano\.specs\)/],
  ])("that %s is refused, with what to do", async (what, script, others, problem) => {
    const bin = await compiler(what.replaceAll(" ", "-"), script, others);
    const error = await compilersFolder().catch((refused: unknown) => (refused as Error).message);
    expect(error).toMatch(problem);
    expect(error).toContain(`${bin}/arm-none-eabi-gcc, which is first on PATH,`);
    expect(error).toMatch(/install a whole Arm GNU toolchain 10 or newer, or take it off PATH/);
  });
});

describe("PICO_SDK_PATH", () => {
  const version = (minor: number) => `set(PICO_SDK_VERSION_MAJOR 2)\nset(PICO_SDK_VERSION_MINOR ${minor})\n`;

  test.each([
    ["a folder without an SDK", {}, "holds no Pico SDK"],
    ["an SDK without a version", { "pico_sdk_init.cmake": "" }, "holds a Pico SDK ?.?"],
    [
      "another SDK",
      { "pico_sdk_init.cmake": "", "pico_sdk_version.cmake": version(0) },
      "holds a Pico SDK 2.0, expected a Pico SDK 2.1",
    ],
  ])("of %s is refused, with what to do", async (what, files, problem) => {
    const sdk = join(folder, what.replaceAll(" ", "-"));
    await mkdir(sdk);
    for (const [name, text] of Object.entries(files)) await writeFile(join(sdk, name), text);
    vi.stubEnv("PICO_SDK_PATH", sdk);
    const error = await toolchain().catch((refused: unknown) => (refused as Error).message);
    expect(error).toContain(`PICO_SDK_PATH is ${sdk}, which ${problem}`);
    expect(error).toMatch(/correct it, or unset it to have one fetched\.$/);
  });
});
