import { RP2040 } from "rp2040js";
import { describe, expect, test } from "vitest";

import { Core } from "../../simulator/emulator/rp2040/core";
import { Fault, type CoreBus } from "../../simulator/emulator/rp2040/core-bus";
import { adds, blx, bxLr, ldr, movs, nop, pop, push, str, withLink } from "./thumb";

const ramBase = 0x20000000;
const [lr, pc, sp] = [14, 15, 13];

/** A core with nothing but RAM around it. */
function bare(halfwords: number[]) {
  const ram = new Uint8Array(264 * 1024);
  const nothing = () => {
    throw new Fault("nothing there");
  };
  const traps: string[] = [];
  const bus: CoreBus = {
    fetchLine: nothing,
    load: (_, address) => (address < 0x100 ? 0 : nothing()),
    store: nothing,
    romCall: nothing,
    signalEvent: () => core.signalEvent(),
    codeWritten: (_, address) => traps.push(`code ${address.toString(16)}`),
    stackOverflow: () => traps.push("stack"),
    trap: (_, text) => traps.push(text),
  };
  const core: Core = new Core(0, bus, { ram, code: new Uint8Array(ram.length / 4), flash: new Uint8Array(4096) });
  ram.set(new Uint8Array(Uint16Array.from(halfwords).buffer));
  core.registers[pc] = ramBase;
  core.registers[sp] = ramBase + 0x8000;
  return { core, ram, traps };
}

function cyclesOf(...halfwords: number[]): number {
  const { core } = bare(halfwords);
  core.registers[0] = ramBase + 0x100;
  core.registers[1] = ramBase + 0x201; // Thumb code
  core.registers[lr] = ramBase + 0x201;
  const before = core.cycles;
  core.run(before + 1);
  return core.cycles - before;
}

describe("a core", () => {
  test.each([
    ["ADDS", 1, [adds(0, 1)]],
    ["MULS", 1, [0x4348]],
    ["LDR from RAM", 2, [ldr(2, 0)]],
    ["STR to RAM", 2, [str(2, 0)]],
    ["a branch that is taken", 2, [0xe7fe]],
    ["a branch that is not", 1, [0xd0fe]],
    ["BX", 2, [bxLr]],
    ["BLX", 2, [blx(1)]],
    ["BL", 3, [0xf000, 0xf800]],
    ["LDM of 3", 4, [0xc81c]],
    ["PUSH of 3", 4, [push(7)]],
    ["POP of 2", 3, [pop(6)]],
    ["MRS", 3, [0xf3ef, 0x8010]],
    ["DMB", 3, [0xf3bf, 0x8f5f]],
  ])("takes the Cortex-M0+'s time for %s: %i", (_, cycles, halfwords) => {
    expect(cyclesOf(...halfwords)).toBe(cycles);
  });

  test("takes 3 + N cycles for POP with a return", () => {
    const { core, ram } = bare([pop(6 | withLink)]);
    new DataView(ram.buffer).setUint32(0x8008, ramBase + 0x101, true);
    core.run(1);
    expect(core.cycles).toBe(6);
    expect(core.registers[pc]).toBe(ramBase + 0x100);
  });

  /** rp2040js' own core is an independent implementation of the same instructions. */
  test("computes registers and flags as rp2040js does, in random data processing", () => {
    const theirs = new RP2040().core;
    const random = generator(1);
    const interesting = [0, 1, -1, 0x7fffffff, -0x80000000, 31, 32, 255];
    const value = () => (random(3) === 0 ? interesting[random(interesting.length)] : random(2 ** 32)) as number;
    for (let round = 0; round < 5000; round++) {
      const group = random(3);
      // Shifts and adds by immediate; data processing by register; high registers and extensions, reversals
      const op = [
        () => random(0x4000),
        () => 0x4000 | random(0x400),
        () => [0xb200, 0xba00][random(2)]! | random(0x80),
      ][group]!();
      if (skipped(op)) continue;
      const { core } = bare([op]);
      for (let r = 0; r < 8; r++) core.registers[r] = theirs.registers[r] = value();
      core.negative = theirs.N = random(2) === 1;
      core.zero = theirs.Z = random(2) === 1;
      core.carry = theirs.C = random(2) === 1;
      core.overflow = theirs.V = random(2) === 1;
      const amount = core.registers[(op >> 3) & 7] as number;
      // It computes the carry of shifts by 0 and of 32 and more otherwise than ARMv6-M A2.2.1.
      if (isRegisterShift(op) && ((amount & 0xff) === 0 || (amount & 0xff) > 31)) continue;
      // It adds the carry to the second operand before it looks for an overflow.
      if ((op & 0xffc0) === 0x4140 && core.carry) continue;
      if ((op & 0xffc0) === 0x4180 && !core.carry) continue;
      theirs.rp2040.sramView.setUint16(0, op, true);
      theirs.PC = ramBase;
      theirs.executeInstruction();
      core.run(1);
      const state = `${op.toString(16)} round ${round}`;
      expect([...core.registers.subarray(0, 8)], state).toEqual([
        ...new Int32Array(theirs.registers.buffer).subarray(0, 8),
      ]);
      expect([core.negative, core.zero, core.carry, core.overflow], state).toEqual([
        theirs.N,
        theirs.Z,
        theirs.C,
        theirs.V,
      ]);
    }
  });

  test.each([
    ["LSRS by 32 carries bit 31 out", 0x40c8, -0x80000000, 32, 0, true],
    ["LSRS by 33 carries nothing out", 0x40c8, -1, 33, 0, false],
    ["LSLS by 32 carries bit 0 out", 0x4088, 1, 32, 0, true],
    ["ASRS by 200 spreads the sign", 0x4108, -5, 200, -1, true],
    ["SBCS without carry subtracts one more", 0x4188, 5, -1, 5, false],
    ["ADCS with carry adds one more", 0x4148, -1, 0, 0, true],
  ])("%s (ARMv6-M A2.2.1)", (name, op, a, b, result, carry) => {
    const { core } = bare([op]);
    core.registers[0] = a;
    core.registers[1] = b;
    core.carry = name.startsWith("ADCS");
    core.run(1);
    expect(core.registers[0]).toBe(result);
    expect(core.carry).toBe(carry);
  });

  test("reports a write to what it has executed, and a stack that is too deep", () => {
    const { core, traps } = bare([nop, str(1, 0), push(0xff)]);
    core.registers[0] = ramBase;
    core.stackLimit = ramBase + 0x8000 - 16;
    core.run(20);
    expect(traps).toEqual(["code 20000000", "stack"]);
  });

  test("locks up on a fault in the fault's handler", () => {
    const { core, ram, traps } = bare([0xde00]);
    core.vtor = ramBase + 0x400;
    new DataView(ram.buffer).setUint32(0x40c, ramBase + 0x201, true);
    new DataView(ram.buffer).setUint16(0x200, 0xde00, true); // the handler: undefined, too
    core.run(1000);
    expect(core.lockedUp).toBe(true);
    expect(traps).toHaveLength(3);
  });

  test("faults on code that is not Thumb", () => {
    const { core, traps } = bare([movs(0, 0), 0x4700]);
    core.vtor = ramBase + 0x400;
    core.run(4);
    expect(traps[0]).toBe("branch to 0x0, which is not Thumb code");
  });
});

