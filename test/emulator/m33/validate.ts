/** Random programs run by qemu's Cortex-M33 and by ours, and what both end in, compared. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { type CoreBus, Fault } from "../../../simulator/emulator/m33/bus";
import { CodeCache } from "../../../simulator/emulator/m33/code-cache";
import { Core } from "../../../simulator/emulator/m33/core";
import { Ppb } from "../../../simulator/emulator/m33/ppb";
import { MachineClock } from "../../../simulator/emulator/clock";
import { buildImage, type Image } from "../../../tools/bare-metal";
import { debianProgram } from "../../../tools/debian";
import { batchSize, codeBytes, place, type Program, program, Random, recordWords } from "./programs";

const run = promisify(execFile);
const ramBase = 0x10000000;
const ramBytes = 4 << 20;
const breakpoint = 0xbeab;

export function harness(): Promise<Image> {
  return buildImage("validate-m33", "cortex-m33", ramBase, ["test/emulator/m33/harness.c"], []);
}

/** Memory from the count of programs on: what harness.c reads. */
function batchImage(programs: Program[], seed: number): Buffer {
  const image = Buffer.alloc(place.code + codeBytes * batchSize - place.count);
  image.writeUInt32LE(programs.length, 0);
  image.writeUInt32LE((seed | 1) >>> 0, 4);
  programs.forEach(({ code, state }, i) => {
    const at = place.code + codeBytes * i;
    state[15] = at;
    state.forEach((word, j) => image.writeUInt32LE(word, place.records - place.count + 4 * (recordWords * i + j)));
    code.forEach((halfword, j) => image.writeUInt16LE(halfword, at - place.count + 2 * j));
  });
  return image;
}

async function runOnQemu(image: Image, batch: Buffer): Promise<Uint32Array> {
  const { path, env } = await debianProgram("qemu-system-arm");
  const data = path.startsWith("/usr/bin/") ? [] : ["-L", path.replace(/bin\/[^/]*$/, "share/qemu")];
  const folder = await mkdtemp(join(tmpdir(), "m33-"));
  try {
    const file = join(folder, "batch.bin");
    await writeFile(file, batch);
    const devices = ["-kernel", image.file, "-device", `loader,file=${file},addr=${place.count},force-raw=on`];
    const options = ["-M", "mps2-an505", "-display", "none", "-serial", "none", "-monitor", "none"];
    const semihosting = ["-semihosting-config", "enable=on,target=native"];
    await run(path, [...data, ...options, ...semihosting, ...devices], { env, cwd: folder, timeout: 120_000 });
    const results = await readFile(join(folder, "results.bin"));
    return new Uint32Array(results.buffer.slice(results.byteOffset, results.byteOffset + results.length));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A core with the board's memory and nothing else, that stops where the harness calls its host. */
export class Board implements CoreBus {
  readonly bytes = new Uint8Array(ramBytes);
  readonly core: Core;
  readonly traps: string[] = [];
  onHostCall: (() => void) | undefined;
  readonly #ppb: Ppb;

  constructor(image: Image) {
    this.bytes.set(image.bytes, image.base - ramBase);
    const code = new CodeCache({
      ram: { base: ramBase, bytes: this.bytes },
      flash: { base: 0x60000000, bytes: new Uint8Array(4) },
      rom: { base: 0x70000000, bytes: new Uint8Array(4) },
    });
    const halfwords = new Uint16Array(this.bytes.buffer, 0, image.size >> 1);
    halfwords.forEach((halfword, i) => halfword === breakpoint && code.hook(ramBase + 2 * i));
    this.core = new Core(0, this, code);
    this.#ppb = new Ppb(this.core, new MachineClock(1e8), () => undefined);
    this.core.reset(ramBase);
  }

  fetchFlash(): void {
    throw new Error("the board has no flash");
  }

  load(_: unknown, address: number): number {
    if (address >>> 12 === 0xe000e) return this.#ppb.read(address & 0xfff);
    throw new Fault(`read of 0x${(address >>> 0).toString(16)}`);
  }

  store(_: unknown, address: number, _bytes: number, value: number): void {
    if (address >>> 12 !== 0xe000e) throw new Fault(`write to 0x${(address >>> 0).toString(16)}`);
    this.#ppb.write(address & 0xfff, value);
  }

  romCall(): void {
    if (!this.onHostCall) throw new Error("the harness calls its host");
    this.onHostCall();
  }

  signalEvent(): void {
    this.core.signalEvent();
  }

  gpioWrite(): void {
    throw new Error("the board has no GPIO");
  }

  gpioRead(): number {
    throw new Error("the board has no GPIO");
  }

  codeWritten(): void {
    return;
  }

  stackOverflow(): void {
    return;
  }

  trap(_: unknown, text: string): void {
    if (this.traps.length < 10 || text.startsWith("locked")) this.traps.push(text);
  }
}

function runOnCore(image: Image, batch: Buffer, count: number): Uint32Array {
  const board = new Board(image);
  board.bytes.set(batch, place.count - ramBase);
  let stopped = false;
  board.onHostCall = () => {
    stopped = true;
    board.core.held = true;
    board.core.yield();
  };
  board.core.run(1e12);
  if (!stopped) throw new Error(`our core never finished: ${board.traps.join("; ")}`);
  return new Uint32Array(board.bytes.buffer, place.records - ramBase, recordWords * count);
}

/** Cumulative exception flags of FPSCR are not modelled. */
const fpscrMask = 0xf7c00000;
const names = [
  ...Array.from({ length: 13 }, (_, i) => `r${i}`),
  ...["sp", "lr", "pc", "xpsr"],
  ...Array.from({ length: 32 }, (_, i) => `s${i}`),
  ...["fpscr", "exception", "cfsr", "exc_return", "memory"],
];

export interface Difference {
  program: number;
  text: string;
}

/** Runs programs of a seed on both cores; gives the first differences. */
export async function compare(image: Image, seed: number, count: number): Promise<Difference[]> {
  const random = new Random(seed);
  const programs = Array.from({ length: count }, () => program(random));
  const before = programs.map(({ state }) => state.slice());
  const batch = batchImage(programs, seed);
  const expected = await runOnQemu(image, batch);
  const actual = runOnCore(image, batch, count);
  const differences: Difference[] = [];
  programs.forEach(({ code }, i) => {
    const different: string[] = [];
    for (let j = 0; j < recordWords; j++) {
      const mask = names[j] === "fpscr" ? fpscrMask : 0xffffffff;
      const want = ((expected[recordWords * i + j] as number) & mask) >>> 0;
      const is = ((actual[recordWords * i + j] as number) & mask) >>> 0;
      if (want !== is) different.push(`${names[j]} 0x${is.toString(16)}, by qemu 0x${want.toString(16)}`);
    }
    if (different.length === 0) return;
    const halfwords = code.slice(0, code.indexOf(0xdf00) + 1).map((word) => word.toString(16).padStart(4, "0"));
    const start = before[i]?.slice(0, 50);
    const registers = start ? [...start].map((word, j) => `${names[j]}=${word.toString(16)}`).join(" ") : "";
    differences.push({ program: i, text: `${halfwords.join(" ")}\n  ${different.join("; ")}\n  from ${registers}` });
  });
  return differences;
}
