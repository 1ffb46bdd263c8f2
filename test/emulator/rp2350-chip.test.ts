/** Small programs on the whole RP2350: boot, both cores, flash, clocks, traps. */
import { describe, expect, test } from "vitest";

import { PowerCut } from "../../simulator/emulator/nor-flash";
import type { Chip } from "../../simulator/emulator/rp2350/chip";
import { flashBase, ramBase } from "./machine";
import { blx, callRom, programStart, rp2350With, stackTop } from "./machine-rp2350";
import { b, bxLr, cpsid, ldr, nop, Program, sev, stay, str, wfe, wfi } from "./thumb";

const sio = 0xd0000000;
const fifo = { status: sio + 0x50, write: sio + 0x54, read: sio + 0x58 };
const result = ramBase + 0x1000;

const program = () => new Program(programStart);
const run = (chip: Chip, ms: number) => (chip.runUntil(chip.now + ms * 1e6), chip);
const word = (chip: Chip, address: number) => new DataView(chip.ram.buffer).getUint32(address - ramBase, true);

/** A program in flash that copies another one to RAM and goes there. */
function inRam(inner: Program): Program {
  const p = program();
  for (let at = 0; at < inner.bytes.length; at += 4)
    p.store(ramBase + 0x100 + at, new DataView(Uint8Array.from([...inner.bytes, 0, 0]).buffer).getUint32(at, true));
  return p.load(0, ramBase + 0x101).add(0x4700);
}

describe("the RP2350's boot ROM", () => {
  test("starts the image with the stack of its vectors", () => {
    const chip = run(rp2350With(program().store(result, 0x1234).add(stay)), 1);
    expect(word(chip, result)).toBe(0x1234);
    expect(chip.cores[0].registers[13]).toBe(stackTop);
    expect(chip.traps.messages).toEqual([]);
  });

  test("goes to its bootloader when there is no IMAGE_DEF, and says so", () => {
    const chip = rp2350With(program().add(stay), {}, []);
    expect(chip.bootloaderRequested).toBe(true);
    expect(chip.traps.messages).toEqual(["There is no IMAGE_DEF in the first 4096 bytes of flash."]);
  });

  test("launches core 1 with the six words of the datasheet (5.3)", () => {
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
    const chip = run(rp2350With(p.add(stay)), 2);
    expect([word(chip, result), word(chip, result + 4)]).toEqual([0xc0de, 1]); // CPUID
    expect(chip.cores[1].vtor).toBe(ramBase + 0x3000);
    expect(chip.traps.messages).toEqual([]);
  });

  test("tells the chip's number, as pico_unique_id reads it (5.4.8.17)", () => {
    const chip = run(
      rp2350With(
        callRom(program(), "GS", result, 9, 1)
          .load(1, result + 64)
          .add(str(0, 1), stay),
      ),
      1,
    );
    expect(word(chip, result + 64)).toBe(4);
    const words = [0, 4, 8, 12].map((at) => word(chip, result + at));
    expect(words.slice(0, 2)).toEqual([1, 1]); // CHIP_INFO, QFN-60
    expect(words.slice(2)).toEqual([0x130a2c35, 0xe66038b7]);
  });

  test("leaves in the boot RAM what has flash read again, to be copied, as the SDK's flash driver does", () => {
    const copy = ramBase + 0x800;
    const p = new Program(ramBase + 0x100);
    for (let i = 0; i < 16; i += 4)
      p.load(4, 0x400e0000 + i)
        .add(ldr(0, 4))
        .load(4, copy + i)
        .add(str(0, 4));
    callRom(p, "EX")
      .load(0, copy | 1)
      .add(blx(0))
      .load(0, flashBase)
      .add(ldr(0, 0))
      .load(4, result)
      .add(str(0, 4), stay);
    const chip = run(rp2350With(inRam(p)), 2);
    expect(word(chip, result)).toBe(stackTop); // the first word of the image
    expect(chip.traps.messages).toEqual([]);
  });

  test.each([
    ["resets the chip", 0x100, "resetRequested"],
    ["leaves for its bootloader", 0x102, "bootloaderRequested"],
  ] as const)("%s in some milliseconds when reboot() is called", (_, flags, what) => {
    const chip = run(rp2350With(callRom(program(), "RB", flags, 10, 0, 0).add(stay)), 9);
    expect(chip[what]).toBe(false);
    expect(run(chip, 2)[what]).toBe(true);
  });

  test("starts where the watchdog's scratch registers say (5.2.4)", () => {
    const first = rp2350With(program().add(stay));
    const entry = ramBase + 0x201;
    first.watchdog.scratch.set([0xb007c0d3, (entry ^ -0xb007c0d3) >>> 0, ramBase + 0x800, entry], 4);
    first.ram.set(new Program(ramBase + 0x200).store(result, 0x77).add(stay).bytes, 0x200);
    const chip = rp2350With(program().add(stay));
    chip.survive(first);
    chip.start();
    run(chip, 1);
    expect(word(chip, result)).toBe(0x77);
    expect(chip.cores[0].registers[13]).toBe(ramBase + 0x800);
  });
});

