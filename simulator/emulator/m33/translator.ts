/** Translates blocks of code into JavaScript functions for one core. */
import { Fault } from "./bus";
import { type CodeCache, longestBlock } from "./code-cache";
import { Emitter } from "./emitter";
import { cfsr } from "./exceptions";
import * as integer from "./integer";
import * as single from "./single";
import { translate16 } from "./thumb16";
import { translate32 } from "./thumb32";

/** Runs a block: adds to the core's counters, and leaves PC at what comes next. */
export type Block = () => void;

/** What blocks reach, by the names they have in them. */
export interface Surroundings {
  /** The core. */
  C: object;
  /** Its registers and flags, float registers as words and numbers, counters. */
  R: Int32Array;
  S: Int32Array;
  F: Float32Array;
  T: Float64Array;
  /** RAM, its first address and its size in words, and the marks of code in it. */
  M8: Uint8Array;
  M16: Uint16Array;
  M32: Int32Array;
  B: number;
  W: number;
  X: Uint8Array;
}

/** ITSTATE behind an instruction (Armv8-M C1.4.1). */
export function advance(itState: number): number {
  return (itState & 7) === 0 ? 0 : (itState & 0xe0) | ((itState << 1) & 0x1f);
}

/** Where in a block's JavaScript one of its runs of instructions begins. */
const runMark = (index: number) => `/*run ${index}*/`;

/** Has each run of instructions of a block announced before it: the block may be left between them. */
export function withFetches(text: string, runs: readonly number[], end: number): string {
  const fetch = (index: number) => {
    const from = runs[index] as number;
    return `C.fetch(${from},${(runs[index + 1] ?? end) - from});`;
  };
  return runs.reduce((all, _, index) => all.replace(runMark(index), fetch(index)), text);
}

/** The block's JavaScript, the addresses of its runs of instructions, and the address behind it. */
export function translate(code: CodeCache, start: number, itState: number, controlled: boolean, observed = false) {
  const e = new Emitter(start, controlled, observed);
  const runs = [start];
  e.emit(runMark(0));
  let it = itState;
  /** Conditions of an IT block as long as no instruction of it sets flags. */
  let held: { version: number; base: number; name: string } | undefined;
  while (!e.ended) {
    const at = e.next;
    if (at !== start && it === 0 && (at - start >= longestBlock - 20 || code.isHooked(at))) break;
    const op = code.fetch(at);
    const long = op !== undefined && op >>> 11 >= 0b11101;
    const second = long ? code.fetch(at + 2) : 0;
    if (op === undefined || second === undefined) {
      if (at !== start) break;
      throw new Fault(
        `instruction fetch at 0x${(at >>> 0).toString(16)}, where there is no code`,
        5,
        cfsr.instructionBus,
      );
    }
    if (e.branches) e.emit(runMark(runs.push(at) - 1));
    e.branches = e.calls = false;
    e.at = at;
    e.next = (at + (long ? 4 : 2)) | 0;
    e.cycles++;
    e.instructions++;
    if ((op & 0xff00) === 0xbf00 && op & 15) {
      it = op & 0xff;
      continue;
    }
    e.itState = it;
    e.nextItState = it = advance(it);
    const one = () => {
      try {
        if (long) translate32(e, op, second);
        else translate16(e, op);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        e.fault("undefined", long ? ((op << 16) | second) >>> 0 : op);
      }
    };
    if (e.itState === 0) {
      one();
      continue;
    }
    const condition = e.itState >> 4;
    if (condition >= 14) {
      one();
      continue;
    }
    if (held?.version !== e.flagsVersion || held.base !== condition >> 1) {
      const name = e.constant(e.condition(condition & ~1));
      held = { version: e.flagsVersion, base: condition >> 1, name };
    }
    e.when(condition & 1 ? `!${held.name}` : held.name, one);
  }
  return { text: e.finish(), runs, end: e.next };
}

export function compile(text: string, around: Surroundings): Block {
  const names = Object.keys(around);
  const prologue = names.map((name) => `const ${name}=around.${name};`).join("");
  // A closure of its own: its constants are the compiler's constants. In parentheses it is compiled at once.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a translator
  const make = new Function("around", "I", "V", `"use strict";${prologue}return (function(){${text}})`) as (
    ...args: unknown[]
  ) => Block;
  return make(around, integer, single);
}
