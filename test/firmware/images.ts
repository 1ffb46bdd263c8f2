/** The files that `npm run firmware` makes. */
import { readFile } from "node:fs/promises";

import { beforeAll, describe, expect, test } from "vitest";

import { waysToFlash } from "../../tools/check-firmware";
import { boards, buildFirmware } from "../../tools/firmware";
import type { Toolchain } from "../../tools/toolchain";
import { tools } from "./toolchain";

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

  test("a Pico 2's image is one that its boot ROM starts: an IMAGE_DEF for Arm in its first 4 KB", () => {
    const image = flash.pico2 as DataView;
    const blockMarker = 0xffffded3; // RP2350 datasheet 5.1.5.1
    const marker = Array.from({ length: 1024 }, (_, word) => 4 * word).find(
      (at) => image.getUint32(at, true) === blockMarker,
    );
    const item = image.getUint32((marker ?? 0) + 4, true);
    expect(marker).toBeDefined();
    expect(item & 0xff).toBe(0x42); // PICOBIN_BLOCK_ITEM_1BS_IMAGE_TYPE
    expect(item >>> 16).toBe(0x1021); // an executable, secure, Arm, RP2350: 5.9.3.1
  });

  test.each(["pico", "pico2"])("what goes on while a %s writes its flash never reads flash", async (board) => {
    expect(await waysToFlash(elf[board] ?? "", compilers)).toEqual([]);
  });

  test("the check finds a way into flash where there is one", async () => {
    const ways = await waysToFlash(elf.pico ?? "", compilers, ["host_flash_read"]);
    expect(ways).toContain("host_flash_read");
  });
});