describe("the RP2350's flash", () => {
  /** As the SDK's flash_range_erase and flash_range_program go, but for its second stage. */
  function writesFlash(): Chip {
    const inner = new Program(ramBase + 0x100);
    for (const code of ["IF", "EX"]) callRom(inner, code);
    callRom(inner, "RE", 0x8000, 4096, 65536, 0xd8).store(result, 0x11112222);
    callRom(inner, "RP", 0x8000, result, 256);
    for (const code of ["FC", "CX"]) callRom(inner, code);
    inner.load(0, result + 0x200).load(1, flashBase + 0x8000);
    const chip = rp2350With(inRam(inner.add(ldr(2, 1), str(2, 0), stay)));
    chip.nor.bytes.fill(0, 0x8000, 0x9000);
    return chip;
  }

  test("is erased in 45 ms and programmed in 0.7 ms, by code in RAM", () => {
    const chip = writesFlash();
    run(chip, 44);
    expect(chip.cores[0].waiting).toBe(true);
    expect(word(chip, result + 0x200)).toBe(0);
    run(chip, 8);
    expect(word(chip, result + 0x200)).toBe(0x11112222);
    expect(chip.nor.bytes[0x8fff]).toBe(0xff);
    expect(chip.traps.messages).toEqual([]);
  });

  test("keeps half of what was written when the power is cut", () => {
    const chip = writesFlash();
    chip.nor.cutPower(2);
    expect(() => run(chip, 60)).toThrow(PowerCut);
    expect([chip.nor.bytes[0x8000], chip.nor.bytes[0x8080]]).toEqual([0x22, 0xff]);
  });

  test("is written by flash_op() too, by the addresses that it is read at", () => {
    const inner = new Program(ramBase + 0x100).store(result, 0x33334444);
    callRom(inner, "FO", 0x00000, flashBase + 0x8000, 4096, 0); // CFLASH_OP_VALUE_ERASE
    callRom(inner, "FO", 0x10000, flashBase + 0x8000, 256, result); // CFLASH_OP_VALUE_PROGRAM
    callRom(inner, "FO", 0x20000, flashBase + 0x8000, 4, result + 4); // CFLASH_OP_VALUE_READ
    const chip = rp2350With(inRam(inner.add(stay)));
    chip.nor.bytes.fill(0, 0x8000, 0x9000);
    run(chip, 60);
    expect([word(chip, result + 4), chip.nor.bytes[0x8fff]]).toEqual([0x33334444, 0xff]);
    expect(chip.traps.messages).toEqual([]);
  });

  test("cannot be read meanwhile: a trap says who tried", () => {
    const inner = callRom(new Program(ramBase + 0x100), "EX")
      .load(1, flashBase + 0x100)
      .add(ldr(2, 1), stay);
    const chip = run(rp2350With(inRam(inner)), 5);
    expect(chip.traps.messages[0]).toMatch(
      /^core 0, pc 0x2000\w{4}: flash read at 0x10000100 while flash cannot be read$/,
    );
  });
});

