/** What only an RP2350 has: IMAGE_DEF, its boot ROM's functions, accesses at any address, isolated pads. */
import { describe, expect, test } from "vitest";

import { flashBase, inRam, programStart, ramBase, run, word } from "./machine";
import { callRom, rp2350With, stackTop } from "./rp2350";
import { blx, ldr, nop, Program, stay, str } from "./thumb";

const sio = 0xd0000000;
const result = ramBase + 0x1000;

const program = () => new Program(programStart);

describe("the RP2350's boot ROM", () => {
  test("goes to its bootloader when there is no IMAGE_DEF, and says so", () => {
    const chip = rp2350With(program().add(stay), {}, []);
    expect(chip.bootloaderRequested).toBe(true);
    expect(chip.traps.messages).toEqual(["There is no IMAGE_DEF in the first 4096 bytes of flash."]);
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

  test("writes flash by flash_op() too, by the addresses that it is read at", () => {
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
});

describe("the RP2350", () => {
  test.each([
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
    const p = program().store(0x40020000, 0); // RESETS
    p.store(0x40028000 + 8 * 25 + 4, 5); // GPIO25_CTRL: SIO
    p.store(sio + 0x38, 1 << 25).store(sio + 0x18, 1 << 25);
    const chip = run(rp2350With(p.add(stay)), 1);
    expect(chip.traps.messages[0]).toMatch(/^GPIO 25 is driven, but its pad is isolated/);
    expect(chip.pins.levels).toBe(0);
  });

  test("traps the use of a block that it has no model of", () => {
    const chip = run(rp2350With(program().store(0x400f8000, 1).add(stay)), 1);
    expect(chip.traps.messages).toEqual(["core 0, pc 0x10000210: SHA-256 is used, which is not emulated"]);
  });

  test("fetches nothing that a branch has jumped over", () => {
    const p = program().add(0x2000, 0xd000 | 98); // movs r0, #0; beq over 99 halfwords
    for (let i = 0; i < 99; i++) p.add(nop);
    const chip = run(rp2350With(p.add(stay)), 1);
    expect(chip.xip.accesses - chip.xip.hits).toBe(3); // the vectors, the branch, and where it goes
  });
});
