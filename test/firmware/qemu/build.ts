/**
 * hosts/desktop for a Cortex-M33, to be run by qemu's mps2-an505: around the objects that the Pico 2's firmware is
 * linked from (the engine, the XS machine with its ROM, the USB device), all but hosts/rp2.
 */
import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { buildImage } from "../../../tools/bare-metal";
import { debianProgram } from "../../../tools/debian";
import { buildFolder, projectFolder } from "../../../tools/folders";
import type { Board } from "../../../tools/boards";
import { buildFirmware, firmwareFolder } from "../../../tools/firmware";
import { buildRom, type Rom } from "../../../tools/rom";
import { toolchain } from "../../../tools/toolchain";
import { xsRuntime } from "../../../tools/xs";

/** The board's largest memory that can be executed from: 4 MB. */
const ssram = 0x10000000;
/** In the board's PSRAM, between flash (flash.c) and stack (start.c). */
const heap = 0x80400000;

export interface QemuDevice {
  /** Takes the arguments that an executable of hosts/desktop takes. */
  executable: string;
  rom: Rom;
}

export async function buildQemuDevice(board: Board): Promise<QemuDevice> {
  await buildFirmware(board, await toolchain(), () => undefined);
  const rom = await buildRom(board.name, board.platform);
  const runtime = await xsRuntime();
  const host = (await sourcesOf("hosts/desktop")).filter((file) => file !== "hosts/desktop/flash.c");
  const own = (await sourcesOf("test/firmware/qemu")).concat(host);
  const includes = ["native/engine", "native/output", "native/usb", "hosts/desktop", ...runtime.embedder.includes];
  const defines = [`DSPI_${board.chip.toUpperCase()}`, ...runtime.embedder.defines];
  const options = [
    ...includes.map((folder) => `-I${folder}`),
    ...defines.map((define) => `-D${define}`),
    ...runtime.embedder.flags,
    ...["-ffunction-sections", "-Wl,--wrap=fxCaptureErrorStack", `-Wl,--defsym=end=${heap}`],
  ];
  const objects = await firmwareObjects(board);
  const image = await buildImage(`qemu-${board.name}`, "cortex-m33", ssram, [...own, ...objects, "-lrdimon"], options);
  return { executable: await writeLauncher(board, image.file), rom };
}

async function sourcesOf(folder: string): Promise<string[]> {
  const names = await readdir(join(projectFolder, folder));
  return names.filter((name) => name.endsWith(".c")).map((name) => `${folder}/${name}`);
}

/** What the firmware has been linked from, of the project's native/ and of XS. */
async function firmwareObjects(board: Board): Promise<string[]> {
  const folder = join(firmwareFolder, board.name, "CMakeFiles");
  const names = await readdir(folder, { recursive: true });
  const wanted = /^xs\.dir\/|^dspi\.dir\/.*\/(native\/(engine|output|usb|xs)|build\/(natives|rom))\//;
  return names.filter((name) => name.endsWith(".o") && wanted.test(name)).map((name) => join(folder, name));
}

/** A script that runs the image with the arguments it is given. */
async function writeLauncher(board: Board, image: string): Promise<string> {
  const { path, env } = await debianProgram("qemu-system-arm");
  const data = path.startsWith("/usr/bin/") ? "" : `-L "${path.replace(/bin\/[^/]*$/, "share/qemu")}"`;
  const script = join(buildFolder, "bin", `dspi-device-qemu-${board.name}`);
  await writeFile(
    script,
    `#!/bin/sh
arguments=arg=dspi
for argument; do arguments="$arguments,arg=$argument"; done
LD_LIBRARY_PATH="${env.LD_LIBRARY_PATH ?? ""}" exec "${path}" ${data} -M mps2-an505 -display none -serial none -monitor none \\
  -semihosting-config "enable=on,target=native,$arguments" -kernel "${image}"
`,
  );
  await chmod(script, 0o755);
  return script;
}
