import { expect, test } from "vitest";

import { Functions } from "../../simulator/emulator/observe/functions";

const functions = new Functions([
  { name: "first", address: 0x10000100, size: 8 },
  { name: "alias", address: 0x10000200, size: 0 },
  { name: "assembler", address: 0x10000200, size: 0 },
  { name: "last", address: 0x10000300, size: 16 },
]);

test("addresses are named by function and offset, where there is one", () => {
  const addresses = [0x10000100, 0x10000106, 0x10000108, 0x1000030f, 0x10000310, 0x104];
  expect(addresses.map((address) => functions.nameOf(address))).toEqual([
    "first",
    "first+0x6",
    undefined,
    "last+0xf",
    undefined,
    "boot ROM+0x104",
  ]);
  expect(functions.nameAt(0x10000108)).toBe("0x10000108");
});

test("a symbol without a size reaches up to the next one", () => {
  expect(functions.nameAt(0x100002fe)).toBe("assembler+0xfe");
});

test("code between functions is known by its address", () => {
  expect(functions.at(0x10000110)).toEqual({ name: "0x10000110", start: 0x10000110, size: 0xf0, known: false });
});

test("without symbols all code is one function, until it is called", () => {
  const { name, start, size } = new Functions().at(0x20000000);
  expect([name, start, size]).toEqual(["0x20000000", 0x20000000, 2 ** 32]);
});
