/** The RP2350's blocks by their registers: expected values are the datasheet's and the Pico SDK's register headers'. */
import { describe, expect, test } from "vitest";

import { MachineClock } from "../../simulator/emulator/clock";
import { Dma, rp2350Dma } from "../../simulator/emulator/dma";
import { IoBank, Pads, rp2350Io } from "../../simulator/emulator/io-bank";
import { NorFlash } from "../../simulator/emulator/nor-flash";
import { Pins } from "../../simulator/emulator/pins";
import { Clocks } from "../../simulator/emulator/rp2350/clocks";
import { findImage } from "../../simulator/emulator/rp2350/image";
import { Powman } from "../../simulator/emulator/rp2350/powman";
import { Qmi } from "../../simulator/emulator/rp2350/qmi";
import { Sio } from "../../simulator/emulator/rp2350/sio";
import { tick, Ticks } from "../../simulator/emulator/rp2350/ticks";
import { Timer } from "../../simulator/emulator/rp2350/timer";
import { Watchdog } from "../../simulator/emulator/rp2350/watchdog";
import { SerialFlash } from "../../simulator/emulator/serial-flash";
import { writeAliased, type Block } from "../../simulator/emulator/block";
import { uniqueId } from "./machine";

const write = (block: Block, offset: number, value: number) => block.write(offset, value, value);

/** A clock that stands at 1 GHz: cycles are nanoseconds. */
function clockAt1GHz() {
  const clock = new MachineClock(1e9);
  return {
    clock,
    pass: (nanos: number) => {
      for (const end = clock.cycles + nanos; ;) {
        clock.cycles = Math.min(end, clock.cyclesAt(clock.nextAlarm));
        clock.fire();
        if (clock.cycles >= end) return;
      }
    },
  };
}

/** clk_ref of 12 MHz and a tick of 1 us, as the SDK sets them up. */
function microseconds() {
  const { clock, pass } = clockAt1GHz();
  const ticks = new Ticks(clock, () => 12e6);
  const start = (index: number) => {
    write(ticks, 12 * index + 4, 12);
    write(ticks, 12 * index, 1);
  };
  return { clock, pass, ticks, start };
}

describe("clocks", () => {
  test("follow the PLL: 307.2 MHz from a VCO of 1536 MHz (8.6)", () => {
    const clocks = new Clocks(() => undefined);
    write(clocks, 0x30, 2); // CLK_REF: XOSC
    expect(clocks.sys).toBe(12e6);
    write(clocks.pllSys, 0x00, 1);
    write(clocks.pllSys, 0x08, 128);
    writeAliased(clocks.pllSys, 0x3004, 0x21); // PWR: PD and VCOPD cleared
    expect(clocks.pllSys.read(0) >>> 31).toBe(1); // LOCK
    write(clocks.pllSys, 0x0c, (5 << 16) | (1 << 12));
    expect(clocks.pllSys.frequency).toBe(0); // post dividers have no power yet
    writeAliased(clocks.pllSys, 0x3004, 0x08);
    write(clocks, 0x3c, 1); // CLK_SYS: auxiliary source, PLL_SYS
    expect([clocks.ref, clocks.sys, clocks.peri]).toEqual([12e6, 307.2e6, 307.2e6]);
    expect([clocks.read(0x38), clocks.read(0x44), clocks.read(0x50)]).toEqual([4, 2, 1]); // SELECTED
  });
});

describe("a timer", () => {
  test("stands still until its tick runs (8.5, 12.8)", () => {
    const { clock, pass, ticks, start } = microseconds();
    const timer = new Timer(clock, ticks.counter(tick.timer0), () => undefined);
    pass(5000);
    expect(timer.read(0x28)).toBe(0);
    expect(ticks.read(12 * tick.timer0)).toBe(0);
    start(tick.timer0);
    pass(5000);
    expect(timer.read(0x28)).toBe(5);
    expect(ticks.read(12 * tick.timer0)).toBe(3); // ENABLE and RUNNING
  });

  test("interrupts when an alarm is reached, at 0x3c to 0x48 (12.8.5)", () => {
    const { clock, pass, ticks, start } = microseconds();
    const lines: [number, boolean][] = [];
    const timer = new Timer(clock, ticks.counter(tick.timer1), (alarm, high) => high && lines.push([alarm, high]));
    start(tick.timer1);
    write(timer, 0x40, 1 << 2); // INTE
    write(timer, 0x18, 10); // ALARM2
    expect(timer.read(0x20)).toBe(1 << 2);
    pass(9000);
    expect(lines).toEqual([]);
    pass(2000);
    expect(lines).toEqual([[2, true]]);
    expect([timer.read(0x20), timer.read(0x3c), timer.read(0x48)]).toEqual([0, 4, 4]);
    write(timer, 0x3c, 4);
    expect(timer.read(0x48)).toBe(0);
  });
});

