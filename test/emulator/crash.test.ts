/** Reports of what small programs do wrong, on both chips. */
import { describe, expect, test } from "vitest";

import { crashReport } from "../../simulator/emulator/crash/report";
import { faultText, xpsrText } from "../../simulator/emulator/crash/status";
import { Functions } from "../../simulator/emulator/observe/functions";
import { Observers } from "../../simulator/emulator/observe/observers";
import { chipNames, type ChipName } from "./chips";
import { NamedProgram } from "./observed";
import { b, bxLr, cpsid, ldr, movs, nop, pop, push, stay, withLink } from "./thumb";

const nothing = 0x70000000;

/** Reports of the first millisecond. */
function reports(program: NamedProgram, chip: ChipName, handlers: Record<number, string> = {}, observers?: Observers) {
  const machine = program.on(chip, handlers, observers);
  const texts: string[] = [];
  machine.traps.onTrap = (_, text, core) => {
    const functions = new Functions(program.symbols);
    if (core) texts.push(crashReport(chip, machine, core.index, text, functions, undefined));
  };
  machine.runUntil(1e6);
  return texts;
}

/** main calls `outer`, which calls `inner`, which reads where there is nothing; HardFault's handler stays. */
function reads(): NamedProgram {
  const p = new NamedProgram().begin("main").add(movs(5, 0x55), cpsid).call("outer").add(stay);
  p.begin("outer").add(push(withLink)).call("inner").add(pop(withLink));
  p.begin("inner")
    .add(push(withLink | 1))
    .load(3, nothing)
    .add(ldr(2, 3), pop(withLink | 1));
  return p.begin("hardFault").add(stay);
}

const word = (value: number) => `0x${value.toString(16).padStart(8, "0")}`;

describe.each(chipNames)("a crash report of an %s", (chip) => {
  test("says what happened, where, and with which registers", () => {
    const program = reads();
    const [text = ""] = reports(program, chip, { 3: "hardFault" });
    const [what, where, at] = text.split("\n");
    expect(what).toBe("  read of 0x70000000, where there is nothing");
    expect(where).toMatch(new RegExp(`on the ${chip.toUpperCase()}'s core 0, 0\\.\\d{6} ms after .*, in thread mode$`));
    const address = program.at("hardFault") - 4; // LDR, before POP
    const offset = (address - program.at("inner")).toString(16);
    expect(at).toBe(`  at ${word(address)} inner+0x${offset}`);
    expect(text).toContain("r3 0x70000000");
    expect(text).toContain("r5 0x00000055");
    expect(text).toContain(`pc ${word(address)}`);
    expect(text).toMatch(/xPSR 0x.1000000 {2}.*Thumb, in thread mode/);
    expect(text).toContain("on the main stack, interrupts are off (PRIMASK)");
  });

  test("shows the stack and guesses by its return addresses who called", () => {
    const program = reads();
    const [text = ""] = reports(program, chip, { 3: "hardFault" });
    const behindCall = program.at("outer") + 6;
    expect(text).toContain(word(behindCall | 1).slice(2)); // as PUSH has stored it
    const [, calls = ""] = text.split("called by (a guess: what on the stack looks like return addresses)\n");
    const expected = [
      [program.at("outer") + 2, "outer+0x2"],
      [program.at("main") + 4, "main+0x4"],
    ] as const;
    const lines = calls.split("\n").map((line) => line.trim());
    for (const [address, name] of expected) expect(lines).toContain(`${word(address)} ${name}`);
  });

  test("knows who called when calls are followed, through interrupts too", () => {
    const program = new NamedProgram().begin("main").add(nop);
    program.store(0xe000e014, 99).store(0xe000e018, 0).store(0xe000e010, 7); // SysTick
    program.begin("waits").add(stay);
    program.begin("tick").add(push(withLink)).call("inner").add(pop(withLink));
    program.begin("inner").load(3, nothing).add(ldr(2, 3), bxLr);
    program.begin("hardFault").add(stay);
    const observers = new Observers({ profile: "/dev/null" });
    const [text = ""] = reports(program, chip, { 3: "hardFault", 15: "tick" }, observers);
    observers.close();
    expect(text).toMatch(/core 0, .*, in SysTick$/m);
    const [, calls = ""] = text.split("  called by\n");
    const names = calls.split("\n").map((line) => line.trim().replace(/^0x\w+ /, ""));
    expect(names).toEqual(["tick+0x2", "waits, interrupted by SysTick"]);
  });

  test("of a fault in the fault's handler says that the core is locked up", () => {
    const program = reads().begin("faulty").load(3, nothing).add(ldr(2, 3), b(0));
    const texts = reports(program, chip, { 3: "faulty" });
    expect(texts).toHaveLength(3);
    expect(texts[1]).toMatch(/in HardFault$/m);
    expect(texts[2]).toMatch(/^ {2}locked up: a fault while a fault was handled\n.*, in HardFault, locked up$/m);
  });

  test("of an undefined instruction names its encoding", () => {
    const program = new NamedProgram().begin("main").add(0xde01).begin("hardFault").add(stay);
    expect(reports(program, chip, { 3: "hardFault" })[0]).toMatch(/^ {2}undefined instruction 0xde01\n/);
  });

  test("has no stack where SP points nowhere", () => {
    const program = new NamedProgram().begin("main").load(0, 0x60000000).add(0x4685, 0xde01); // mov sp, r0
    program.begin("hardFault").add(stay);
    expect(reports(program, chip, { 3: "hardFault" })[0]).toContain("no memory where SP points: 0x60000000");
  });
});

describe("a crash report of an rp2350", () => {
  test.each([
    ["PRECISERR", [], [ldr(0, 1)], nothing],
    ["UNDEFINSTR", [], [0xde01], 0],
    ["NOCP", [], [0xee10, 0x0010], 0], // mrc p0, #0, r0, c0, c0
    ["STKOF", [0xf381, 0x880a], [push(withLink)], 0x20082000], // msr msplim, r1: the top of the stack
    ["INVSTATE", [], [0x4708], 0x20000000], // bx r1
  ] as const)("explains the status bit %s", (bit, before, halfwords, r1) => {
    const program = new NamedProgram()
      .begin("main")
      .load(1, r1)
      .add(...before, push(withLink), ...halfwords);
    program.begin("hardFault").add(stay);
    const [text = ""] = reports(program, "rp2350", { 3: "hardFault" });
    expect(text).toMatch(new RegExp(`CFSR 0x\\w+ {2}${bit}, .+\\n {2}HFSR 0x40000000 {2}FORCED`));
  });

  test("tells the address of an access that failed", () => {
    expect(reports(reads(), "rp2350", { 3: "hardFault" })[0]).toContain("BFAR 0x70000000");
  });
});

test("xPSR is told by its flags, state and exception", () => {
  expect(xpsrText(0x61000003, "HardFault")).toBe("Z C, Thumb, in HardFault");
  expect(xpsrText(0x88000000, "thread mode")).toBe("N Q, not Thumb, in thread mode");
  expect(xpsrText(0x01000400, "thread mode")).toBe("no flags, Thumb, in an IT block, in thread mode");
});

test("fault registers without a bit say so", () => {
  expect(faultText({ faultStatus: 0, hardFaultStatus: 0, faultAddress: 5 })).toEqual([
    "CFSR 0x00000000  nothing",
    "HFSR 0x00000000  nothing",
  ]);
});
