/**
 * What a firmware is built with: compiler, CMake, Ninja, Python, Pico SDK and TinyUSB. What the machine has is taken; the rest
 * is fetched from Debian once, without root.
 */
import { existsSync } from "node:fs";
import { readdir, rm, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { debianPackage, debianProgram, debianSourcePackage, findProgram, isUnpacked } from "./debian";

export interface Toolchain {
  cmake: string;
  ninja: string;
  /** The Pico SDK's build gives the second boot stage its checksum with it. */
  python: string;
  /** Folder of arm-none-eabi-gcc and its like. */
  compilers: string;
  picoSdk: string;
  tinyUsb: string;
  env: NodeJS.ProcessEnv;
}

/** The suite of Debian whose Pico SDK knows the RP2350. */
const sdkSuite = "trixie";

/** Finds or fetches the toolchain; throws an Error that says what is missing and how to get it. */
export async function toolchain(): Promise<Toolchain> {
  const cmake = await debianProgram("cmake");
  const ninja = await debianProgram("ninja", "ninja-build");
  const python = await debianProgram("python3");
  const picoSdk = await sdkFolder();
  return {
    cmake: cmake.path,
    ninja: ninja.path,
    python: python.path,
    compilers: await compilersFolder(),
    picoSdk,
    tinyUsb: await tinyUsbFolder(picoSdk),
    env: mergedLibraries(cmake.env, python.env),
  };
}

/** Whether all of it is here already, so that nothing needs to be fetched. */
export function hasToolchain(): boolean {
  const sdk = process.env.PICO_SDK_PATH !== undefined || isUnpacked("pico-sdk-source");
  const tinyUsb =
    isUnpacked("tinyusb-source") || existsSync(join(process.env.PICO_SDK_PATH ?? "", "lib/tinyusb/src/tusb.c"));
  const has = (program: string, packageName: string) => findProgram(program) !== undefined || isUnpacked(packageName);
  return (
    sdk &&
    tinyUsb &&
    has("cmake", "cmake") &&
    has("ninja", "ninja-build") &&
    has("python3", "python3") &&
    has("arm-none-eabi-gcc", "gcc-arm-none-eabi")
  );
}

/** Programs that were fetched find their libraries by LD_LIBRARY_PATH, each in its own folders. */
function mergedLibraries(...environments: NodeJS.ProcessEnv[]): NodeJS.ProcessEnv {
  const paths = environments.flatMap(({ LD_LIBRARY_PATH }) => LD_LIBRARY_PATH ?? []);
  return paths.length === 0 ? process.env : { ...process.env, LD_LIBRARY_PATH: paths.join(delimiter) };
}

async function sdkFolder(): Promise<string> {
  const named = process.env.PICO_SDK_PATH;
  if (named === undefined) return join(await debianSourcePackage(sdkSuite, "pico-sdk-source"), "usr/src/pico-sdk");
  if (existsSync(join(named, "pico_sdk_init.cmake"))) return named;
  throw new Error(`PICO_SDK_PATH is ${named}, which holds no Pico SDK: correct it, or unset it to have one fetched.`);
}

async function tinyUsbFolder(picoSdk: string): Promise<string> {
  const own = join(picoSdk, "lib/tinyusb");
  if (existsSync(join(own, "src/tusb.c"))) return own;
  return join(await debianSourcePackage(sdkSuite, "tinyusb-source"), "usr/src/tinyusb");
}

/** Folder of arm-none-eabi-gcc and its like. */
export async function compilersFolder(): Promise<string> {
  const installed = findProgram("arm-none-eabi-gcc");
  if (installed) return join(installed, "..");
  const root = await debianPackage("gcc-arm-none-eabi", ["libnewlib-arm-none-eabi", "libnewlib-dev"], prune);
  return join(root, "usr/bin");
}

/** Leaves C for the two chips' architectures, and links the C library to where an unpacked compiler looks for it. */
async function prune(root: string): Promise<void> {
  const libraries = join(root, "usr/lib/arm-none-eabi/newlib");
  const [version] = await readdir(join(root, "usr/lib/gcc/arm-none-eabi"));
  const compiler = join(root, "usr/lib/gcc/arm-none-eabi", version ?? "");
  const kept = ["v6-m", "v8-m.main+fp"];
  for (const folder of [libraries, compiler]) {
    await rm(join(folder, "arm"), { recursive: true, force: true });
    for (const name of await readdir(join(folder, "thumb"))) {
      if (!kept.includes(name)) await rm(join(folder, "thumb", name), { recursive: true });
    }
  }
  await rm(join(compiler, "cc1plus"), { force: true });
  await symlink("newlib", join(root, "usr/lib/arm-none-eabi/lib"));
  await symlink("../../include/newlib", join(root, "usr/lib/arm-none-eabi/include"));
}