describe("interrupts", () => {
  /** Two handlers in RAM that only return: 16 + 3 at 0x300, 16 + 4 at 0x310. */
  function interruptible() {
    const machine = bare(new Array<number>(64).fill(nop));
    const view = new DataView(machine.ram.buffer);
    machine.core.vtor = ramBase + 0x400;
    for (const [irq, at] of [
      [3, 0x300],
      [4, 0x310],
    ] as const) {
      view.setUint32(0x400 + 4 * (16 + irq), ramBase + at + 1, true);
      view.setUint16(at, nop, true);
      view.setUint16(at + 2, bxLr, true);
    }
    machine.core.enabled = 0x18;
    return machine;
  }

  test("are entered in 15 cycles and left in 13 beside their own instructions", () => {
    const { core } = interruptible();
    core.setLine(3, true);
    core.setLine(3, false);
    core.run(1);
    expect(core.ipsr).toBe(19);
    expect(core.cycles).toBe(16); // one NOP of the handler
    core.run(17);
    expect(core.ipsr).toBe(0);
    expect(core.cycles).toBe(16 + 2 + 13);
  });

  test("of equal priority do not interrupt each other, of a higher one do", () => {
    const { core } = interruptible();
    core.priorities.fill(2);
    core.setLine(4, true);
    core.setLine(4, false);
    core.run(1);
    core.setLine(3, true);
    core.setLine(3, false);
    core.run(core.cycles + 1);
    expect(core.ipsr).toBe(0); // 4 has ended, 3 is next
    core.run(core.cycles + 1);
    expect(core.ipsr).toBe(19);
    core.priorities[4] = 1;
    core.setLine(4, true);
    core.setLine(4, false);
    core.run(core.cycles + 1);
    expect(core.ipsr).toBe(20);
  });

  test("wake a core under PRIMASK, and wait until it is cleared", () => {
    const { core, ram } = interruptible();
    new DataView(ram.buffer).setUint16(0, 0xbf30, true); // WFI
    core.primask = true;
    core.run(10);
    expect(core.waiting).toBe(true);
    core.setLine(3, true);
    core.run(20);
    expect(core.waiting).toBe(false);
    expect(core.ipsr).toBe(0);
    core.writeSpecial(16, 0);
    core.run(core.cycles + 1);
    expect(core.ipsr).toBe(19);
  });

  test("stay pending while their line is high, and come again", () => {
    const { core } = interruptible();
    core.setLine(3, true);
    core.run(1);
    core.run(core.cycles + 2);
    core.run(core.cycles + 1);
    expect(core.ipsr).toBe(19);
    core.setLine(3, false);
    core.run(core.cycles + 100);
    expect(core.ipsr).toBe(0);
  });
});

function isRegisterShift(op: number): boolean {
  return [0x4080, 0x40c0, 0x4100, 0x41c0].includes(op & 0xffc0);
}

/** Undefined ones. */
function skipped(op: number): boolean {
  return (op & 0xffc0) === 0xba80;
}

/** Numbers below a limit, the same in every run (Numerical Recipes' LCG). */
function generator(seed: number) {
  let state = seed;
  return (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
