import { describe, expect, test } from "vitest";

import { Pio } from "../../simulator/pio/pio";
import { PioRunner } from "../../simulator/pio/runner";
import { setUp, type MachineSetup } from "../../simulator/pio/setup";
import { assemble } from "../../tools/pio/assembler";
import type { PioProgram } from "../../tools/pio/program";

/** Registers of PIO (RP2040 datasheet 3.7). */
const register = {
  ctrl: 0x00,
  fstat: 0x04,
  fdebug: 0x08,
  flevel: 0x0c,
  txf: 0x10,
  rxf: 0x20,
  irq: 0x30,
  memory: 0x48,
  machine: 0xc8,
  intr: 0x128,
  inte0: 0x12c,
};
const machineRegister = { clkdiv: 0, execctrl: 4, shiftctrl: 8, addr: 12, instr: 16, pinctrl: 20 };

/** A block whose pins read what it drives, or what `inputs` says. */
function block() {
  let time = 0;
  const edges: { time: number; levels: number }[] = [];
  const lines = [false, false];
  const pio: Pio = new Pio({
    now: () => time,
    inputs: () => state.inputs ?? pio.levels,
    interrupt: (line, high) => (lines[line] = high),
    request: (machine, transmit) => transmit && state.feed?.(machine),
    enablesChanged: () => runner.refresh(),
  });
  const runner: PioRunner = new PioRunner([pio], (at) => edges.push({ time: at, levels: pio.levels >>> 0 }));
  const state = {
    inputs: undefined as number | undefined,
    /** Called when a transmit FIFO has room. */
    feed: undefined as ((machine: number) => void) | undefined,
  };
  const set = (offset: number, value: number) => pio.write(offset, value | 0, value | 0);
  return {
    pio,
    state,
    edges,
    lines,
    set,
    get: (offset: number) => pio.read(offset) >>> 0,
    run(cycles: number) {
      time += cycles;
      runner.advance(time);
    },
    load: (machine: number, at: number, setup: MachineSetup) => setUp(pio, machine, at, setup),
  };
}

function program(source: string): PioProgram {
  const [first] = assemble(`.program test\n${source}`, "test.pio");
  if (!first) throw new Error("no program");
  return first;
}

const enable = (mask: number) => mask | (mask << 4) | (mask << 8);