describe("the watchdog", () => {
  test("resets the chip when its ticks are over, one a microsecond, and says why (12.9)", () => {
    const { clock, pass, ticks, start } = microseconds();
    let resets = 0;
    const watchdog = new Watchdog(clock, ticks.counter(tick.watchdog), () => resets++);
    start(tick.watchdog);
    write(watchdog, 0x04, 1000);
    write(watchdog, 0x00, 1 << 30);
    pass(900_000);
    write(watchdog, 0x04, 1000);
    pass(900_000);
    expect([resets, watchdog.read(0x00) & 0xffffff]).toEqual([0, 100]);
    pass(200_000);
    expect([resets, watchdog.reason]).toEqual([1, 1]);
  });

  test("resets at once when it is told to, and its scratch words outlive that", () => {
    const { clock, ticks } = microseconds();
    let resets = 0;
    const watchdog = new Watchdog(clock, ticks.counter(tick.watchdog), () => resets++);
    write(watchdog, 0x1c, 0x6ab73121); // SCRATCH4
    writeAliased(watchdog, 0x2000, 1 << 31); // CTRL.TRIGGER by the set alias
    const next = new Watchdog(clock, ticks.counter(tick.watchdog), () => undefined);
    next.survive(watchdog);
    expect([resets, next.reason, next.read(0x1c)]).toEqual([1, 2, 0x6ab73121]);
  });
});

describe("POWMAN", () => {
  test("takes a voltage with its password only (6.4)", () => {
    const powman = new Powman();
    expect((powman.read(0x0c) >> 4) & 31).toBe(0x0b); // 1.10 V
    write(powman, 0x0c, 0xc0);
    expect([powman.read(0x0c), powman.read(0x00)]).toEqual([0xb0, 1]);
    write(powman, 0x0c, (0x5afe << 16) | 0xc0);
    expect(powman.read(0x0c)).toBe(0xc0);
  });
});

describe("QMI", () => {
  test("sends commands to the flash in direct mode (12.14.2)", () => {
    const qmi = new Qmi(new SerialFlash(new NorFlash(new Uint8Array(4096), uniqueId)), () => undefined);
    writeAliased(qmi, 0x2000, 4); // ASSERT_CS0N
    writeAliased(qmi, 0x2000, 1); // EN
    for (const byte of [0x4b, 0, 0, 0, 0, 0, 0, 0]) write(qmi, 4, byte);
    const answer = Array.from({ length: 8 }, () => qmi.read(8));
    expect(answer.slice(5)).toEqual([...uniqueId.subarray(0, 3)]);
    expect(qmi.read(0) & (1 << 16)).toBe(1 << 16); // RXEMPTY
  });

  test("gives the flash its clock when reads have a format", () => {
    const dividers: number[] = [];
    const qmi = new Qmi(new SerialFlash(new NorFlash(new Uint8Array(4096), uniqueId)), (divider) =>
      dividers.push(divider),
    );
    write(qmi, 0x0c, 0x40000204); // M0_TIMING: CLKDIV 4
    write(qmi, 0x10, 0x000492a8); // M0_RFMT
    expect(dividers).toEqual([4]);
  });
});

