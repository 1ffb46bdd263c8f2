/** RP2350s with small programs of the tests' own in flash; their instructions are those that a Cortex-M0+ has too. */
import { NorFlash } from "../../simulator/emulator/nor-flash";
import { Chip } from "../../simulator/emulator/rp2350/chip";
import { callR0, flashBase, programStart, putVectors, ramBase, romCode, uniqueId } from "./machine";
import { blx, ldrh, type Program } from "./thumb";

export const stackTop = ramBase + 0x82000;
export const vectors = flashBase;
/** IMAGE_DEF of an executable, Secure, for Arm on an RP2350 (datasheet 5.9.5.1): its only block. */
const imageDef = [0xffffded3, 0x10210142, 0x000001ff, 0, 0xab123579];

/** A chip whose flash has a program at `programStart`, and handlers by exception number; powered, not yet run. */
export function rp2350With(program: Program, handlers: Record<number, number> = {}, image = imageDef): Chip {
  const bytes = new Uint8Array(4 << 20).fill(0xff);
  const view = new DataView(bytes.buffer);
  putVectors(view, vectors - flashBase, stackTop, handlers);
  image.forEach((word, index) => view.setUint32(0x180 + 4 * index, word, true));
  bytes.set(program.bytes, programStart - flashBase);
  const chip = new Chip(new NorFlash(bytes, uniqueId), () => undefined);
  chip.start();
  return chip;
}

/** Calls a function of the boot ROM by its code (5.4.1), with arguments in r0 and up: uses r4 to r6. */
export function callRom(program: Program, code: string, ...args: number[]): Program {
  program.load(4, 0x14).add(ldrh(2, 4, 2)); // the lookup function, at 0x16
  program.load(0, romCode(code)).load(1, 4).add(blx(2)); // RT_FLAG_FUNC_ARM_SEC
  return callR0(program, args);
}
