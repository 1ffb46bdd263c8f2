/** RP2040s with small programs of the tests' own in flash. */
import { NorFlash } from "../../simulator/emulator/nor-flash";
import { Chip } from "../../simulator/emulator/rp2040/chip";
import { crc32 } from "../../simulator/emulator/rp2040/rom-calls";
import { callR0, flashBase, programStart, putVectors, romCode, uniqueId } from "./machine";
import { blx, ldrh, Program } from "./thumb";

export const stackTop = 0x20041000;
export const vectors = flashBase + 0x100;

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
  program.store(0xe000ed08, vectors);
  program.load(0, vectors).add(0x6801, 0xf381, 0x8808, 0x6841, 0x4708); // MSP and PC out of the table
  const stage = new Uint8Array(256);
  stage.set(program.bytes);
  new DataView(stage.buffer).setUint32(252, crc32(stage.subarray(0, 252)), true);
  return stage;
}

/** A chip whose flash has a program at `programStart`, and handlers by exception number; powered, not yet run. */
export function rp2040With(program: Program, handlers: Record<number, number> = {}): Chip {
  const bytes = new Uint8Array(2 << 20).fill(0xff);
  bytes.set(secondStage());
  putVectors(new DataView(bytes.buffer), vectors - flashBase, stackTop, handlers);
  bytes.set(program.bytes, programStart - flashBase);
  const chip = new Chip(new NorFlash(bytes, uniqueId), () => undefined);
  chip.start();
  return chip;
}

/** Calls a function of the boot ROM by its code (2.8.3), with arguments in r0 and up: uses r4 to r6. */
export function callRom(program: Program, code: string, ...args: number[]): Program {
  program.load(4, 0x14).add(ldrh(0, 4), ldrh(2, 4, 4)); // the table, and the lookup function, at 0x18
  program.load(1, romCode(code)).add(blx(2));
  return callR0(program, args);
}
