/** What only an RP2040 has: its second stage, its boot ROM's functions, SSI, divider. */
import { describe, expect, test } from "vitest";

import { inRam, programStart, ramBase, run, uniqueId, word } from "./machine";
import { callRom, rp2040With } from "./rp2040";
import { adds, b, ldr, movs, Program, stay, str } from "./thumb";

const sio = 0xd0000000;
const result = ramBase + 0x1000;

const program = () => new Program(programStart);

describe("the RP2040's boot ROM", () => {
  test("goes to the bootloader when the second stage's checksum is wrong", () => {
    const chip = rp2040With(program().add(stay));
    chip.nor.bytes[10] = (chip.nor.bytes[10] ?? 0) ^ 1;
    run(chip, 1);
    expect(chip.bootloaderRequested).toBe(true);
  });

  test("copies, sets and counts", () => {
    const p = program()
      .store(result, 0x01020304)
      .store(result + 4, 0x05060708);
    callRom(p, "MC", result + 0x100, result, 8);
    callRom(p, "MS", result + 0x200, 0xab, 5);
    callRom(p, "P3", 0xf0f00001)
      .load(1, result + 0x300)
      .add(str(0, 1));
    callRom(p, "L3", 0x00010000)
      .load(1, result + 0x300)
      .add(str(0, 1, 4));
    const chip = run(rp2040With(p.add(stay)), 2);
    expect([word(chip, result + 0x100), word(chip, result + 0x104)]).toEqual([0x01020304, 0x05060708]);
    expect([word(chip, result + 0x200), word(chip, result + 0x204)]).toEqual([0xabababab, 0xab]);
    expect([word(chip, result + 0x300), word(chip, result + 0x304)]).toEqual([9, 15]);
  });

  test("hands the chip over to its bootloader", () => {
    const chip = run(rp2040With(callRom(program(), "UB", 0, 0).add(stay)), 1);
    expect(chip.bootloaderRequested).toBe(true);
  });
});

describe("the RP2040", () => {
  test("tells its unique id over the serial interface, selected by IO_QSPI (W25Q16JV 8.2.29)", () => {
    const ssi = 0x18000000;
    const inner = callRom(new Program(ramBase + 0x100), "EX").store(0x4001800c, 0x200); // chip select low
    inner.load(4, ssi + 0x60);
    for (const byte of [0x4b, 0, 0, 0, 0, 0, 0, 0]) inner.add(movs(0, byte), str(0, 4));
    for (let i = 0; i < 8; i++) inner.add(ldr(0, 4));
    inner.load(1, result).add(str(0, 1), stay);
    const chip = run(rp2040With(inRam(inner)), 5);
    expect(word(chip, result)).toBe(uniqueId[2]);
  });

  test("costs a miss for each line of 8 bytes, and nothing when it is in the cache", () => {
    const loop = (modelled: boolean) => {
      const p = program();
      for (let i = 0; i < 398; i++) p.add(adds(0, 1));
      const chip = rp2040With(p.add(b(-398)));
      chip.xip.modelled = modelled;
      run(chip, 3);
      const { instructions, cycles } = chip.cores[0];
      run(chip, 1);
      return { cycles: chip.cores[0].cycles - cycles, instructions: chip.cores[0].instructions - instructions };
    };
    const warm = loop(true);
    expect(warm.cycles / warm.instructions).toBeCloseTo(400 / 399, 2);
    const p = program();
    for (let i = 0; i < 4000; i++) p.add(adds(0, 1));
    const chip = rp2040With(p.add(stay));
    run(chip, 0.5);
    const { instructions, cycles } = chip.cores[0];
    run(chip, 1);
    // Four instructions a line: their own cycles and a miss of 28 flash clocks, at half the system clock, and 4
    expect((chip.cores[0].cycles - cycles) / (chip.cores[0].instructions - instructions)).toBeCloseTo((4 + 60) / 4, 0);
  });

  test("traps an unaligned read", () => {
    const p = program()
      .load(0, ramBase + 2)
      .add(ldr(0, 0));
    const chip = run(rp2040With(p.add(stay), { 3: programStart + 0x800 }), 1);
    expect(chip.traps.messages[0]).toMatch(/^core 0, pc 0x100002\w\w: unaligned read of 4 bytes at 0x20000002$/);
  });

  test("claims a spinlock once and divides as the datasheet says (2.3.1.3, 2.3.1.5)", () => {
    const p = program()
      .load(4, sio + 0x100)
      .add(ldr(0, 4), ldr(1, 4))
      .load(5, result)
      .add(str(0, 5), str(1, 5, 4));
    const divide = (at: number, base: number, dividend: number, divisor: number) =>
      p
        .store(sio + base, dividend)
        .store(sio + base + 4, divisor)
        .load(4, sio + 0x70)
        .add(ldr(0, 4), ldr(1, 4, 4))
        .load(5, result + at)
        .add(str(0, 5), str(1, 5, 4));
    divide(8, 0x60, 1000, 7);
    divide(16, 0x68, -1000, 7);
    divide(24, 0x60, 5, 0);
    divide(32, 0x68, -5, 0);
    const chip = run(rp2040With(p.add(stay)), 3);
    const words = Array.from({ length: 10 }, (_, i) => word(chip, result + 4 * i) | 0);
    expect(words).toEqual([1, 0, 142, 6, -142, -6, -1, 5, 1, -5]);
  });
});
