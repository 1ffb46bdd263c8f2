/** Small programs on the whole chip: boot, both cores, flash, traps. */
import { describe, expect, test } from "vitest";

import { PowerCut } from "../../simulator/emulator/nor-flash";
import { chipWith, flashBase, programStart, ramBase, run, stackTop, uniqueId, word } from "./machine";
import { adds, b, bxLr, cpsid, ldr, movs, nop, Program, sev, stay, str, wfe, wfi } from "./thumb";

const sio = 0xd0000000;
const fifo = { status: sio + 0x50, write: sio + 0x54, read: sio + 0x58 };
const result = ramBase + 0x1000;

const program = () => new Program(programStart);

describe("the boot ROM", () => {
  test("starts the second stage, which starts the image", () => {
    const chip = run(chipWith(program().store(result, 0x1234).add(stay)), 1);
    expect(word(chip, result)).toBe(0x1234);
    expect(chip.traps.messages).toEqual([]);
  });

  test("goes to the bootloader when the second stage's checksum is wrong", () => {
    const chip = chipWith(program().add(stay));
    chip.nor.bytes[10] = (chip.nor.bytes[10] ?? 0) ^ 1;
    run(chip, 1);
    expect(chip.bootloaderRequested).toBe(true);
  });

  test("launches core 1 with the six words of the datasheet (2.8.2)", () => {
    const p = program();
    const child = new Program(ramBase + 0x2000).store(result, 0xc0de).load(0, sio).add(ldr(2, 0)).load(0, result);
    child.add(str(2, 0, 4), stay);
    for (let i = 0; i < child.bytes.length; i += 4)
      p.store(ramBase + 0x2000 + i, new DataView(Uint8Array.from([...child.bytes, 0, 0]).buffer).getUint32(i, true));
    p.load(0, fifo.status).load(4, fifo.read).add(ldr(1, 4)); // drain what core 1 has said at its start
    for (const value of [0, 0, 1, ramBase + 0x3000, ramBase + 0x4000, ramBase + 0x2001]) {
      p.store(fifo.write, value).add(sev);
      p.load(4, fifo.status).add(ldr(0, 4), 0x07c0, 0xd0fc); // until the echo is there: lsls r0, #31; beq
      p.load(4, fifo.read).add(ldr(0, 4));
    }
    const chip = run(chipWith(p.add(stay)), 2);
    expect(word(chip, result)).toBe(0xc0de);
    expect(word(chip, result + 4)).toBe(1); // CPUID
    expect(chip.cores[1].vtor).toBe(ramBase + 0x3000);
    expect(chip.traps.messages).toEqual([]);
  });

  test("copies, sets and counts", () => {
    const p = program()
      .store(result, 0x01020304)
      .store(result + 4, 0x05060708);
    p.rom("MC", result + 0x100, result, 8)
      .rom("MS", result + 0x200, 0xab, 5)
      .rom("P3", 0xf0f00001);
    p.load(1, result + 0x300)
      .add(str(0, 1))
      .rom("L3", 0x00010000)
      .load(1, result + 0x300)
      .add(str(0, 1, 4));
    const chip = run(chipWith(p.add(stay)), 2);
    expect([word(chip, result + 0x100), word(chip, result + 0x104)]).toEqual([0x01020304, 0x05060708]);
    expect([word(chip, result + 0x200), word(chip, result + 0x204)]).toEqual([0xabababab, 0xab]);
    expect([word(chip, result + 0x300), word(chip, result + 0x304)]).toEqual([9, 15]);
  });

  test("starts where the watchdog's scratch registers say (2.8.1.1)", () => {
    const chip = chipWith(program().add(stay));
    const entry = ramBase + 0x201;
    chip.watchdog.scratchData.set([0xb007c0d3, (entry ^ -0xb007c0d3) >>> 0, ramBase + 0x800, entry], 4);
    chip.ram.set(new Program(ramBase + 0x200).store(result, 0x77).add(stay).bytes, 0x200);
    run(chip, 1);
    expect(word(chip, result)).toBe(0x77);
    expect(chip.cores[0].registers[13]).toBe(ramBase + 0x800);
  });

  test("hands the chip over to its bootloader", () => {
    const chip = run(chipWith(program().rom("UB", 0, 0).add(stay)), 1);
    expect(chip.bootloaderRequested).toBe(true);
  });
});

