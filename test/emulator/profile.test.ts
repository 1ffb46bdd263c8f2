/** Profiles of small programs whose costs are known, on both chips. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type { CoreProfile } from "../../simulator/emulator/observe/profile";
import { Observers } from "../../simulator/emulator/observe/observers";
import { functionCosts } from "../../simulator/emulator/observe/profile-report";
import { chipNames, type ChipName } from "./chips";
import { NamedProgram } from "./observed";
import { adds, b, bxLr, movs, nop, pop, push, withLink } from "./thumb";

const folder = mkdtempSync(join(tmpdir(), "dspi-profile-"));
afterAll(() => rmSync(folder, { recursive: true }));

const subs = (register: number, value: number) => 0x3800 | (register << 8) | value;
const bne = (halfwords: number) => 0xd100 | ((halfwords - 2) & 0xff);
const systick = 0xe000e010;

function profiled(program: NamedProgram, chip: ChipName, ms: number, handlers: Record<number, string> = {}) {
  const file = join(folder, `${chip}.folded`);
  const observers = new Observers({ profile: file });
  const machine = program.on(chip, handlers, observers);
  const [core] = machine.cores;
  const before = core.cycles; // the boot ROM has read the vectors
  machine.runUntil(ms * 1e6);
  const cycles = core.cycles - before;
  const text = observers.close();
  expect(machine.traps.messages).toEqual([]);
  const [core0] = observers.profiles as readonly [CoreProfile, CoreProfile];
  const costs = new Map(functionCosts(core0).map((cost) => [cost.name, cost]));
  const cost = (name: string) =>
    costs.get(name) ?? { cycles: 0, instructions: 0, calls: 0, totalCycles: 0, exception: 0 };
  const folded = readFileSync(file, "utf8").trimEnd().split("\n");
  return { core, cycles, profile: core0, cost, costs: [...costs.values()], text, folded };
}

const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);

/** main calls `count`, which counts down from 100, and `outer`, which calls `inner`, for ever. */
function loops(): NamedProgram {
  const p = new NamedProgram().begin("main").call("count").call("outer");
  p.add(b(-4));
  p.begin("count").add(movs(0, 100), subs(0, 1), bne(-1), bxLr);
  p.begin("outer").add(push(withLink)).call("inner").add(pop(withLink));
  return p.begin("inner").add(nop, nop, nop, nop, nop, nop, nop, nop, nop, nop, bxLr);
}

/**
 * Cycles of a call of `count`: MOVS 1, 100 SUBS 1, 99 BNE taken 2, one not taken 1, BX 2 (Cortex-M0+ TRM table 3-1; the same
 * by the Cortex-M33's model). Those of the rest of main's loop: BL BL B; PUSH BL POP; 10 NOP BX.
 */
const countCycles = 1 + 100 + 99 * 2 + 1 + 2;
const restCycles: Record<ChipName, number> = { rp2040: 3 + 3 + 2 + 2 + 3 + 4 + 12, rp2350: 2 + 2 + 2 + 1 + 2 + 4 + 12 };