describe("SIO", () => {
  function sio() {
    const lines: string[] = [];
    const block = new Sio({
      pins: () => 0x80,
      pinsChanged: () => undefined,
      fifoInterrupt: (core, high) => lines.push(`fifo ${core} ${high}`),
      doorbellInterrupt: (core, high) => lines.push(`bell ${core} ${high}`),
      unknown: (offset) => lines.push(`unknown ${offset}`),
    });
    return { block, lines };
  }

  test("has the pins' SET, CLR and XOR 8 bytes apart (3.1.11)", () => {
    const { block } = sio();
    block.write(0, 0x10, 0xf0); // GPIO_OUT
    block.write(0, 0x18, 0x0f); // SET
    block.write(0, 0x20, 0x81); // CLR
    block.write(0, 0x28, 0x03); // XOR
    block.write(0, 0x38, 0x10); // GPIO_OE_SET
    block.write(0, 0x1c, 0xffff); // GPIO_HI_OUT_SET
    expect([block.levels, block.enables, block.read(0, 0x10), block.read(0, 0x30)]).toEqual([0x7d, 0x10, 0x7d, 0x10]);
  });

  test("does the same by coprocessor 0 (3.6.1)", () => {
    const { block } = sio();
    block.coprocessorWrite(2, 0, 0x0f, undefined); // mcr p0, #2, Rt, c0, c0: OUT, set
    block.coprocessorWrite(7, 0, 3, undefined); // clears pin 3
    block.coprocessorWrite(4, 0, 5, 1); // mcrr p0, #4: puts pin 5
    block.coprocessorWrite(4, 4, 6, 1); // its output enable
    block.coprocessorWrite(5, 0, 0, 0); // mcrr p0, #5: toggles pin 0 if bit 0 is set
    expect([block.levels, block.enables]).toEqual([0x27, 0x40]);
    expect([block.coprocessorRead(0), block.coprocessorRead(4), block.coprocessorRead(8)]).toEqual([0x27, 0x40, 0x80]);
  });

  test("has FIFOs of four words and doorbells (3.1.5, 3.1.6)", () => {
    const { block, lines } = sio();
    for (let word = 1; word <= 5; word++) block.write(0, 0x54, word);
    expect(block.read(0, 0x50)).toBe(4); // full, and one word lost
    expect([block.read(1, 0x58), block.read(1, 0x50) & 1]).toEqual([1, 1]);
    block.write(0, 0x180, 5); // DOORBELL_OUT_SET
    expect(block.read(1, 0x188)).toBe(5);
    block.write(1, 0x18c, 5); // DOORBELL_IN_CLR
    expect(lines).toContain("fifo 1 true");
    expect(lines.slice(-2)).toEqual(["bell 1 true", "bell 1 false"]);
  });
});

describe("a pad", () => {
  function bank() {
    const source = { levels: 0, enables: 1 << 7 };
    const pins = new Pins(30, new Map([[5, source]]));
    const isolated: number[] = [];
    pins.onIsolated = (bits) => isolated.push(bits);
    const update = () => pins.update(0);
    const io = new IoBank(rp2350Io, pins, update, () => undefined);
    const pads = new Pads(rp2350Io, pins, update);
    const drive = (levels: number) => {
      source.levels = levels;
      pins.update(0);
    };
    return { pins, io, pads, isolated, drive };
  }

  test("is isolated after a reset, and drives only when it is no longer (9.7)", () => {
    const { pins, io, pads, isolated, drive } = bank();
    expect(pads.read(4 + 4 * 7)).toBe(0x116);
    write(io, 8 * 7 + 4, 5); // SIO
    drive(1 << 7);
    expect([pins.levels, pins.driven, isolated]).toEqual([0, 0, [1 << 7]]);
    write(pads, 4 + 4 * 7, 0x056);
    expect([pins.levels, pins.driven]).toEqual([1 << 7, 1 << 7]);
  });

  test("may be isolated while its function is chosen, as the SDK does it", () => {
    const { io, pads, isolated, drive } = bank();
    drive(1 << 7);
    write(io, 8 * 7 + 4, 5);
    write(pads, 4 + 4 * 7, 0x056);
    drive(0);
    expect(isolated).toEqual([]);
  });

  test("is read only when its input is on", () => {
    const { pins, pads } = bank();
    pins.drive(3, 1);
    pins.update(0);
    expect([pins.levels, pins.inputs]).toEqual([8, 0]);
    write(pads, 4 + 4 * 3, 0x056);
    expect(pins.inputs).toBe(8);
  });

  test("interrupts by registers at 0x230 and on (9.11.1)", () => {
    const lines: boolean[] = [];
    const pins = new Pins(30, new Map());
    const io = new IoBank(
      rp2350Io,
      pins,
      () => undefined,
      (core, high) => core === 1 && lines.push(high),
    );
    write(io, 0x290 + 4, 8 << 4); // PROC1_INTE1: GPIO 9, rising edge
    pins.drive(9, 1);
    pins.update(0);
    expect([lines.at(-1), io.read(0x2c4), io.read(0x234)]).toEqual([true, 8 << 4, 0x111111a1]);
  });
});