describe("a PIO block", () => {
  test("starts machines that are enabled together in the same cycle", () => {
    const b = block();
    const toggle = program(".set 1\n set pins, 1\n set pins, 0");
    b.load(0, 0, { program: toggle, pins: { set: 0 }, divider: { int: 3, frac: 0 } });
    b.load(3, 0, { program: toggle, pins: { set: 9 }, divider: { int: 3, frac: 0 } });
    b.set(register.ctrl, enable(1));
    b.run(7);
    b.set(register.machine + machineRegister.instr, 0); // JMP to its start
    b.set(register.ctrl, enable(9)); // restarts both dividers
    b.edges.length = 0;
    b.run(12);
    expect(b.edges).toEqual([7, 10, 13, 16].map((time, i) => ({ time, levels: i % 2 === 0 ? 0x201 : 0 })));
  });

  test("delays after an instruction and side-sets while it waits (3.5.6)", () => {
    const b = block();
    b.load(0, 0, {
      program: program(".side_set 1\n set x, 0 side 0 [3]\n pull block side 1\n nop side 0"),
      pins: { side: 2 },
    });
    b.set(register.ctrl, enable(1));
    b.run(10);
    expect(b.edges).toEqual([{ time: 4, levels: 4 }]);
    expect(b.get(register.fdebug)).toBe(1 << 24); // TXSTALL
    b.set(register.txf, 7);
    b.run(2);
    expect(b.edges[1]).toEqual({ time: 11, levels: 0 });
  });

  test("has eight words of transmit FIFO when joined, and tells its level", () => {
    const b = block();
    b.load(0, 0, { program: program(".fifo tx\n pull block"), pins: { out: 0 } });
    for (let i = 0; i < 9; i++) b.set(register.txf, i);
    expect(b.get(register.flevel)).toBe(8);
    expect(b.get(register.fstat) & 0x010001).toBe(0x010001); // TXFULL, and RXFULL of no FIFO
    expect(b.get(register.fdebug)).toBe(1 << 16); // TXOVER
    b.set(register.ctrl, enable(1));
    b.run(3);
    expect(b.get(register.flevel)).toBe(5);
  });

  test("shifts in with autopush and stalls on a full FIFO", () => {
    const b = block();
    b.state.inputs = 0b1011 << 4;
    b.load(1, 8, { program: program(".in 32 left auto 8\n in pins, 4"), pins: { in: 4 } });
    b.set(register.ctrl, enable(2));
    b.run(20);
    expect(b.get(register.flevel) >>> 12).toBe(4);
    expect(b.get(register.fdebug) & 0xf).toBe(2); // RXSTALL
    expect(b.get(register.rxf + 4)).toBe(0xbb);
    b.run(4);
    expect(b.get(register.flevel) >>> 12).toBe(4);
  });

  test.each([
    ["mov isr, ::x", 0x80000000],
    ["mov isr, !x", 0xfffffffe],
    ["mov isr, x", 1],
  ])("computes %s", (instruction, result) => {
    const b = block();
    b.load(0, 0, { program: program(`set x, 1\n ${instruction}\n push block\nhalt:\n jmp halt`), pins: {} });
    b.set(register.ctrl, enable(1));
    b.run(4);
    expect(b.get(register.rxf)).toBe(result);
  });

  test("waits for pins, jumps on one, and counts down", () => {
    const b = block();
    b.state.inputs = 0;
    const source =
      ".set 1\n wait 1 pin 2\n set x, 2\nloop:\n jmp x-- loop\n jmp pin high\n set pins, 0\nhigh:\n set pins, 1\nhalt:\n jmp halt";
    b.load(0, 0, { program: program(source), pins: { in: 3, jmp: 7, set: 0 } });
    b.set(register.ctrl, enable(1));
    b.run(5);
    expect(b.get(register.machine + machineRegister.addr)).toBe(0);
    b.state.inputs = (1 << 5) | (1 << 7);
    b.run(10);
    // From time 5: WAIT, SET, three times JMP X--, JMP PIN, then SET PINS
    expect(b.edges).toEqual([{ time: 11, levels: 1 }]);
  });

  test("raises interrupts by relative flags and waits until they are cleared", () => {
    const b = block();
    b.load(2, 0, { program: program(".set 1\n irq wait 3 rel\n set pins, 1\nhalt:\n jmp halt"), pins: { set: 0 } });
    b.set(register.inte0, 1 << 9); // SM1's flag: (3 + 2) modulo 4
    b.set(register.ctrl, enable(4));
    b.run(5);
    expect(b.get(register.irq)).toBe(2);
    expect(b.lines).toEqual([true, false]);
    expect(b.edges).toEqual([]);
    b.set(register.irq, 2);
    b.run(3);
    expect(b.lines[0]).toBe(false);
    expect(b.edges).toHaveLength(1);
  });

  test("executes instructions out of its OSR and out of SMx_INSTR", () => {
    const b = block();
    b.load(0, 0, { program: program(".set 5\n.out 32 right auto 16\n out exec, 16"), pins: { set: 0 } });
    b.set(register.txf, 0xe000 | 21); // set pins, 21
    b.set(register.ctrl, enable(1));
    b.run(3);
    expect(b.pio.levels).toBe(21);
    b.set(register.machine + machineRegister.instr, 0xe000 | 10);
    expect(b.pio.levels).toBe(10);
  });

  test("spreads the divider's fraction over 256 cycles (3.5.5)", () => {
    const b = block();
    b.load(0, 0, {
      program: program(".set 1\n set pins, 1\n set pins, 0"),
      pins: { set: 0 },
      divider: { int: 2, frac: 64 },
    });
    b.set(register.ctrl, enable(1));
    b.run(2.25 * 256);
    expect(b.edges).toHaveLength(256);
    expect(new Set(b.edges.slice(1).map(({ time }, i) => time - (b.edges[i]?.time ?? 0)))).toEqual(new Set([2, 3]));
  });
});
