import { expect, test } from "vitest";

import { readElf } from "../../simulator/emulator/elf";

/** An ELF file with a table of symbols and one of names (System V ABI, figures 4-3, 4-8 and 4-15). */
function elf(symbols: { name: string; value: number; size: number; type: number }[]): Uint8Array {
  const names = Buffer.from(`\0${symbols.map(({ name }) => name).join("\0")}\0`);
  const at = { names: 52, symbols: 256, sections: 512 };
  const file = new DataView(new ArrayBuffer(640));
  const word = (offset: number, value: number) => file.setUint32(offset, value, true);
  file.setUint32(0, 0x7f454c46);
  file.setUint8(4, 1);
  word(32, at.sections);
  file.setUint16(46, 40, true);
  file.setUint16(48, 2, true);
  new Uint8Array(file.buffer).set(names, at.names);
  symbols.forEach(({ name, value, size, type }, index) => {
    word(at.symbols + 16 * index, names.indexOf(name));
    word(at.symbols + 16 * index + 4, value);
    word(at.symbols + 16 * index + 8, size);
    file.setUint8(at.symbols + 16 * index + 12, type);
  });
  word(at.sections + 4, 2); // SHT_SYMTAB, whose names are in section 1
  word(at.sections + 16, at.symbols);
  word(at.sections + 20, 16 * symbols.length);
  word(at.sections + 24, 1);
  word(at.sections + 40 + 16, at.names);
  return new Uint8Array(file.buffer);
}

test("an ELF file tells its functions and every symbol's value", () => {
  const { symbols, functions } = readElf(
    elf([
      { name: "later", value: 0x2001, size: 16, type: 2 },
      { name: "first", value: 0x1001, size: 8, type: 2 }, // bit 0 is Thumb's
      { name: "__StackBottom", value: 0x20041000, size: 0, type: 0 },
    ]),
  );
  expect(symbols.get("__StackBottom")).toBe(0x20041000);
  expect(functions).toEqual([
    { name: "first", address: 0x1000, size: 8 },
    { name: "later", address: 0x2000, size: 16 },
  ]);
  expect(() => readElf(new Uint8Array(100))).toThrow("no ELF file of 32 bits");
});
