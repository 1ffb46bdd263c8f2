/** Programs that call their host by semihosting, run by qemu and by our core. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Image } from "../../../tools/bare-metal";
import { debianProgram } from "../../../tools/debian";
import { Board, ramBase } from "./board";

const run = promisify(execFile);
/** BKPT 0xab, by which a program calls its host. */
const hostCall = 0xbeab;

/** What lies in memory beside the image. */
export interface Loaded {
  address: number;
  bytes: Buffer;
}

/** What the program writes to the file results.bin. */
export async function runOnQemu(image: Image, loaded: Loaded): Promise<Uint32Array> {
  const { path, env } = await debianProgram("qemu-system-arm");
  const data = path.startsWith("/usr/bin/") ? [] : ["-L", path.replace(/bin\/[^/]*$/, "share/qemu")];
  const folder = await mkdtemp(join(tmpdir(), "m33-"));
  try {
    const file = join(folder, "batch.bin");
    await writeFile(file, loaded.bytes);
    const devices = ["-kernel", image.file, "-device", `loader,file=${file},addr=${loaded.address},force-raw=on`];
    const options = ["-M", "mps2-an505", "-display", "none", "-serial", "none", "-monitor", "none"];
    const semihosting = ["-semihosting-config", "enable=on,target=native"];
    await run(path, [...data, ...options, ...semihosting, ...devices], { env, cwd: folder, timeout: 120_000 });
    const results = await readFile(join(folder, "results.bin"));
    return new Uint32Array(results.buffer.slice(results.byteOffset, results.byteOffset + results.length));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Our core's board at the moment the program calls its host. */
export function runOnBoard(image: Image, loaded: Loaded): Board {
  const halfwords = [...new Uint16Array(image.bytes.buffer, image.bytes.byteOffset, image.bytes.length >> 1)];
  const hostCalls = halfwords.flatMap((halfword, i) => (halfword === hostCall ? [image.base + 2 * i] : []));
  const board = new Board(image, hostCalls);
  board.bytes.set(loaded.bytes, loaded.address - ramBase);
  let stopped = false;
  board.onHostCall = () => {
    stopped = true;
    board.core.held = true;
    board.core.yield();
  };
  board.core.run(1e12);
  if (!stopped) throw new Error(`our core never finished: ${board.traps.join("; ")}`);
  return board;
}
