/**
 * What a firmware takes of the chip's memories, by area, against what has been planned for each. Every byte of RAM is
 * in one area; what is not in the others is "the rest".
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { AreaName, Board } from "./boards";
import { projectFolder } from "./folders";
import type { Creation } from "./manifest";

const run = promisify(execFile);

export interface Area {
  name: string;
  /** Bytes. */
  used: number;
  planned: number;
}

interface Symbol {
  name: string;
  address: number;
  size: number;
}

const kib = 1024;
const ramBase = 0x20000000;
const flashBase = 0x10000000;
const sampleBytes = 4;
const slotBytes = 16;
const pointerBytes = 4;
/**
 * What XS and the malloc that it takes all this from need besides: struct machine and txMachine, headers, what prints
 * numbers. Measured by how far malloc has ever reached (test/firmware/budget.ts).
 */
const machineBytes = 3840;

export interface Firmware {
  elf: string;
  board: Board;
  creation: Creation;
}

/** Measures; `compilers` is the folder of arm-none-eabi-nm. */
export async function measure({ elf, board, creation }: Firmware, compilers: string): Promise<Area[]> {
  const symbols = await readSymbols(elf, compilers);
  const fail = (name: string): never => {
    throw new Error(`${elf}: there is no symbol ${name}, by which tools/budget.ts tells what takes RAM`);
  };
  const address = (name: string): number => symbols.find((symbol) => symbol.name === name)?.address ?? fail(name);
  const between = (from: string, to: string): number => address(to) - address(from);
  const sizeOf = (...names: string[]): number => {
    const sizes = names.map((name) => symbols.filter((symbol) => isNamed(symbol, name)).map(({ size }) => size));
    return sizes.flatMap((found, i) => (found.length > 0 ? found : fail(names[i] as string))).reduce(sum, 0);
  };

  const count = await dimensions();
  const delay = board.outputs * count("ENGINE_DELAY_MAX") * sampleBytes;
  const lookahead = count("DSPI_INPUTS") * count("LEVELLER_LOOKAHEAD_MAX") * sampleBytes;
  const packet = (count("DSPI_INPUTS") + 1) * count("ENGINE_FRAMES_MAX") * sampleBytes; // inputs, weights of a glide
  const audio = between("__data_start__", "audio_code_end");
  const buffers = sizeOf("rings", "bits", "samples", "zeros") + lookahead + packet;
  const live = sizeOf("live_memory");
  const threadStack = sizeOf("thread_stack");
  const bankStacks = sizeOf("core1_stack") + between("__StackBottom", "__StackTop");
  const statics = address("__bss_end__") - ramBase;
  const xs = xsMemory(creation);

  const area = (name: string, key: AreaName, used: number): Area => ({ name, used, planned: board.budget[key] * kib });
  const ram = [
    area("RAM: audio's code and constants", "audio", audio),
    area("RAM: delay lines", "delay", delay),
    area("RAM: audio's rings and buffers", "buffers", buffers),
    area("RAM: XS heap and chunks", "heap", xs.heap + live),
    area("RAM: XS stack", "stack", xs.stack),
    area("RAM: C stacks", "cStacks", threadStack + bankStacks),
    area("RAM: the rest", "rest", statics - audio - delay - buffers - live - threadStack),
  ];
  const all = { used: ram.map(({ used }) => used).reduce(sum), planned: ram.map(({ planned }) => planned).reduce(sum) };
  return [
    ...ram,
    { name: "RAM in all", ...all },
    area("flash: application and XS objects", "image", sizeOf("heap", "stack") + between("app_image", "app_image_end")),
    area("flash in all", "flash", address("__flash_binary_end") - flashBase),
  ];
}

/** What the XS machine takes from malloc when it starts, in bytes. */
export function xsMemory({ chunkBytes, heapSlots, stackSlots, keys, nameBuckets, symbolBuckets }: Creation) {
  const tables = pointerBytes * (keys + nameBuckets + symbolBuckets);
  return { heap: chunkBytes + slotBytes * heapSlots + tables + machineBytes, stack: slotBytes * stackSlots };
}

const sum = (a: number, b: number): number => a + b;

/** A function's own static variables have a number behind their name. */
const isNamed = ({ name, size }: Symbol, wanted: string): boolean => size > 0 && name.replace(/\.\d+$/, "") === wanted;

async function readSymbols(elf: string, compilers: string): Promise<Symbol[]> {
  const { stdout } = await run(join(compilers, "arm-none-eabi-nm"), ["-S", elf], { maxBuffer: 1 << 26 });
  return stdout.split("\n").flatMap((line): Symbol[] => {
    const [, address, size, name] = /^([0-9a-f]{8}) (?:([0-9a-f]{8}) )?\w (.+)$/.exec(line) ?? [];
    if (address === undefined || name === undefined) return [];
    return [{ name, address: parseInt(address, 16), size: parseInt(size ?? "0", 16) }];
  });
}

/** Reads counts out of the engine's dimensions. */
async function dimensions(): Promise<(name: string) => number> {
  const file = "native/engine/dimensions.h";
  const text = await readFile(join(projectFolder, file), "utf8");
  return (name) => {
    const count = new RegExp(`^#define ${name} +(\\d+)`, "m").exec(text)?.[1];
    if (count === undefined) throw new Error(`${file}: there is no number ${name}`);
    return Number(count);
  };
}

/** The table as text. */
export function show(areas: Area[]): string {
  return areas
    .map(({ name, used, planned }) => {
      const figures = [used, planned].map((bytes) => `${(bytes / kib).toFixed(1).padStart(7)} KB`);
      return `  ${name.padEnd(34)}${figures.join(" of")}${used > planned ? "  TOO MUCH" : ""}`;
    })
    .join("\n");
}

/** Throws when an area takes more than planned. */
export function hold(areas: Area[]): void {
  const broken = areas.filter(({ used, planned }) => used > planned);
  if (broken.length === 0) return;
  const lines = broken.map(({ name, used, planned }) => `  ${name}: ${used} bytes, planned are ${planned}`);
  throw new Error(`The firmware takes more than planned (board.json of its board):\n${lines.join("\n")}`);
}
