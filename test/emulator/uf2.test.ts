import { describe, expect, test } from "vitest";

import { readUf2, uf2Families } from "../../simulator/emulator/uf2";

/** A block as the format's description has it. */
function block(
  address: number,
  payload: number[],
  family: number,
  flags = 0x2000,
  [number, count] = [0, 1],
): Uint8Array {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  const words = [0x0a324655, 0x9e5d5157, flags, address, payload.length, number, count, family];
  words.forEach((word, index) => view.setUint32(4 * index, word, true));
  bytes.set(payload, 32);
  view.setUint32(508, 0x0ab16f30, true);
  return bytes;
}

const { rp2040, rp2350 } = uf2Families;

describe("a UF2 file", () => {
  test("gives the payloads of the first chip's blocks that go to flash", () => {
    const file = Buffer.concat([
      block(0x10000000, [1, 2, 3], rp2040),
      block(0x10000000, [9], rp2350),
      block(0x10000100, [8], rp2040, 0x2001), // not for main flash
      block(0x10000100, [4], rp2040),
    ]);
    const { chip, blocks } = readUf2(file);
    expect(chip).toBe("rp2040");
    expect(blocks.map(({ address, data }) => [address, ...data])).toEqual([
      [0x10000000, 1, 2, 3],
      [0x10000100, 4],
    ]);
  });

  test("tells which chip it is for", () => {
    expect(readUf2(block(0x10000000, [1], rp2350)).chip).toBe("rp2350");
  });

  test("of another chip is refused, with its family", () => {
    expect(() => readUf2(block(0, [1], 0xada52840))).toThrow(
      "The UF2 file is for another chip: its family is 0xada52840, expected 0xe48bff56 (rp2040) or 0xe48bff59 (rp2350).",
    );
  });

  test("for the RP2350's RISC-V cores is refused, and says what to do", () => {
    expect(() => readUf2(block(0, [1], 0xe48bff5a))).toThrow(
      "its family is 0xe48bff5a (the RP2350's RISC-V cores; build for its Arm cores), expected",
    );
  });

  test("without a family is refused", () => {
    expect(() => readUf2(block(0x10000000, [1], 0, 0))).toThrow("The UF2 file names no family, expected 0xe48bff56");
  });

  test("that is cut off is refused, and so is an ELF file", () => {
    expect(() => readUf2(block(0x10000000, [1], rp2040, 0x2000, [4, 9]))).toThrow("it ends with block 5 of 9. Copy");
    expect(() => readUf2(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1))).toThrow("but an ELF file: give the UF2 file");
  });

  test("must be one", () => {
    expect(() => readUf2(new Uint8Array(100))).toThrow("it has 100 bytes, expected a multiple of 512");
    expect(() => readUf2(new Uint8Array(512))).toThrow("block 0 has no magic numbers");
  });
});
