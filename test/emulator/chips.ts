/** Both chips, for tests of what they have in common. */
import type { ChipName, Machine } from "../../simulator/emulator/machine";
import * as rp2040 from "./rp2040";
import * as rp2350 from "./rp2350";
import type { Program } from "./thumb";

export interface TestChip {
  /** A chip whose flash has a program at `programStart`, and handlers by exception number; powered, not yet run. */
  with: (program: Program, handlers?: Record<number, number>) => Machine;
  /** Calls a function of the boot ROM by its code, with arguments in r0 and up: uses r4 to r6. */
  callRom: (program: Program, code: string, ...args: number[]) => Program;
  /** Where the image has its vectors, and what they say of the stack. */
  vectors: number;
  stackTop: number;
  /** Addresses of blocks that both chips have, each elsewhere (datasheets 2.2). */
  at: {
    resets: number;
    xosc: number;
    pllSys: number;
    clocks: number;
    watchdog: number;
    i2c: readonly [number, number];
  };
}

export const chips: Readonly<Record<ChipName, TestChip>> = {
  rp2040: {
    ...rp2040,
    with: rp2040.rp2040With,
    at: {
      resets: 0x4000c000,
      xosc: 0x40024000,
      pllSys: 0x40028000,
      clocks: 0x40008000,
      watchdog: 0x40058000,
      i2c: [0x40044000, 0x40048000],
    },
  },
  rp2350: {
    ...rp2350,
    with: rp2350.rp2350With,
    at: {
      resets: 0x40020000,
      xosc: 0x40048000,
      pllSys: 0x40050000,
      clocks: 0x40010000,
      watchdog: 0x400d8000,
      i2c: [0x40090000, 0x40098000],
    },
  },
};

export type { ChipName };
export const chipNames = ["rp2040", "rp2350"] as const satisfies readonly ChipName[];