describe("the RP2350", () => {
  test.each([
    [
      "a read of nothing",
      (p: Program) => p.load(0, 0x60000000).add(ldr(0, 0)),
      "read of 0x60000000, where there is nothing",
    ],
    ["a write to nothing", (p: Program) => p.store(0x30000000, 1), "write to 0x30000000, where there is nothing"],
    ["a write to flash", (p: Program) => p.store(flashBase + 0x1000, 1), "write to read-only memory at 0x10001000"],
    [
      "a read of the second flash, which a Pico 2 has not",
      (p: Program) => p.load(0, 0x11000000).add(ldr(0, 0)),
      "read of 0x11000000, where there is nothing",
    ],
    [
      "an unaligned read of a device",
      (p: Program) => p.load(0, 0x40010032).add(ldr(0, 0)),
      "unaligned access to 0x40010032",
    ],
    ["a coprocessor that is off", (p: Program) => p.add(0xee00, 0x0010), "coprocessor 0 is not enabled"],
    ["an undefined instruction", (p: Program) => p.add(0xde00), "undefined instruction 0xde00"],
  ])("traps %s", (_, faulty, message) => {
    const chip = run(rp2350With(faulty(program()).add(stay), { 3: programStart + 0x800 }), 1);
    expect(chip.traps.messages[0]).toMatch(new RegExp(`^core 0, pc 0x100002\\w\\w: ${message}$`));
  });

  test("reads RAM and flash at any address", () => {
    const p = program()
      .store(result, 0x11223344)
      .store(result + 4, 0x55667788);
    p.load(0, result + 1)
      .add(ldr(1, 0))
      .load(0, result + 8)
      .add(str(1, 0));
    p.load(0, flashBase + 2)
      .add(ldr(1, 0))
      .load(0, result + 12)
      .add(str(1, 0), stay);
    const chip = run(rp2350With(p), 1);
    expect(word(chip, result + 8)).toBe(0x88112233);
    expect(word(chip, result + 12)).toBe((((programStart | 1) & 0xffff) * 0x10000 + (stackTop >>> 16)) >>> 0);
    expect(chip.traps.messages).toEqual([]);
  });

  test("traps a pad that is driven while it is isolated", () => {
    const p = program().store(0x40028000 + 8 * 25 + 4, 5); // GPIO25_CTRL: SIO
    p.store(sio + 0x38, 1 << 25).store(sio + 0x18, 1 << 25);
    const chip = run(rp2350With(p.add(stay)), 1);
    expect(chip.traps.messages[0]).toMatch(/^GPIO 25 is driven, but its pad is isolated/);
    expect(chip.pins.levels).toBe(0);
  });

  test("traps the use of a block that it has no model of", () => {
    const chip = run(rp2350With(program().store(0x400f8000, 1).add(stay)), 1);
    expect(chip.traps.messages).toEqual(["SHA-256 is used, which is not emulated"]);
  });

  test.each([
    ["is silent", 0x80, []],
    ["traps", 0x40, [expect.stringMatching(/in exception 62: flash \w+ at .* by a handler that must live in RAM$/)]],
  ])(
    "%s when an interrupt of priority 0x%s touches flash, up to 0x40 being those that must not",
    (_, priority, traps) => {
      const p = program().store(0xe000e42c, priority << 16); // NVIC_IPR11: IRQ 46, a spare one
      p.store(0xe000e104, 1 << 14)
        .store(0xe000e204, 1 << 14)
        .add(stay);
      while (p.here < programStart + 0x100) p.add(nop);
      const chip = rp2350With(p.add(nop, bxLr), { [16 + 46]: programStart + 0x100 });
      chip.traps.ramOnlyPriority = 4;
      run(chip, 1);
      expect(chip.traps.messages.slice(0, 1)).toEqual(traps);
    },
  );

  test("lets a core sleep until the other one sends an event", () => {
    const chip = run(rp2350With(program().add(cpsid, wfe, wfe).store(result, 7).add(wfi, stay)), 1);
    expect(word(chip, result)).toBe(0);
    chip.cores[0].signalEvent();
    run(chip, 1);
    expect(word(chip, result)).toBe(7);
    expect(chip.cores[0].waiting).toBe(true);
  });

  test("wakes a core for a state machine's interrupt while both sleep", () => {
    const pio = 0x50200000;
    const p = program().add(cpsid);
    p.store(pio + 0x48, 0xa042)
      .store(pio + 0x4c, 0xa042)
      .store(pio + 0x50, 0xc000); // nop; nop; irq 0
    p.store(pio + 0xc8, 11_000 << 16); // a cycle a millisecond, from the ring oscillator
    p.store(pio + 0x170, 1 << 8).store(0xe000e100, 1 << 15); // IRQ0_INTE: flag 0; NVIC: PIO0_IRQ_0
    p.store(pio, 0x101).add(wfi).store(result, 7).add(wfi, stay); // enabled, its divider restarted
    const chip = run(rp2350With(p), 1.9);
    expect([word(chip, result), chip.cores[0].waiting]).toEqual([0, true]);
    run(chip, 1.2);
    expect(word(chip, result)).toBe(7);
  });

  test("runs what has been written to flash, not what was there before", () => {
    const target = new Program(flashBase + 0x8000).store(result, 1).add(bxLr);
    const changed = new Program(flashBase + 0x8000).store(result, 2).add(bxLr);
    const inner = new Program(ramBase + 0x100).load(3, flashBase + 0x8001).add(0x4798); // blx r3
    for (const code of ["IF", "EX"]) callRom(inner, code);
    callRom(inner, "RE", 0x8000, 4096, 65536, 0xd8);
    callRom(inner, "RP", 0x8000, ramBase + 0x3000, 256);
    for (const code of ["FC", "CX"]) callRom(inner, code);
    const chip = rp2350With(inRam(inner.load(3, flashBase + 0x8001).add(0x4798, stay)));
    chip.nor.bytes.set(target.bytes, 0x8000);
    chip.ram.set(changed.bytes, 0x3000);
    run(chip, 20);
    expect(word(chip, result)).toBe(1);
    run(chip, 40);
    expect(word(chip, result)).toBe(2);
  });

  test("follows the PLL: 307.2 MHz from a VCO of 1536 MHz", () => {
    const pll = 0x40050000;
    const clocks = 0x40010000;
    const p = program()
      .store(pll, 1)
      .store(pll + 8, 128)
      .store(pll + 4, 0x4)
      .store(pll + 12, (5 << 16) | (1 << 12))
      .store(clocks + 0x3c, 1); // CLK_SYS: auxiliary source, PLL_SYS
    const chip = run(rp2350With(p.add(stay)), 2);
    expect(chip.clock.frequency).toBe(307_200_000);
    const before = chip.cores[0].cycles;
    run(chip, 1);
    expect(chip.cores[0].cycles - before).toBeCloseTo(307_200, -2);
  });

  test("costs a miss for each line of 8 bytes, and nothing when it is in the cache", () => {
    const p = program();
    for (let i = 0; i < 398; i++) p.add(nop);
    const chip = rp2350With(p.add(b(-398)));
    run(chip, 2);
    const { hits, accesses } = chip.xip;
    run(chip, 1);
    expect(chip.xip.accesses - accesses).toBe(chip.xip.hits - hits);
    expect(accesses - hits).toBe(1 + Math.ceil((2 * 399) / 8)); // the vectors, too
  });

  test("fetches nothing that a branch has jumped over", () => {
    const p = program().add(0x2000, 0xd000 | 98); // movs r0, #0; beq over 99 halfwords
    for (let i = 0; i < 99; i++) p.add(nop);
    const chip = run(rp2350With(p.add(stay)), 1);
    expect(chip.xip.accesses - chip.xip.hits).toBe(3); // the vectors, the branch, and where it goes
  });

  test("asks for a reset when the watchdog is triggered, or SYSRESETREQ is set", () => {
    for (const [address, value] of [
      [0x400d8000, 0x80000000],
      [0xe000ed0c, 0x05fa0004],
    ] as const) {
      expect(run(rp2350With(program().store(address, value).add(stay)), 1).resetRequested).toBe(true);
    }
  });
});
