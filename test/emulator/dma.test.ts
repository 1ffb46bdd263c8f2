import { describe, expect, test } from "vitest";

import { Dma, rp2040Dma } from "../../simulator/emulator/dma";

/** Registers (RP2040 datasheet 2.5.7) and bits of CTRL. */
const channel = (n: number) => 0x40 * n;
const register = { read: 0, write: 4, count: 8, ctrlTrig: 12, al1Ctrl: 0x10, al1CountTrig: 0x1c, al3ReadTrig: 0x3c };
const block = { intr: 0x400, inte0: 0x404, ints0: 0x40c, inte1: 0x414, timer0: 0x420, multi: 0x430, abort: 0x444 };
const bit = {
  enable: 1,
  word: 2 << 2,
  half: 1 << 2,
  incrRead: 1 << 4,
  incrWrite: 1 << 5,
  ringWrite: 1 << 10,
  quiet: 1 << 21,
  bswap: 1 << 22,
  busy: 1 << 24,
};
const chainTo = (n: number) => n << 11;
const treq = (n: number) => n << 15;
const ring = (bits: number) => bits << 6;
const unpaced = treq(0x3f);

/** A controller over 64 KB of memory, with one peripheral whose FIFO has `room`. */
function controller() {
  const memory = new DataView(new ArrayBuffer(65536));
  const sent: number[] = [];
  const peripheral = { room: 0, treq: 7 };
  const lines = [false, false];
  const fifo = 0x8000_0000;
  const dma: Dma = new Dma(rp2040Dma, {
    read: (address, bytes) => (bytes === 4 ? memory.getUint32(address, true) : memory.getUint16(address, true)),
    write: (address, bytes, value) => {
      if (address === fifo) {
        sent.push(value >>> 0);
        peripheral.room--;
      } else if (address >= 0x5000_0000) dma.write(address & 0xfff, value, value);
      else if (bytes === 4) memory.setUint32(address, value, true);
      else memory.setUint16(address, value, true);
    },
    requested: (number) => number === peripheral.treq && peripheral.room > 0,
    interrupt: (line, high) => (lines[line] = high),
  });
  const set = (offset: number, value: number) => dma.write(offset, value | 0, value | 0);
  return { dma, memory, sent, peripheral, lines, fifo, set };
}

