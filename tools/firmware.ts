/** Builds the firmware of both boards: `npm run firmware`. docs/firmware.md says how it is made. */
import { execFile } from "node:child_process";
import { access, constants, mkdir, readFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { type Board, boards } from "./boards";
import { hold, measure, show } from "./budget";
import { checkAudioInRam } from "./check-firmware";
import { buildFolder, projectFolder } from "./folders";
import { type Toolchain, toolchain } from "./toolchain";
import { readManifest } from "./manifest";
import { nativesTable } from "./natives";
import { checkImageDefinition } from "./picobin";
import { pioHeader } from "./pio-header";
import { buildRom, type Rom, writeIfChanged } from "./rom";
import { families, toUf2 } from "./uf2";
import { xsRuntime } from "./xs";

const run = promisify(execFile);

/** What a build writes anew at most, with room to spare. */
const roomBytes = 32 << 20;

export const firmwareFolder = join(buildFolder, "firmware");

/** An application other than the project's own, and what its firmware is called. */
export interface Application {
  /** Its main module, relative to the project. */
  main: string;
  name: string;
}

/** Builds `build/firmware/dspi-<board>.uf2`, .elf and .map, and returns the path of the first. */
export async function buildFirmware(
  board: Board,
  tools: Toolchain,
  log: (text: string) => void = console.log,
  { main, name }: Application = { main: "main.ts", name: board.name },
): Promise<string> {
  const work = join(firmwareFolder, name);
  await checkFolder(work);
  await writeSources(board, work, await buildRom(name, board.platform, main));
  const env = { ...tools.env, PATH: [dirname(tools.ninja), tools.compilers, process.env.PATH].join(delimiter) };
  const configure = [
    ...["-G", "Ninja", "-S", join(projectFolder, "hosts/rp2"), "-B", work],
    "-DCMAKE_BUILD_TYPE=Release",
    "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG",
    `-DPICO_BOARD=${board.name}`,
    `-DPICO_SDK_PATH=${tools.picoSdk}`,
    `-DPICO_TINYUSB_PATH=${tools.tinyUsb}`,
    `-DPICO_TOOLCHAIN_PATH=${tools.compilers}`,
    `-DPython3_EXECUTABLE=${tools.python}`,
    `-DDSPI_GENERATED=${work}`,
  ];
  await execute(tools.cmake, configure, env);
  await execute(tools.cmake, ["--build", work], env);
  const elf = join(work, "dspi.elf");
  await checkAudioInRam(elf, tools.compilers);
  const binary = await readFile(join(work, "dspi.bin"));
  if (board.chip === "rp2350") checkImageDefinition(new DataView(binary.buffer, binary.byteOffset, binary.byteLength));
  const { creation } = await readManifest(undefined, board.platform);
  const areas = await measure({ elf, board, creation }, tools.compilers);
  log(`dspi-${name}.uf2\n${show(areas)}`);
  hold(areas);
  const result = join(firmwareFolder, `dspi-${name}`);
  await put(`${result}.elf`, await readFile(elf));
  await put(`${result}.map`, await readFile(join(work, "dspi.elf.map")));
  await put(`${result}.uf2`, toUf2(binary, 0x10000000, families[board.chip]));
  return `${result}.uf2`;
}

/** Ninja, of a folder that it cannot write, says no more than which file it has loaded. */
async function checkFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < roomBytes)
      throw new Error(`there are ${Math.floor((bavail * bsize) / 2 ** 20)} MB left on its disk`);
  } catch (error) {
    throw new Error(
      `${folder} cannot be written: ${(error as Error).message}. A build needs ${roomBytes >> 20} MB of room there.`,
      { cause: error },
    );
  }
}

/** Whole or not at all: others may be reading it, and a disk may be full. */
async function put(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Lists for CMake all that the firmware is made of. */
async function writeSources(board: Board, work: string, rom: Rom): Promise<void> {
  const manifest = await readManifest(undefined, board.platform);
  const scripts = manifest.modules.map(({ file }) => file).filter((file) => file.endsWith(".js"));
  const { engine, embedder } = await xsRuntime();
  await writeIfChanged(join(work, "pio_programs.h"), await pioHeader());
  const sources = [...manifest.natives, await nativesTable(`firmware-${board.name}`, scripts)];
  const lines = [
    list("DSPI_SOURCES", sources),
    list("DSPI_DEFINES", [`DSPI_${board.chip.toUpperCase()}`, `BOARD_NAME="${board.name}"`]),
    list("XS_SOURCES", [...engine.sources, rom.sources[0] ?? ""]),
    list("XS_DEFINES", [...embedder.defines, "MACHINE_ROM"]),
    list(
      "XS_INCLUDES",
      (engine.includes ?? []).map((folder) => resolve(projectFolder, folder)),
    ),
    list("XS_OPTIONS", ["-fno-strict-aliasing", "-fwrapv"]),
    list("APP_IMAGE", [rom.sources[1] ?? ""]),
  ];
  await writeIfChanged(join(work, "sources.cmake"), lines.join(""));
}

function list(name: string, items: string[]): string {
  return `set(${name}\n${items.map((item) => `  [[${item}]]\n`).join("")})\n`;
}

async function execute(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  await run(command, args, { env, maxBuffer: 1 << 26 }).catch((error: unknown) => {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")}\n${stdout}\n${stderr}`, { cause: error });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const tools = await toolchain();
    for (const board of boards) await buildFirmware(board, tools);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
