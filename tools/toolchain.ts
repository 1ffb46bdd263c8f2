/**
 * What a firmware is built with: compiler, CMake, Ninja, Python, Pico SDK and TinyUSB. What the machine has is taken; the rest
 * is fetched from Debian once, without root.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { debianPackage, debianProgram, debianSourcePackage, findProgram, isUnpacked } from "./debian";

const run = promisify(execFile);

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
/** The one whose memory map hosts/rp2/CMakeLists.txt changes. */
const sdkVersion = "2.1";
/** The first that knows the Cortex-M33's code as the firmware uses it, and what its programs are called. */
const compilerVersion = 10;
const compilerPrograms = ["gcc", "g++", "nm", "objcopy", "objdump"];

/** Finds or fetches the toolchain; throws an Error that says what is missing and how to get it. */
export async function toolchain(): Promise<Toolchain> {
  const picoSdk = await sdkFolder();
  const cmake = await debianProgram("cmake");
  const ninja = await debianProgram("ninja", "ninja-build");
  const python = await debianProgram("python3");
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
  const sdk = namedSdk() !== undefined || isUnpacked("pico-sdk-source");
  const tinyUsb = isUnpacked("tinyusb-source") || existsSync(join(namedSdk() ?? "", "lib/tinyusb/src/tusb.c"));
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

/** PICO_SDK_PATH, which is as good as not set when it is empty. */
const namedSdk = () => process.env.PICO_SDK_PATH || undefined;

async function sdkFolder(): Promise<string> {
  const named = namedSdk();
  if (named === undefined) {
    const root = await debianSourcePackage(sdkSuite, "pico-sdk-source").catch((error: unknown) => {
      const help = `Or set PICO_SDK_PATH to the folder of a Pico SDK ${sdkVersion}.`;
      throw new Error(`${(error as Error).message} ${help}`, { cause: error });
    });
    return join(root, "usr/src/pico-sdk");
  }
  const refuse = (problem: string): never => {
    throw new Error(
      `PICO_SDK_PATH is ${named}, which ${problem}, expected a Pico SDK ${sdkVersion}: correct it, or unset it to have one fetched.`,
    );
  };
  if (!existsSync(join(named, "pico_sdk_init.cmake"))) refuse("holds no Pico SDK");
  const text = await readFile(join(named, "pico_sdk_version.cmake"), "utf8").catch(() => "");
  const part = (name: string) => new RegExp(`PICO_SDK_VERSION_${name} (\\d+)`).exec(text)?.[1] ?? "?";
  const version = `${part("MAJOR")}.${part("MINOR")}`;
  if (version !== sdkVersion) refuse(`holds a Pico SDK ${version}`);
  return named;
}

async function tinyUsbFolder(picoSdk: string): Promise<string> {
  const own = join(picoSdk, "lib/tinyusb");
  if (existsSync(join(own, "src/tusb.c"))) return own;
  return join(await debianSourcePackage(sdkSuite, "tinyusb-source"), "usr/src/tinyusb");
}

/** Folder of arm-none-eabi-gcc and its like: on PATH, or fetched. Throws when those on PATH are of no use. */
export async function compilersFolder(): Promise<string> {
  const installed = findProgram("arm-none-eabi-gcc");
  if (installed) return usable(dirname(installed));
  const root = await debianPackage("gcc-arm-none-eabi", ["libnewlib-arm-none-eabi", "libnewlib-dev"], prune);
  return join(root, "usr/bin");
}

async function usable(folder: string): Promise<string> {
  const gcc = join(folder, "arm-none-eabi-gcc");
  const refuse = (problem: string): never => {
    throw new Error(
      `${gcc}, which is first on PATH, ${problem}: install a whole Arm GNU toolchain ${compilerVersion} or newer, or take it off PATH to have one fetched.`,
    );
  };
  const ask = async (...args: string[]) => {
    const { stdout } = await run(gcc, args).catch((error: unknown) =>
      refuse(`does not run (${(error as Error).message.trim()})`),
    );
    return stdout.trim();
  };
  const version = await ask("-dumpversion");
  if (!(parseInt(version) >= compilerVersion)) refuse(`is version ${version || "unknown"}`);
  const missing = compilerPrograms.find((name) => !existsSync(join(folder, `arm-none-eabi-${name}`)));
  if (missing) refuse(`has no arm-none-eabi-${missing} beside it`);
  // A name without a folder: it has not been found.
  if ((await ask("-print-file-name=nano.specs")) === "nano.specs") refuse("has no newlib (nano.specs)");
  return folder;
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