describe.each(chipNames)("a profile of a program on an %s", (chip) => {
  test("adds up to what the core counts, to the cycle", () => {
    const { core, cycles, profile, costs } = profiled(loops(), chip, 2);
    expect(core.instructions).toBeGreaterThan(5000);
    expect(sum(costs.map(({ instructions }) => instructions))).toBe(core.instructions);
    expect(sum(costs.map((cost) => cost.cycles))).toBe(cycles - core.idle);
    expect([profile.cycles, profile.idle]).toEqual([cycles, core.idle]);
  });

  test("gives functions their instructions and their share of the cycles", () => {
    const { cost } = profiled(loops(), chip, 5);
    const turns = cost("outer").calls;
    expect(turns).toBeGreaterThan(50);
    // Of the last turn it may have done only a part.
    for (const [name, each] of [
      ["main", 3],
      ["count", 202],
      ["outer", 3],
      ["inner", 11],
    ] as const) {
      expect(cost(name).instructions).toBeGreaterThan(each * (turns - 1));
      expect(cost(name).instructions).toBeLessThanOrEqual(each * (turns + 1));
    }
    const share = cost("count").cycles / cost("main").totalCycles;
    expect(Math.abs(share / (countCycles / (countCycles + restCycles[chip])) - 1)).toBeLessThan(0.01);
    expect(cost("count").calls - turns).toBeLessThanOrEqual(1);
    expect(cost("outer").totalCycles).toBe(cost("outer").cycles + cost("inner").cycles);
  });

  test("is written as folded stacks, which flame graphs are made of", () => {
    const { folded, cost, core, cycles } = profiled(loops(), chip, 2);
    const inner = folded.find((line) => line.includes("inner"));
    expect(inner).toBe(`core 0;thread mode;main;outer;inner ${cost("inner").cycles}`);
    const mine = folded.filter((line) => line.startsWith("core 0;"));
    expect(sum(mine.map((line) => Number(/ (\d+)$/.exec(line)?.[1])))).toBe(cycles - core.idle);
  });

  test("tells interrupts apart from what they interrupt", () => {
    const p = new NamedProgram().begin("main");
    p.store(systick + 4, 999)
      .store(systick + 8, 0)
      .store(systick, 7); // RVR, CVR, CSR: every 1000 cycles
    const loop = p.here;
    p.call("count").add(b((loop - p.here - 4) / 2));
    p.begin("count").add(movs(0, 100), subs(0, 1), bne(-1), bxLr);
    p.begin("tick").add(push(withLink)).call("work").add(pop(withLink));
    p.begin("work").add(nop, nop, nop, nop, nop, nop, nop, bxLr);
    const { core, cost, text, folded } = profiled(p, chip, 10, { 15: "tick" });
    const entries = cost("tick").calls;
    expect(Math.abs(entries - core.cycles / 1000)).toBeLessThan(3);
    expect([cost("tick").exception, cost("work").exception, cost("count").exception]).toEqual([15, 15, 0]);
    expect(Math.abs(cost("work").instructions - 8 * entries)).toBeLessThanOrEqual(8);
    // Entry and return belong to the handler: 15 + 13 cycles of an RP2040's core, 12 + 10 of an RP2350's.
    const own = { rp2040: 15 + 2 + 3 + 4 + 13, rp2350: 12 + 1 + 2 + 4 + 10 }[chip];
    expect(Math.abs(cost("tick").cycles - own * entries)).toBeLessThanOrEqual(own);
    expect(folded.some((line) => line.startsWith("core 0;SysTick;tick;work "))).toBe(true);
    expect(text).toMatch(new RegExp(` ${entries}  SysTick$`, "m"));
  });

  test("follows tail calls and longjmp()", () => {
    const p = new NamedProgram().begin("main").add(0x466c); // mov r4, sp
    p.call("outer");
    const back = p.here;
    p.call("tail").add(b(-4));
    p.begin("outer").add(push(withLink)).call("jumps").add(pop(withLink));
    p.begin("jumps").add(push(withLink), 0x46a5); // mov sp, r4
    p.load(1, back | 1).add(0x4708); // bx r1: to behind main's first call
    p.begin("tail").add(nop, b(1));
    p.begin("other").add(nop, bxLr);
    const { folded, cost } = profiled(p, chip, 1);
    const stacks = folded.map((line) => line.replace(/ \d+$/, "")).filter((line) => line.includes("main"));
    const under = ["", ";other", ";outer", ";outer;jumps", ";tail"].map((rest) => `core 0;thread mode;main${rest}`);
    expect(stacks.sort()).toEqual(under);
    expect(cost("other").instructions).toBeGreaterThan(1.9 * cost("other").calls - 2);
  });

  test("counts a function that calls itself once in its total", () => {
    const p = new NamedProgram().begin("main").add(movs(0, 5)).call("again").add(b(-3));
    p.begin("again").add(push(withLink), subs(0, 1), 0xd001).call("again").add(pop(withLink)); // beq to the end
    const { cost, folded } = profiled(p, chip, 1);
    expect(cost("again").totalCycles).toBe(cost("again").cycles);
    expect(Math.max(...folded.map((line) => line.split("again").length - 1))).toBe(5);
  });

  test("leaves out the time asleep", () => {
    const p = new NamedProgram().begin("main").add(adds(0, 1), 0xbf30, b(-2)); // wfi, with nothing to wake it
    const { profile, cost } = profiled(p, chip, 1);
    expect(profile.idle).toBeGreaterThan(0.5 * profile.cycles);
    expect(cost("main").cycles).toBeLessThan(10);
  });
});
