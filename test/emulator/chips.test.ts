/** Small programs on either whole chip: boot, both cores, flash, clocks, traps. */
import { describe, expect, test } from "vitest";

import { PowerCut } from "../../simulator/emulator/nor-flash";
import { chipNames, chips } from "./chips";
import { copied, flashBase, inRam, programStart, ramBase, run, word } from "./machine";
import { b, bxLr, cpsid, ldr, nop, Program, sev, stay, str, wfe, wfi } from "./thumb";

const sio = 0xd0000000;
const fifo = { status: sio + 0x50, write: sio + 0x54, read: sio + 0x58 };
const result = ramBase + 0x1000;

const program = () => new Program(programStart);

describe.each(chipNames)("an %s", (name) => {
  const { with: chipWith, callRom, vectors, stackTop, at } = chips[name];

  describe("its boot ROM", () => {
    test("starts the image with the stack of its vectors", () => {
      const chip = run(chipWith(program().store(result, 0x1234).add(stay)), 1);
      expect(word(chip, result)).toBe(0x1234);
      expect(chip.cores[0].registers[13]).toBe(stackTop);
      expect(chip.traps.messages).toEqual([]);
    });

    test("launches core 1 with six words over the FIFO (RP2040 2.8.2, RP2350 5.3)", () => {
      const child = new Program(ramBase + 0x2000).store(result, 0xc0de).load(0, sio).add(ldr(2, 0)).load(0, result);
      const p = copied(program(), ramBase + 0x2000, child.add(str(2, 0, 4), stay));
      p.load(0, fifo.status).load(4, fifo.read).add(ldr(1, 4)); // drain what core 1 has said at its start
      for (const value of [0, 0, 1, ramBase + 0x3000, ramBase + 0x4000, ramBase + 0x2001]) {
        p.store(fifo.write, value).add(sev);
        p.load(4, fifo.status).add(ldr(0, 4), 0x07c0, 0xd0fc); // until the echo is there: lsls r0, #31; beq
        p.load(4, fifo.read).add(ldr(0, 4));
      }
      const chip = run(chipWith(p.add(stay)), 2);
      expect([word(chip, result), word(chip, result + 4)]).toEqual([0xc0de, 1]); // CPUID
      expect(chip.cores[1].vtor).toBe(ramBase + 0x3000);
      expect(chip.traps.messages).toEqual([]);
    });

    test("starts where the watchdog's scratch registers say (RP2040 2.8.1.1, RP2350 5.2.4)", () => {
      const entry = ramBase + 0x201;
      const asked = program();
      [0xb007c0d3, (entry ^ -0xb007c0d3) >>> 0, ramBase + 0x800, entry].forEach((value, index) =>
        asked.store(at.watchdog + 0x0c + 4 * (4 + index), value),
      );
      const before = run(chipWith(asked.add(stay)), 1);
      before.ram.set(new Program(ramBase + 0x200).store(result, 0x77).add(stay).bytes, 0x200);
      const chip = chipWith(program().add(stay));
      chip.survive(before);
      chip.start();
      run(chip, 1);
      expect(word(chip, result)).toBe(0x77);
      expect(chip.cores[0].registers[13]).toBe(ramBase + 0x800);
    });
  });

  describe("its flash", () => {
    /** As the SDK's flash_range_erase and flash_range_program go, but for its second stage. */
    function writesFlash(inner: Program, source: number): Program {
      for (const code of ["IF", "EX"]) callRom(inner, code);
      callRom(inner, "RE", 0x8000, 4096, 65536, 0xd8);
      callRom(inner, "RP", 0x8000, source, 256);
      for (const code of ["FC", "CX"]) callRom(inner, code);
      return inner;
    }

    /** Writes a word, and reads it back. */
    function writer() {
      const inner = writesFlash(new Program(ramBase + 0x100).store(result, 0x11112222), result);
      inner.load(0, result + 0x200).load(1, flashBase + 0x8000);
      const chip = chipWith(inRam(inner.add(ldr(2, 1), str(2, 0), stay)));
      chip.nor.bytes.fill(0, 0x8000, 0x9000);
      return chip;
    }

    test("is erased in 45 ms and programmed in 0.7 ms, by code in RAM", () => {
      const chip = run(writer(), 44);
      expect(chip.cores[0].waiting).toBe(true);
      expect(word(chip, result + 0x200)).toBe(0);
      run(chip, 8);
      expect(word(chip, result + 0x200)).toBe(0x11112222);
      expect(chip.nor.bytes[0x8fff]).toBe(0xff);
      expect(chip.traps.messages).toEqual([]);
    });

    test("keeps half of what was written when the power is cut", () => {
      const chip = writer();
      chip.nor.cutPower(2);
      expect(() => run(chip, 60)).toThrow(PowerCut);
      expect([chip.nor.bytes[0x8000], chip.nor.bytes[0x8080]]).toEqual([0x22, 0xff]);
    });

    test("cannot be read meanwhile: a trap says who tried", () => {
      const inner = callRom(new Program(ramBase + 0x100), "EX")
        .load(1, flashBase + 0x100)
        .add(ldr(2, 1), stay);
      const chip = run(chipWith(inRam(inner)), 5);
      expect(chip.traps.messages[0]).toMatch(
        /^core 0, pc 0x2000\w{4}: flash read at 0x10000100 while flash cannot be read$/,
      );
    });

    test("runs what has been written to it, not what was there before", () => {
      const target = new Program(flashBase + 0x8000).store(result, 1).add(bxLr);
      const changed = new Program(flashBase + 0x8000).store(result, 2).add(bxLr);
      const inner = new Program(ramBase + 0x100).load(3, flashBase + 0x8001).add(0x4798); // blx r3
      writesFlash(inner, ramBase + 0x3000);
      const chip = chipWith(inRam(inner.load(3, flashBase + 0x8001).add(0x4798, stay)));
      chip.nor.bytes.set(target.bytes, 0x8000);
      chip.ram.set(changed.bytes, 0x3000);
      run(chip, 20);
      expect(word(chip, result)).toBe(1);
      run(chip, 40);
      expect(word(chip, result)).toBe(2);
    });

    test("costs a miss for each line of 8 bytes, and nothing when it is in the cache", () => {
      const p = program();
      for (let i = 0; i < 398; i++) p.add(nop);
      const chip = run(chipWith(p.add(b(-398))), 2);
      const { hits, accesses } = chip.xip;
      run(chip, 1);
      expect(chip.xip.accesses - accesses).toBe(chip.xip.hits - hits);
      expect(accesses - hits).toBe(1 + Math.ceil((2 * 399) / 8)); // the vectors, too
    });
  });

  test.each([
    [
      "a read of nothing",
      (p: Program) => p.load(0, 0x60000000).add(ldr(0, 0)),
      "read of 0x60000000, where there is nothing",
    ],
    ["a write to nothing", (p: Program) => p.store(0x30000000, 1), "write to 0x30000000, where there is nothing"],
    ["a write to flash", (p: Program) => p.store(flashBase + 0x1000, 1), "write to read-only memory at 0x10001000"],
    ["an undefined instruction", (p: Program) => p.add(0xde00), "undefined instruction 0xde00"],
  ])("traps %s", (_, faulty, message) => {
    const chip = run(chipWith(faulty(program()).add(stay), { 3: programStart + 0x800 }), 1);
    expect(chip.traps.messages[0]).toMatch(new RegExp(`^core 0, pc 0x100002\\w\\w: ${message}$`));
  });

  const irq = 26;
  const vector = (vectors + 4 * (16 + irq)).toString(16);
  const handler = programStart + 0x100;
  test.each([
    ["is silent", 0x80, []],
    [
      "traps",
      0x40,
      [`read at 0x${vector}`, `fetched at 0x${handler.toString(16)}`].map((what): unknown =>
        expect.stringMatching(new RegExp(`in exception 42: flash ${what} by a handler that must live in RAM$`)),
      ),
    ],
  ])("%s when an interrupt of priority %i touches flash, up to 64 being those that must not", (_, priority, traps) => {
    const p = program().store(0xe000e418, priority << 16); // NVIC_IPR6
    p.store(0xe000e100, 1 << irq)
      .store(0xe000e200, 1 << irq)
      .add(stay);
    while (p.here < handler) p.add(nop);
    const chip = chipWith(p.add(nop, bxLr), { [16 + irq]: handler });
    chip.traps.ramOnlyPriority = 0x40 >> (8 - chip.layout.priorityBits);
    run(chip, 1);
    expect(chip.traps.messages).toEqual(traps);
  });

  test("traps the use of a block that RESETS holds, of which nothing comes, and no longer when it is released", () => {
    const dma = 0x50000000; // CH0_READ_ADDR
    const p = program().store(dma, 0x1234).load(2, dma).add(ldr(3, 2)).load(0, result).add(str(3, 0));
    p.store(at.resets, ~(1 << 2) >>> 0).store(dma, 0x5678);
    p.load(2, dma)
      .add(ldr(3, 2))
      .load(0, result + 4)
      .add(str(3, 0), stay);
    const chip = run(chipWith(p), 1);
    expect([word(chip, result), word(chip, result + 4)]).toEqual([0, 0x5678]);
    expect(chip.traps.messages).toEqual([
      "core 0, pc 0x10000210: DMA is used while RESETS holds it",
      "core 0, pc 0x1000021c: DMA is used while RESETS holds it",
    ]);
  });

  test("lets a core sleep until the other one sends an event", () => {
    const chip = run(chipWith(program().add(cpsid, wfe, wfe).store(result, 7).add(wfi, stay)), 1);
    expect(word(chip, result)).toBe(0);
    chip.cores[0].signalEvent();
    run(chip, 1);
    expect(word(chip, result)).toBe(7);
    expect(chip.cores[0].waiting).toBe(true);
  });

  test("wakes a core for a state machine's interrupt while both sleep", () => {
    const { ringOscillator, irq, pioVersion, address } = chipWith(program().add(stay)).layout;
    const { pio } = address;
    const p = program().add(cpsid).store(at.resets, 0);
    p.store(pio + 0x48, 0xa042)
      .store(pio + 0x4c, 0xa042)
      .store(pio + 0x50, 0xc000); // nop; nop; irq 0
    p.store(pio + 0xc8, (ringOscillator / 1000) << 16); // a cycle a millisecond
    p.store(pio + (pioVersion === 0 ? 0x12c : 0x170), 1 << 8); // IRQ0_INTE: flag 0
    p.store(0xe000e100, 1 << irq.pio);
    p.store(pio, 0x101).add(wfi).store(result, 7).add(wfi, stay); // enabled, its divider restarted
    const chip = run(chipWith(p), 1.9);
    expect([word(chip, result), chip.cores[0].waiting]).toEqual([0, true]);
    run(chip, 1.2);
    expect(word(chip, result)).toBe(7);
  });

  test("follows the PLL: 307.2 MHz from a VCO of 1536 MHz", () => {
    const p = program()
      .store(at.resets, 0)
      .store(at.xosc, 0xfabaa0)
      .store(at.pllSys, 1)
      .store(at.pllSys + 8, 128)
      .store(at.pllSys + 4, 0x4)
      .store(at.pllSys + 12, (5 << 16) | (1 << 12))
      .store(at.clocks + 0x3c, 1); // CLK_SYS: auxiliary source, PLL_SYS
    const chip = run(chipWith(p.add(stay)), 2);
    expect(chip.clock.frequency).toBe(307_200_000);
    const before = chip.cores[0].cycles;
    run(chip, 1);
    expect(chip.cores[0].cycles - before).toBeCloseTo(307_200, -2);
  });

  test.each([
    ["the watchdog is triggered", at.watchdog, 0x80000000],
    ["SYSRESETREQ is set", 0xe000ed0c, 0x05fa0004],
  ])("asks for a reset when %s", (_, address, value) => {
    expect(run(chipWith(program().store(address, value).add(stay)), 1).resetRequested).toBe(true);
  });
});
