/** What version 1 of PIO has beside version 0 (RP2350 datasheet 11.1.1); encodings are those of 11.4. */
import { describe, expect, test } from "vitest";

import { Pio } from "../../simulator/pio/pio";
import { PioRunner } from "../../simulator/pio/runner";

const register = { ctrl: 0x00, flevel: 0x0c, irq: 0x30, memory: 0x48, putGet: 0x128, gpioBase: 0x168, intr: 0x16c };
const machine0 = { clkdiv: 0xc8, execctrl: 0xcc, shiftctrl: 0xd0, instr: 0xd8, pinctrl: 0xdc };
/** SET, MOV, PUSH, IRQ and WAIT of 11.4. */
const setX = (value: number) => 0xe020 | value;
const setY = (value: number) => 0xe040 | value;
const move = (to: number, from: number) => 0xa000 | (to << 5) | from;
const [pins, x, y, pindirs, status, isr, osr] = [0, 1, 2, 3, 5, 6, 7];
const putWord = (index: number) => 0x8018 | index; // mov rxfifo[index], isr
const getWord = (index: number) => 0x8098 | index; // mov osr, rxfifo[index]
const irq = (index: number) => 0xc000 | index;
const previous = 0x08;
const next = 0x18;
const execctrlReset = 0x0001f000;

/** Three blocks side by side, whose pins read what `state` says. */
function blocks() {
  let time = 0;
  const state = { inputs: 0 };
  const lines: boolean[] = [];
  const all: Pio[] = [0, 1, 2].map(
    (index): Pio =>
      new Pio(
        {
          now: () => time,
          inputs: () => state.inputs,
          interrupt: (line, high) => (lines[2 * index + line] = high),
          request: () => undefined,
          enablesChanged: () => runner.refresh(),
          neighbour: (by) => all[(index + by + 3) % 3] as Pio,
        },
        1,
      ),
  );
  const runner = new PioRunner(all, () => undefined);
  const at = (index: number) => all[index] as Pio;
  const set = (index: number, offset: number, value: number) => at(index).write(offset, value | 0, value | 0);
  return {
    at,
    set,
    get: (index: number, offset: number) => at(index).read(offset),
    state,
    lines,
    /** Executes an instruction at once on machine 0. */
    force: (index: number, instruction: number) => set(index, machine0.instr, instruction),
    run: (cycles: number) => runner.advance((time += cycles)),
  };
}