describe("DMA", () => {
  function dma() {
    const memory = new DataView(new ArrayBuffer(4096));
    const lines = [false, false, false, false];
    const block: Dma = new Dma(rp2350Dma, {
      read: (address) => memory.getInt32(address, true),
      write: (address, _, value) =>
        address >= 0x800 ? write(block, address - 0x800, value) : memory.setInt32(address, value, true),
      requested: () => true,
      interrupt: (line, high) => (lines[line] = high),
    });
    return { block, memory, lines };
  }
  /** Unpaced, chained to itself, words, both addresses count up (12.6.10). */
  const ctrl = (0x3f << 17) | (15 << 13) | (1 << 6) | (1 << 4) | (2 << 2) | 1;

  test("has 16 channels and four interrupts (12.6.10)", () => {
    const { block, memory, lines } = dma();
    expect(block.read(0x468)).toBe(16);
    memory.setInt32(0, 1234, true);
    write(block, 0x434, 1 << 15); // INTE3
    for (const [register, value] of [0, 0x100, 1, ctrl].entries()) write(block, 0x3c0 + 4 * register, value);
    block.advance(1);
    expect([memory.getInt32(0x100, true), ...lines]).toEqual([1234, false, false, false, true]);
    expect(block.read(0x43c)).toBe(1 << 15); // INTS3
  });

  test("goes on for ever, or triggers itself, by the mode of its count (12.6.2.2.1)", () => {
    const { block, memory } = dma();
    const counts = (mode: number) => {
      for (const [register, value] of [0, 0x100, (mode << 28) | 2, ctrl].entries())
        write(block, 0x3c0 + 4 * register, value);
      block.advance(8);
      const moved = (block.read(0x3c4) - 0x100) / 4;
      write(block, 0x464, 1 << 15); // CHAN_ABORT
      write(block, 0x400, 1 << 15);
      return moved;
    };
    expect([counts(0), counts(1), counts(15)]).toEqual([2, 8, 8]);
    expect(memory.byteLength).toBe(4096);
  });
});

describe("the boot ROM's search", () => {
  /** Words of a block: items, the last item, the way to the next block (5.1.5, 5.9). */
  const block = (items: number[], next: number) => [
    0xffffded3,
    ...items,
    0x000000ff | (items.length << 8),
    next,
    0xab123579,
  ];
  const flash = (at: Record<number, number[]>) => {
    const view = new DataView(new ArrayBuffer(8192));
    for (const [offset, words] of Object.entries(at))
      words.forEach((word, index) => view.setUint32(Number(offset) + 4 * index, word, true));
    return new Uint8Array(view.buffer);
  };

  test("finds an IMAGE_DEF for Arm, whose vectors are at the beginning", () => {
    expect(findImage(flash({ 0x138: block([0x10210142], 0) }))).toEqual({ vectors: 0x10000000 });
  });

  test("follows the loop, and takes vectors and entry from their items", () => {
    const items = [0x10210142, 0x00000203, 0x10000800, 0x00000344, 0x10000901, 0x20001000];
    expect(findImage(flash({ 0x138: block([0x000001fe], 0xec8), 0x1000: block(items, -0xec8) }))).toEqual({
      vectors: 0x10000800,
      entry: 0x10000901,
      sp: 0x20001000,
    });
  });

  test("says what is missing", () => {
    expect(findImage(flash({}))).toBe("There is no IMAGE_DEF in the first 4096 bytes of flash.");
    expect(findImage(flash({ 0x100: block([0x11210142], 0) }))).toMatch("has no IMAGE_DEF of an Arm executable"); // RISC-V
    expect(findImage(flash({ 0x100: block([0x10210142], 0x20) }))).toBe("The block at 0x120 of flash is broken.");
  });
});
