/** Who called whom: as it was followed, or as the words of a stack suggest. */
import type { Machine } from "../machine";
import { CallStacks } from "../observe/call-stacks";
import type { MachineCore } from "../core";
import { halfwordAt, wordAt } from "./memory";

/** How much of a stack is searched, and how many calls are told. */
const searchedBytes = 2048;
const mostCalls = 16;
const sp = 13;
const lr = 14;

export interface Call {
  /** Address of the instruction that called, or was interrupted. */
  address: number;
  /** The exception that interrupted it. */
  interrupted?: number;
}

/** What led here, innermost first, when the core's calls are followed. */
export function followedCalls(core: MachineCore): Call[] | undefined {
  if (!(core.observer instanceof CallStacks)) return undefined;
  const calls: Call[] = [];
  for (const { exception, frames } of core.observer.levels.toReversed()) {
    for (const [index, { from }] of frames.toReversed().entries()) {
      if (index < frames.length - 1) calls.push({ address: from });
      else if (exception !== 0) calls.push({ address: from, interrupted: exception });
    }
  }
  return calls;
}

/** A guess: LR, and those words of the stack that are addresses behind a call; old ones among them may mislead. */
export function guessedCalls(machine: Machine, core: MachineCore): Call[] {
  const calls: Call[] = [];
  const add = (value: number | undefined) => {
    const address = value === undefined ? undefined : callBefore(machine, value);
    if (address !== undefined && calls.length < mostCalls) calls.push({ address });
  };
  add((core.registers[lr] as number) >>> 0);
  const top = (core.registers[sp] as number) >>> 0;
  for (let at = top & ~3; at < top + searchedBytes; at += 4) add(wordAt(machine, at >>> 0));
  return calls;
}

/** Where BL or BLX is when a word is the address behind it, as LR has it: with bit 0 set. */
function callBefore(machine: Machine, value: number): number | undefined {
  if ((value & 1) === 0) return undefined;
  const behind = (value & ~1) >>> 0;
  const last = halfwordAt(machine, behind - 2);
  const first = halfwordAt(machine, behind - 4);
  if (last === undefined) return undefined;
  if ((last & 0xff87) === 0x4780) return behind - 2; // BLX
  if (first !== undefined && first >>> 11 === 0b11110 && (last & 0xd000) === 0xd000) return behind - 4; // BL
  return undefined;
}