describe("flash", () => {
  /** Runs in RAM, where a program goes on while flash cannot be read. */
  function writesFlash(finish: (p: Program) => Program = (p) => p.add(stay)) {
    const inner = new Program(ramBase + 0x100).rom("IF").rom("EX").rom("RE", 0x8000, 4096, 65536, 0xd8);
    inner.store(result, 0x11112222).rom("RP", 0x8000, result, 256).rom("FC").rom("CX");
    return copiedToRam(finish(inner));
  }

  function copiedToRam(inner: Program): Program {
    const bytes = Uint8Array.from([...inner.bytes, 0, 0, 0]);
    const p = program();
    const source = flashBase + 0x4000;
    p.rom("MC", ramBase + 0x100, source, bytes.length)
      .load(0, ramBase + 0x101)
      .add(0x4700);
    while (p.here < source) p.add(nop);
    for (let i = 0; i + 1 < bytes.length; i += 2) p.add((bytes[i] as number) | ((bytes[i + 1] as number) << 8));
    return p;
  }

  test("is erased in 45 ms and programmed in 0.7 ms, by code in RAM", () => {
    const chip = chipWith(
      writesFlash((p) =>
        p
          .load(0, result + 0x200)
          .load(1, flashBase + 0x8000)
          .add(ldr(2, 1), str(2, 0), stay),
      ),
    );
    chip.nor.bytes.fill(0, 0x8000, 0x9000);
    run(chip, 44);
    expect(chip.cores[0].waiting).toBe(true);
    expect(word(chip, result + 0x200)).toBe(0);
    run(chip, 8);
    expect(word(chip, result + 0x200)).toBe(0x11112222);
    expect(chip.nor.bytes[0x8fff]).toBe(0xff);
    expect(chip.traps.messages).toEqual([]);
  });

  test("cannot be read meanwhile: a trap says who tried", () => {
    const inner = new Program(ramBase + 0x100)
      .rom("EX")
      .load(1, flashBase + 0x100)
      .add(ldr(2, 1), stay);
    const chip = run(chipWith(copiedToRam(inner)), 5);
    expect(chip.traps.messages[0]).toMatch(
      /^core 0, pc 0x2000\w{4}: flash read at 0x10000100 while flash cannot be read$/,
    );
  });

  test("keeps half of what was written when the power is cut", () => {
    const chip = chipWith(writesFlash());
    chip.nor.cutPower(2);
    expect(() => run(chip, 60)).toThrow(PowerCut);
    expect([chip.nor.bytes[0x8000], chip.nor.bytes[0x8080]]).toEqual([0x22, 0xff]);
  });

  test("tells its unique id over the serial interface, selected by IO_QSPI (W25Q16JV 8.2.29)", () => {
    const ssi = 0x18000000;
    const inner = new Program(ramBase + 0x100).rom("EX").store(0x4001800c, 0x200); // chip select low
    inner.load(4, ssi + 0x60);
    for (const byte of [0x4b, 0, 0, 0, 0, 0, 0, 0]) inner.add(movs(0, byte), str(0, 4));
    for (let i = 0; i < 8; i++) inner.add(ldr(0, 4));
    inner.load(1, result).add(str(0, 1), stay);
    const chip = run(chipWith(copiedToRam(inner)), 5);
    expect(word(chip, result)).toBe(uniqueId[2]);
  });

  test("costs a miss for each line of 8 bytes, and nothing when it is in the cache", () => {
    const loop = (modelled: boolean) => {
      const p = program();
      for (let i = 0; i < 398; i++) p.add(adds(0, 1));
      const chip = chipWith(p.add(b(-398)));
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
    const chip = chipWith(p.add(stay));
    run(chip, 0.5);
    const { instructions, cycles } = chip.cores[0];
    run(chip, 1);
    // Four instructions a line: their own cycles and a miss of 28 flash clocks, at half the system clock, and 4
    expect((chip.cores[0].cycles - cycles) / (chip.cores[0].instructions - instructions)).toBeCloseTo((4 + 60) / 4, 0);
  });
});

describe("the chip", () => {
  test.each([
    [
      "a read of nothing",
      (p: Program) => p.load(0, 0x60000000).add(ldr(0, 0)),
      "read of 0x60000000, where there is nothing",
    ],
    ["a write to nothing", (p: Program) => p.store(0x30000000, 1), "write to 0x30000000, where there is nothing"],
    ["a write to flash", (p: Program) => p.store(flashBase + 0x1000, 1), "write to read-only memory at 0x10001000"],
    [
      "an unaligned read",
      (p: Program) => p.load(0, ramBase + 2).add(ldr(0, 0)),
      "unaligned read of 4 bytes at 0x20000002",
    ],
    ["an undefined instruction", (p: Program) => p.add(0xde00), "undefined instruction 0xde00"],
  ])("traps %s", (_, faulty, message) => {
    const chip = run(chipWith(faulty(program()).add(stay), { 3: programStart + 0x800 }), 1);
    expect(chip.traps.messages[0]).toMatch(new RegExp(`^core 0, pc 0x100002\\w\\w: ${message}$`));
  });

  test.each([
    ["is silent", 2, []],
    [
      "traps",
      1,
      [
        expect.stringMatching(/in exception 42: flash read at 0x100001a8 by a handler that must live in RAM$/),
        expect.stringMatching(/in exception 42: flash fetched at 0x10000300 by a handler that must live in RAM$/),
      ],
    ],
  ])("%s when an interrupt of priority %i touches flash, 0 and 1 being those that must not", (_, priority, traps) => {
    const p = program().store(0xe000e418, priority << 22); // NVIC_IPR6, IRQ 26
    p.store(0xe000e100, 1 << 26)
      .store(0xe000e200, 1 << 26)
      .add(stay);
    while (p.here < programStart + 0x100) p.add(nop);
    const chip = chipWith(p.add(nop, bxLr), { [16 + 26]: programStart + 0x100 });
    chip.traps.ramOnlyPriority = 1;
    run(chip, 1);
    expect(chip.traps.messages).toEqual(traps);
  });

  test("lets a core sleep until the other one sends an event", () => {
    const chip = run(chipWith(program().add(cpsid, wfe, wfe).store(result, 7).add(wfi, stay)), 1);
    expect(word(chip, result)).toBe(0);
    chip.cores[0].signalEvent();
    run(chip, 1);
    expect(word(chip, result)).toBe(7);
    expect(chip.cores[0].waiting).toBe(true);
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
    const chip = run(chipWith(p.add(stay)), 3);
    const words = Array.from({ length: 10 }, (_, i) => word(chip, result + 4 * i) | 0);
    expect(words).toEqual([1, 0, 142, 6, -142, -6, -1, 5, 1, -5]);
  });

  test("follows the PLL: 307.2 MHz from a VCO of 1536 MHz", () => {
    const xosc = 0x40024000;
    const pll = 0x40028000;
    const clocks = 0x40008000;
    const p = program()
      .store(xosc, 0xfabaa0)
      .store(pll, 1)
      .store(pll + 8, 128)
      .store(pll + 12, (5 << 16) | (1 << 12));
    p.store(clocks + 0x3c, 1); // CLK_SYS: auxiliary source, PLL_SYS
    const chip = run(chipWith(p.add(stay)), 2);
    expect(chip.clock.frequency).toBe(307_200_000);
    const before = chip.cores[0].cycles;
    run(chip, 1);
    expect(chip.cores[0].cycles - before).toBeCloseTo(307_200, -1);
  });

  test("asks for a reset when the watchdog is triggered, or SYSRESETREQ is set", () => {
    for (const [address, value] of [
      [0x40058000, 0x80000000],
      [0xe000ed0c, 0x05fa0004],
    ] as const) {
      expect(run(chipWith(program().store(address, value).add(stay)), 1).resetRequested).toBe(true);
    }
  });

  test("starts with core 0 on the stack of the vector table", () => {
    expect(run(chipWith(program().add(stay)), 1).cores[0].registers[13]).toBe(stackTop);
  });
});