describe("PIO version 1", () => {
  test("says so in DBG_CFGINFO", () => {
    expect(blocks().get(0, 0x44) >>> 28).toBe(1);
  });

  test("drives and reads the pins from GPIOBASE on", () => {
    const b = blocks();
    b.set(0, register.gpioBase, 16);
    b.set(0, machine0.pinctrl, (5 << 26) | (1 << 5)); // SET: 5 pins from 1
    b.force(0, 0xe003); // set pins, 3
    expect(b.at(0).pins.levels).toBe(0b11 << 17);
    b.state.inputs = 0x50000;
    b.force(0, move(x, pins));
    b.force(0, move(isr, x));
    b.set(0, machine0.shiftctrl, 1 << 15);
    b.force(0, putWord(0));
    expect(b.get(0, register.putGet)).toBe(5);
  });

  test("raises and awaits flags of the blocks beside it, the first and the last being neighbours", () => {
    const b = blocks();
    b.force(0, irq(previous | 2));
    b.force(0, irq(next | 6));
    expect([0, 1, 2].map((index) => b.get(index, register.irq))).toEqual([0, 1 << 6, 1 << 2]);
    b.force(0, 0x20c0 | next | 6); // wait 1 irq next 6
    expect(b.get(1, register.irq)).toBe(0);
  });

  test("lets all eight flags interrupt", () => {
    const b = blocks();
    b.set(1, register.intr + 4, 1 << (8 + 7)); // IRQ0_INTE: SM7
    b.force(1, irq(7));
    expect([b.lines[2], b.get(1, register.intr) >>> 8]).toEqual([true, 1 << 7]);
  });

  test("awaits the pin of JMP_PIN and those behind it", () => {
    const b = blocks();
    b.set(0, machine0.execctrl, (4 << 24) | execctrlReset);
    b.state.inputs = 1 << 5;
    b.force(0, 0x20e0 | 1); // wait 1 jmppin + 1
    expect(b.get(0, machine0.execctrl) >>> 31).toBe(0);
    b.force(0, 0x20e0); // wait 1 jmppin
    expect(b.get(0, machine0.execctrl) >>> 31).toBe(1); // EXEC_STALLED
  });

  test("reads no pins behind IN_COUNT", () => {
    const b = blocks();
    b.state.inputs = -1;
    b.set(0, machine0.shiftctrl, (1 << 15) | 3);
    b.force(0, move(isr, pins));
    b.force(0, putWord(1));
    expect(b.get(0, register.putGet + 4)).toBe(7);
  });

  test("has MOV to pin directions", () => {
    const b = blocks();
    b.set(0, machine0.pinctrl, (4 << 20) | 8); // OUT: 4 pins from 8
    b.force(0, setX(5));
    b.force(0, move(pindirs, x));
    expect(b.at(0).pins.enables).toBe(5 << 8);
  });

  test("has a receive FIFO of words that either side takes in any order", () => {
    const b = blocks();
    b.set(0, machine0.shiftctrl, 1 << 15); // FJOIN_RX_PUT
    b.force(0, setX(21));
    b.force(0, move(isr, x));
    b.force(0, setY(2));
    b.force(0, 0x8010); // mov rxfifo[y], isr
    expect([0, 1, 2, 3].map((word) => b.get(0, register.putGet + 4 * word))).toEqual([0, 0, 21, 0]);
    b.set(0, machine0.shiftctrl, 1 << 14); // FJOIN_RX_GET
    b.set(0, register.putGet + 12, 0x1234);
    b.force(0, getWord(3));
    b.force(0, move(isr, osr));
    b.force(0, putWord(0));
    expect(b.get(0, register.putGet)).toBe(0x1234);
  });

  test("has an IRQ flag, its own or a neighbour's, as STATUS", () => {
    const b = blocks();
    b.set(0, machine0.shiftctrl, 1 << 15);
    const read = (select: number, n: number) => {
      b.set(0, machine0.execctrl, (select << 5) | n | execctrlReset);
      b.force(0, move(isr, status));
      b.force(0, putWord(0));
      return b.get(0, register.putGet);
    };
    expect(read(2, 3)).toBe(0);
    b.force(0, irq(3));
    b.force(1, irq(4));
    expect([read(2, 3), read(2, 0x10 | 4), read(2, 0x08 | 4)]).toEqual([-1, -1, 0]);
    expect([read(0, 16), read(0, 0)]).toEqual([-1, 0]); // a level below N, which has 5 bits
  });

  test("starts machines of neighbouring blocks in the same cycle by CTRL", () => {
    const b = blocks();
    for (const index of [0, 1, 2]) {
      b.set(index, machine0.pinctrl, 5 << 26);
      b.set(index, register.memory, 0xe001); // set pins, 1
      b.set(index, machine0.execctrl, 0); // wraps at once
    }
    b.set(1, register.ctrl, (1 << 26) | (1 << 24) | (1 << 20) | (1 << 16) | (1 << 8) | 1);
    b.run(1);
    expect([0, 1, 2].map((index) => b.at(index).pins.levels)).toEqual([1, 1, 1]);
    b.set(1, register.ctrl, (1 << 25) | (1 << 16)); // stops that of the block before
    expect([0, 1, 2].map((index) => b.get(index, register.ctrl))).toEqual([0, 0, 1]);
  });

  test("takes neither of these in version 0", () => {
    const pio: Pio = new Pio({
      now: () => 0,
      inputs: () => -1,
      interrupt: () => undefined,
      request: () => undefined,
      enablesChanged: () => undefined,
    });
    pio.write(machine0.pinctrl, (4 << 20) | 8, 0);
    for (const instruction of [setX(5), move(pindirs, x), move(y, x), irq(previous | 2)])
      pio.write(machine0.instr, instruction, instruction);
    expect([pio.pins.enables, pio.read(register.irq)]).toEqual([0, 1 << 2]);
  });
});
