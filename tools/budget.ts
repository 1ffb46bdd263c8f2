/** What a firmware takes of the chip's memories, by area, against what has been planned for each. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type { AreaName, Board } from "./boards";
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
const slotBytes = 16;
/** struct machine and txMachine, malloc's own, and what XS keeps for printing numbers. */
const machineBytes = 4 * kib;

export interface Firmware {
  elf: string;
  board: Board;
  creation: Creation;
}

/** Measures; `compilers` is the folder of arm-none-eabi-nm. */
export async function measure(firmware: Firmware, compilers: string): Promise<Area[]> {
  const { stdout } = await run(join(compilers, "arm-none-eabi-nm"), ["-S", firmware.elf], { maxBuffer: 1 << 26 });
  const symbols = stdout.split("\n").flatMap((line): Symbol[] => {
    const [, address, size, name] = /^([0-9a-f]{8}) (?:([0-9a-f]{8}) )?\w (.+)$/.exec(line) ?? [];
    if (address === undefined || name === undefined) return [];
    return [{ name, address: parseInt(address, 16), size: parseInt(size ?? "0", 16) }];
  });
  const find = (name: string): Symbol => {
    const symbol = symbols.find((symbol) => symbol.name === name);
    if (!symbol) throw new Error(`${firmware.elf}: there is no symbol ${name}`);
    return symbol;
  };
  const sizeOf = (...names: string[]) => names.reduce((sum, name) => sum + find(name).size, 0);

  const { board, creation } = firmware;
  const delay = board.outputs * (4096 * 4 + 8);
  const rings = sizeOf("rings", "bits");
  const engine = sizeOf("engine_memory") - delay;
  const code = find("__data_end__").address - find("__data_start__").address;
  const banks = find("__StackTop").address - find("__StackBottom").address + sizeOf("core1_stack");
  const stacks = sizeOf("thread_stack") + banks;
  const statics = find("__bss_end__").address - 0x20000000;
  const heap =
    creation.chunkBytes +
    slotBytes * creation.heapSlots +
    4 * (creation.keys + creation.nameBuckets + creation.symbolBuckets) +
    machineBytes;
  const xsStack = slotBytes * creation.stackSlots;
  const rest = statics - code - delay - rings - engine - sizeOf("thread_stack");
  const image = sizeOf("heap", "stack") + find("app_image_end").address - find("app_image").address;
  const flash = find("__flash_binary_end").address - 0x10000000;
  const area = (name: string, key: AreaName, used: number): Area => ({ name, used, planned: board.budget[key] * kib });
  return [
    area("RAM: audio code, constants", "audio", code),
    area("RAM: engine's settings, filters", "engine", engine),
    area("RAM: delay lines", "delay", delay),
    area("RAM: output rings", "rings", rings),
    area("RAM: XS heap and chunks", "heap", heap),
    area("RAM: XS stack", "stack", xsStack),
    area("RAM: C stacks", "cStacks", stacks),
    area("RAM: the rest", "rest", rest),
    area("RAM in all", "ram", statics + heap + xsStack + banks),
    area("flash: application and XS objects", "image", image),
    area("flash in all", "flash", flash),
  ];
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
  if (broken.length > 0) throw new Error(`The firmware takes more than planned:\n${show(broken)}`);
}
