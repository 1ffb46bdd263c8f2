/** Chips with small programs of the tests' own in flash or RAM. */
import { NorFlash } from "../../simulator/emulator/nor-flash";
import { Chip } from "../../simulator/emulator/rp2040/chip";
import { crc32 } from "../../simulator/emulator/rp2040/rom-calls";
import { Program } from "./thumb";

export const flashBase = 0x10000000;
export const ramBase = 0x20000000;
/** Where the tests' programs in flash begin: behind second stage and vectors. */
export const programStart = flashBase + 0x200;
export const stackTop = 0x20041000;
export const uniqueId = Uint8Array.of(0xe6, 0x60, 0x38, 0xb7, 0x13, 0x0a, 0x2c, 0x35);

const vectorTable = flashBase + 0x100;

/**
 * A second stage of our own: serial flash in XIP mode (SSI's CTRLR0, SSIENR), then on to the vector table, as the
 * datasheet describes it (2.8.1.3.1).
 */
function secondStage(): Uint8Array {
  const program = new Program(0x20041f00);
  program.store(0x18000008, 0); // SSIENR
  program.store(0x18000014, 2); // BAUDR
  program.store(0x18000000, 0x001f0300); // CTRLR0: EEPROM read of 32 bits
  program.store(0x18000008, 1);
  program.store(0xe000ed08, vectorTable);
  program.load(0, vectorTable).add(0x6801, 0xf381, 0x8808, 0x6841, 0x4708); // MSP and PC out of the table
  const stage = new Uint8Array(256);
  stage.set(program.bytes);
  new DataView(stage.buffer).setUint32(252, crc32(stage.subarray(0, 252)), true);
  return stage;
}

/** A chip whose flash has a program at `programStart`, and handlers by exception number; powered, not yet run. */
export function chipWith(program: Program, handlers: Record<number, number> = {}): Chip {
  const bytes = new Uint8Array(2 << 20).fill(0xff);
  const view = new DataView(bytes.buffer);
  bytes.set(secondStage());
  view.setUint32(0x100, stackTop, true);
  view.setUint32(0x104, programStart | 1, true);
  for (const [number, address] of Object.entries(handlers))
    view.setUint32(0x100 + 4 * Number(number), address | 1, true);
  bytes.set(program.bytes, programStart - flashBase);
  const chip = new Chip(new NorFlash(bytes, uniqueId), () => undefined);
  chip.start();
  return chip;
}

export function run(chip: Chip, ms: number): Chip {
  chip.runUntil(chip.now + ms * 1e6);
  return chip;
}

/** A word of RAM. */
export function word(chip: Chip, address: number): number {
  return new DataView(chip.ram.buffer).getUint32(address - ramBase, true);
}
