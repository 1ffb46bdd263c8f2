import { expect, test } from "vitest";

import { families, toUf2 } from "../../tools/uf2";

const binary = Uint8Array.from({ length: 600 }, (_, i) => i % 251);
const words = (file: Uint8Array, block: number) => new DataView(file.buffer, file.byteOffset + 512 * block, 512);

test("a binary of 600 bytes is three blocks of 512 bytes", () => {
  expect(toUf2(binary, 0x10000000, families.rp2040).length).toBe(3 * 512);
});

test("every block has the magic numbers, its number and the family", () => {
  const file = toUf2(binary, 0x10000000, families.rp2350);
  for (let block = 0; block < 3; block++) {
    const view = words(file, block);
    const fields = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => view.getUint32(4 * index, true));
    expect(fields).toEqual([0x0a324655, 0x9e5d5157, 0x2000, 0x10000000 + 256 * block, 256, block, 3, 0xe48bff59]);
    expect(view.getUint32(508, true)).toBe(0x0ab16f30);
  }
});

test("the payload is the binary, filled up with zeros", () => {
  const file = toUf2(binary, 0x10000000, families.rp2040);
  const payload = [0, 1, 2].flatMap((block) => [...file.subarray(512 * block + 32, 512 * block + 32 + 256)]);
  expect(payload).toEqual([...binary, ...new Array<number>(768 - 600).fill(0)]);
});
