/** What the tests' small programs on either chip have in common. */
import type { Machine } from "../../simulator/emulator/machine";
import { blx, Program } from "./thumb";

export const flashBase = 0x10000000;
export const ramBase = 0x20000000;
/** Where the tests' programs in flash begin: behind what the boot ROM looks for, and the vectors. */
export const programStart = flashBase + 0x200;
export const uniqueId = Uint8Array.of(0xe6, 0x60, 0x38, 0xb7, 0x13, 0x0a, 0x2c, 0x35);

/** Puts the first two words of a chip's vectors, and handlers by exception number, where its image has them. */
export function putVectors(image: DataView, at: number, stackTop: number, handlers: Record<number, number>): void {
  image.setUint32(at, stackTop, true);
  image.setUint32(at + 4, programStart | 1, true);
  for (const [number, address] of Object.entries(handlers)) image.setUint32(at + 4 * Number(number), address | 1, true);
}

/** Puts a program, made for its place, into RAM: another one, that runs in front of it. */
export function copied(into: Program, to: number, program: Program): Program {
  const view = new DataView(Uint8Array.from([...program.bytes, 0, 0]).buffer);
  for (let at = 0; at < program.bytes.length; at += 4) into.store(to + at, view.getUint32(at, true));
  return into;
}

/** A program in flash that copies another one, made for 0x100 behind the start of RAM, to there and runs it. */
export function inRam(program: Program): Program {
  return copied(new Program(programStart), ramBase + 0x100, program)
    .load(0, ramBase + 0x101)
    .add(0x4700); // bx r0
}

export function run<M extends Machine>(machine: M, ms: number): M {
  machine.runUntil(machine.now + ms * 1e6);
  return machine;
}

/** A word of RAM. */
export function word(machine: Machine, address: number): number {
  return new DataView(machine.ram.buffer).getUint32(address - ramBase, true);
}

/** Two letters, by which a boot ROM knows a function. */
export function romCode(letters: string): number {
  return letters.charCodeAt(0) | (letters.charCodeAt(1) << 8);
}

/** Calls the function whose address is in r0, with arguments in r0 and up: uses r6. */
export function callR0(program: Program, args: number[]): Program {
  program.add(0x0006); // movs r6, r0
  args.forEach((value, index) => program.load(index, value));
  return program.add(blx(6));
}
