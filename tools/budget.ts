/** What a firmware takes of the chip's memories, by area, against what has been planned for each. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

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

const chips = {
  // of 264 KB: the XS machine allocates the rest when it starts, and does not start with less
  rp2040: {
    ram: 252 * kib,
    outputs: 5,
    delay: 80,
    heap: 44,
    stack: 7,
    interpreter: 0,
    rings: 20,
    code: 39,
    engine: 24,
    rest: 20,
  },
  // of 520 KB; the interpreter's tables count as constants
  rp2350: {
    ram: 440 * kib,
    outputs: 9,
    delay: 144,
    heap: 104,
    stack: 8,
    interpreter: 36,
    rings: 36,
    code: 40,
    engine: 32,
    rest: 24,
  },
} as const;

export interface Firmware {
  elf: string;
  chip: keyof typeof chips;
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

  const chip = chips[firmware.chip];
  const { creation } = firmware;
  const delay = chip.outputs * (4096 * 4 + 8);
  const rings = sizeOf("rings", "bits");
  const engine = sizeOf("engine_memory") - delay;
  const { address, size } = find("fxRunID");
  const interpreter = address >= 0x20000000 ? size : 0;
  const code = find("__data_end__").address - find("__data_start__").address - interpreter;
  const banks = find("__StackTop").address - find("__StackBottom").address + sizeOf("core1_stack");
  const stacks = sizeOf("thread_stack") + banks;
  const statics = find("__bss_end__").address - 0x20000000;
  const heap =
    creation.chunkBytes +
    slotBytes * creation.heapSlots +
    4 * (creation.keys + creation.nameBuckets + creation.symbolBuckets) +
    machineBytes;
  const xsStack = slotBytes * creation.stackSlots;
  const rest = statics - code - interpreter - delay - rings - engine - sizeOf("thread_stack");
  const image = sizeOf("heap", "stack") + find("app_image_end").address - find("app_image").address;
  const flash = find("__flash_binary_end").address - 0x10000000;
  return [
    { name: "RAM: audio code, constants", used: code, planned: chip.code * kib },
    { name: "RAM: engine's settings, filters", used: engine, planned: chip.engine * kib },
    { name: "RAM: delay lines", used: delay, planned: (chip.delay + 1) * kib },
    { name: "RAM: output rings", used: rings, planned: chip.rings * kib },
    { name: "RAM: XS heap and chunks", used: heap, planned: chip.heap * kib },
    { name: "RAM: XS interpreter", used: interpreter, planned: chip.interpreter * kib },
    { name: "RAM: XS stack", used: xsStack, planned: chip.stack * kib },
    { name: "RAM: C stacks", used: stacks, planned: 10 * kib },
    { name: "RAM: the rest", used: rest, planned: chip.rest * kib },
    { name: "RAM in all", used: statics + heap + xsStack + banks, planned: chip.ram },
    { name: "flash: application and XS objects", used: image, planned: 384 * kib },
    { name: "flash in all", used: flash, planned: 1024 * kib },
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