describe("DMA", () => {
  test("copies one word a cycle without pacing, and interrupts when it is done", () => {
    const { dma, memory, lines, set } = controller();
    for (let i = 0; i < 8; i++) memory.setUint32(4 * i, 100 + i, true);
    set(block.inte0, 4);
    set(channel(2) + register.read, 0);
    set(channel(2) + register.write, 0x100);
    set(channel(2) + register.count, 8);
    set(channel(2) + register.ctrlTrig, bit.enable | bit.word | bit.incrRead | bit.incrWrite | unpaced | chainTo(2));
    dma.advance(5);
    expect(dma.read(channel(2) + register.count)).toBe(3);
    expect(dma.read(channel(2) + register.ctrlTrig) & bit.busy).toBe(bit.busy);
    expect(lines).toEqual([false, false]);
    dma.advance(5);
    expect(Array.from({ length: 9 }, (_, i) => memory.getUint32(0x100 + 4 * i, true))).toEqual([
      100, 101, 102, 103, 104, 105, 106, 107, 0,
    ]);
    expect(lines).toEqual([true, false]);
    set(block.ints0, 4);
    expect(lines[0]).toBe(false);
  });

  test("moves words only as long as a peripheral asks for them", () => {
    const { dma, memory, sent, peripheral, fifo, set } = controller();
    for (let i = 0; i < 8; i++) memory.setUint32(4 * i, i, true);
    peripheral.room = 2;
    set(channel(0) + register.write, fifo);
    set(channel(0) + register.count, 8);
    set(channel(0) + register.ctrlTrig, bit.enable | bit.word | bit.incrRead | treq(7));
    expect(sent).toEqual([0, 1]);
    dma.advance(1000);
    expect(sent).toHaveLength(2);
    peripheral.room = 3;
    dma.serve(6);
    expect(sent).toHaveLength(2);
    dma.serve(7);
    expect(sent).toEqual([0, 1, 2, 3, 4]);
  });

  test("wraps addresses in a ring and restarts by a chained channel that writes its count", () => {
    const { dma, memory, sent, peripheral, fifo, set } = controller();
    for (let i = 0; i < 4; i++) memory.setUint32(0x400 + 4 * i, 10 + i, true);
    memory.setUint32(0x800, 4, true); // what the second channel writes
    set(channel(1) + register.read, 0x800);
    set(channel(1) + register.write, 0x5000_0000 + channel(0) + register.al1CountTrig);
    set(channel(1) + register.count, 1);
    set(channel(1) + register.al1Ctrl, bit.enable | bit.word | unpaced | chainTo(1) | bit.quiet);
    set(channel(0) + register.read, 0x400);
    set(channel(0) + register.write, fifo);
    set(channel(0) + register.count, 4);
    peripheral.room = 100;
    set(
      channel(0) + register.ctrlTrig,
      bit.enable | bit.word | bit.incrRead | ring(4) | treq(7) | chainTo(1) | bit.quiet,
    );
    for (let i = 0; i < 2; i++) dma.advance(1);
    expect(sent.slice(0, 12)).toEqual([10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12, 13]);
    expect(dma.read(block.intr)).toBe(0);
    peripheral.room = 0;
  });

  test("swaps bytes, of half-words too", () => {
    const { dma, memory, set } = controller();
    memory.setUint32(0, 0x11223344, true);
    set(channel(0) + register.write, 0x10);
    set(channel(0) + register.count, 1);
    set(channel(0) + register.ctrlTrig, bit.enable | bit.word | bit.bswap | unpaced);
    set(channel(1) + register.write, 0x20);
    set(channel(1) + register.count, 1);
    set(channel(1) + register.ctrlTrig, bit.enable | bit.half | bit.bswap | unpaced | chainTo(1));
    dma.advance(2);
    expect(memory.getUint32(0x10, true)).toBe(0x44332211);
    expect(memory.getUint16(0x20, true)).toBe(0x4433);
  });

  test("is paced by a timer: X transfers in Y cycles", () => {
    const { dma, set } = controller();
    set(block.timer0, (3 << 16) | 100);
    set(channel(0) + register.count, 1000);
    set(channel(0) + register.write, 0x100);
    set(channel(0) + register.ctrlTrig, bit.enable | bit.word | treq(0x3b));
    for (let i = 0; i < 10; i++) dma.advance(100);
    expect(dma.read(channel(0) + register.count)).toBe(970);
  });

  test("ends a chain of control blocks at a null trigger (2.5.2.3)", () => {
    const { dma, lines, set } = controller();
    set(block.inte1, 1);
    set(channel(0) + register.al1Ctrl, bit.enable | bit.word | bit.quiet | unpaced);
    set(channel(0) + register.al3ReadTrig, 0);
    expect(dma.read(channel(0) + register.ctrlTrig) & bit.busy).toBe(0);
    expect(lines).toEqual([false, true]);
  });

  test("starts several channels at once and aborts them", () => {
    const { dma, set } = controller();
    for (const n of [3, 5]) {
      set(channel(n) + register.count, 10);
      set(channel(n) + register.al1Ctrl, bit.enable | bit.word | treq(7) | chainTo(n));
    }
    set(block.multi, (1 << 3) | (1 << 5));
    expect([3, 5].map((n) => dma.read(channel(n) + register.ctrlTrig) & bit.busy)).toEqual([bit.busy, bit.busy]);
    set(block.abort, 1 << 3);
    expect([3, 5].map((n) => dma.read(channel(n) + register.ctrlTrig) & bit.busy)).toEqual([0, bit.busy]);
  });
});
