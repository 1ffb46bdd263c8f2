/** The files that `npm run firmware` makes. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, test } from "vitest";

import { outsideRam, waysToFlash } from "../../tools/check-firmware";
import { boards } from "../../tools/boards";
import { buildFirmware } from "../../tools/firmware";
import { checkImageDefinition, readBlocks } from "../../tools/picobin";
import { romCalls } from "../../tools/rom-calls";
import type { Toolchain } from "../../tools/toolchain";
import { tools } from "./toolchain";

const run = promisify(execFile);

/** What UF2 blocks put into flash, from its beginning. */
function flashOf(uf2: Uint8Array): DataView {
  const view = new DataView(uf2.buffer, uf2.byteOffset, uf2.byteLength);
  const flash = new Uint8Array(uf2.length / 2);
  for (let at = 0; at < uf2.length; at += 512)
    flash.set(uf2.subarray(at + 32, at + 288), view.getUint32(at + 12, true) - 0x10000000);
  return new DataView(flash.buffer);
}

/** CRC-32/MPEG-2, which the RP2040's boot ROM wants of the second stage (datasheet 2.8.1.3.1). */
function crc32Mpeg2(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

/** What is broken when a word of a block is another one, by its offset: of one item with one word. */
const brokenBlocks: [number, RegExp][] = [
  [0, /no block|0 IMAGE_DEF/],
  [4, /does not have|outside|IMAGE_DEF|item of no words|image of type/],
  [8, /does not have|outside|no end|item of no words/],
  [12, /outside|no block/],
  [16, /no end/],
];

/** Of engine and encoders what only the thread calls: settings out of designs, handing them over, what requests ask. */
const ofTheThread = new RegExp(
  "_design\\w*\\.c|^\\.text\\.(engine_(init|stage_\\w+|commit\\w*|set_\\w+|start_stream|peak|clips|clear_clips)|" +
    "settings_init|mailbox_(init|post|staging)|begin_staging|meter_(clear_)?clips|fill_reset|" +
    "\\w+_quantise|octaves_from_decibels|volume_to_q31) ",
);

/** The RP2350's boot ROM's functions and data for Arm (datasheet, 5.4.8; boot/bootrom_constants.h of the Pico SDK). */
const romFunctions = [
  ...["AB", "CI", "CX", "EB", "EX", "FA", "FC", "FD", "FO", "GB", "GP", "GR", "GS", "GU", "IF", "LP", "OA", "PT", "RA"],
  ...["RB", "RC", "RE", "RP", "SC", "SP", "SR", "SS", "VB", "XF", "XM"],
];

describe.skipIf(!tools)("npm run firmware (skipped without its toolchain)", () => {
  const flash: Record<string, DataView> = {};
  const elf: Record<string, string> = {};
  let compilers = "";

  beforeAll(async () => {
    const used = tools as Toolchain;
    compilers = used.compilers;
    for (const board of boards) {
      const uf2 = await buildFirmware(board, used, () => undefined);
      flash[board.name] = flashOf(await readFile(uf2));
      elf[board.name] = uf2.replace(/uf2$/, "elf");
    }
  }, 600_000);

  test("a Pico's second boot stage has the checksum that its boot ROM asks for", () => {
    const image = flash.pico as DataView;
    expect(image.getUint32(252, true)).toBe(crc32Mpeg2(new Uint8Array(image.buffer, 0, 252)));
  });

  test.each([
    ["pico", 0x100, 0x20042000],
    ["pico2", 0, 0x20082000],
  ])("the vectors of a %s begin with a stack in RAM and code in flash", (board, offset, stack) => {
    const image = flash[board] as DataView;
    expect(image.getUint32(offset, true)).toBe(stack);
    const reset = image.getUint32(offset + 4, true);
    expect(reset & 1).toBe(1); // Thumb
    expect(reset).toBeGreaterThan(0x10000000);
    expect(reset).toBeLessThan(0x10000000 + image.byteLength);
  });

  test("a Pico 2's image is one that its boot ROM starts: a closed loop of blocks with an IMAGE_DEF for Arm", () => {
    const image = flash.pico2 as DataView;
    expect(() => checkImageDefinition(image)).not.toThrow();
    for (const { at } of readBlocks(image))
      for (const [offset, problem] of brokenBlocks) {
        const broken = new DataView(image.buffer.slice(0));
        broken.setUint32(at + offset, 0x12345678, true);
        expect(() => checkImageDefinition(broken), `${offset} of the block at ${at}`).toThrow(problem);
      }
  });

  test("a Pico 2's firmware looks up in the boot ROM what it has, and what its flash driver needs", async () => {
    const codes = (await romCalls(elf.pico2 ?? "", compilers)).map(({ code }) => code);
    expect(romFunctions).toEqual(expect.arrayContaining(codes));
    expect(codes).toEqual(expect.arrayContaining(["IF", "EX", "RE", "RP", "FC", "RB"]));
  });

  test.each(["pico", "pico2"])(
    "the engine and the encoders of a %s lie in RAM, but for the thread's part",
    async (board) => {
      const map = await readFile(elf[board]?.replace(/elf$/, "map") ?? "", "utf8");
      expect(outsideRam(map).filter((section) => !ofTheThread.test(section))).toEqual([]);
      expect(outsideRam(map, /\/native\/xs\/machine/).length).toBeGreaterThan(0);
    },
  );

  test.each([
    ["pico", 26 + 6], // RP2040 datasheet 2.3.2; the NVIC has 32
    ["pico2", 52], // RP2350 datasheet 3.2
  ])("a %s has its vectors in RAM, where they may lie: at a multiple of their size", async (board, interrupts) => {
    const { stdout } = await run(join(compilers, "arm-none-eabi-nm"), ["-S", elf[board] ?? ""], { maxBuffer: 1 << 26 });
    const [, address = "", size = ""] = /^([0-9a-f]{8}) ([0-9a-f]{8}) \w ram_vector_table$/m.exec(stdout) ?? [];
    const bytes = 4 * (16 + interrupts);
    expect(parseInt(size, 16)).toBe(bytes);
    expect(parseInt(address, 16) >>> 28).toBe(2); // RAM
    expect(parseInt(address, 16) % 2 ** Math.ceil(Math.log2(bytes))).toBe(0); // VTOR, Armv7-M ARM B3.2.5
    expect(stdout).not.toMatch(/^\s+U /m); // nothing is left to be linked
  });

  test.each(["pico", "pico2"])("what goes on while a %s writes its flash never reads flash", async (board) => {
    expect(await waysToFlash(elf[board] ?? "", compilers)).toEqual([]);
  });

  test("the check finds a way into flash where there is one", async () => {
    const ways = await waysToFlash(elf.pico ?? "", compilers, ["host_flash_read"]);
    expect(ways).toContain("host_flash_read");
  });
});
