import { beforeAll, expect, test } from "vitest";

import { buildProbe, hex, utf16, type Ask } from "./probe";

let ask: Ask;
beforeAll(async () => {
  ask = await buildProbe();
});

const answer = (command: string) => ask(command)[0] ?? "";
const bytes = (text: string) => text.replaceAll(/\s+/g, "");
const guid = "{88BAE032-5A81-49F0-BC3D-A4FF138216D6}";

test("the device descriptor has the identity hosts know and asks for the BOS descriptor", () => {
  expect(answer("device")).toBe(bytes("12 01 10 02 00 00 00 40 8a 2e aa fe 00 02 01 02 03 01"));
});

test("the configuration descriptor is byte for byte what hosts have cached", () => {
  const streaming = (alternate: string, subframe: string, bits: string) => `
    09 04 01 ${alternate} 02 01 02 00 00   07 24 01 01 01 01 00
    11 24 02 01 02 ${subframe} ${bits} 03 44 ac 00 80 bb 00 00 77 01
    09 05 01 05 46 02 01 00 82   07 25 01 01 00 00 00   09 05 82 11 03 00 01 02 00`;
  expect(answer("configuration")).toBe(
    bytes(`
      09 02 c0 00 03 01 00 80 32
      09 04 00 00 00 01 01 00 00
      09 24 01 00 01 28 00 01 01   0c 24 02 01 01 01 00 02 03 00 00 00
      0a 24 06 02 01 01 03 00 00 00   09 24 03 03 01 03 00 02 00
      09 04 01 00 00 01 02 00 00
      ${streaming("01", "02", "10")} ${streaming("02", "03", "18")}
      09 04 02 00 00 ff 00 00 00`),
  );
});

test("strings name the language, the maker, the product and the serial number", () => {
  const text = (value: string) => hex(2 + 2 * value.length, 3) + utf16(value);
  expect(ask("string 0", "string 1", "string 2", "string 3")).toEqual([
    "04030904",
    text("GitHub.com/WeebLabs"),
    text("Weeb Labs DSPi"),
    text("0123456789ABCDEF"),
  ]);
});

test("an unknown string index gives an empty string descriptor", () => {
  expect(ask("string 4", "string 255")).toEqual(["0203", "0203"]);
});

test("string 0xEE is MSFT100 with the vendor code", () => {
  expect(answer("string 0xee")).toBe("1203" + utf16("MSFT100") + "0100");
});

test("the Microsoft OS 1.0 compat ID binds WinUSB to interface 2", () => {
  expect(answer("os 0xc0 1 0 4 40")).toBe(
    bytes("28000000 0001 0400 01 00000000000000 02 01") + hex("WINUSB") + "00".repeat(2 + 8 + 6),
  );
});

test("the Microsoft OS 1.0 extended properties register the device interface GUID", () => {
  const properties = answer("os 0xc0 1 0 5 142");
  expect(properties).toBe(
    bytes("8e000000 0001 0500 0100 84000000 01000000 2800") +
      utf16("DeviceInterfaceGUID\0") +
      "4e000000" +
      utf16(`${guid}\0`),
  );
  expect(properties.length / 2).toBe(142);
});

test("wValue of a Microsoft OS request is not looked at, its recipient and direction are", () => {
  expect(answer("os 0xc0 1 0x0203 4 40")).toBe(answer("os 0xc0 1 0 4 40"));
  expect(ask("os 0xc1 1 0 5 142", "os 0x40 1 0 4 0", "os 0xc0 1 0 6 40", "os 0xc0 2 0 4 40")).toEqual([
    "none",
    "none",
    "none",
    "none",
  ]);
});

test("the Microsoft OS 2.0 set nests configuration, function, compatible ID and registry property", () => {
  const set = answer("os 0xc0 1 0 7 178");
  expect(set).toBe(
    bytes("0a00 0000 00000306 b200") + // set header: Windows 8.1
      bytes("0800 0100 00 00 a800") + // configuration subset
      bytes("0800 0200 02 00 a000") + // function subset: first interface 2
      bytes("1400 0300") +
      hex("WINUSB") +
      "00".repeat(2 + 8) +
      bytes("8400 0400 0700 2a00") + // registry property: REG_MULTI_SZ
      utf16("DeviceInterfaceGUIDs\0") +
      "5000" +
      utf16(`${guid}\0\0`),
  );
  expect(set.length / 2).toBe(0xb2);
});

test("the BOS announces WebUSB and Microsoft OS 2.0 under different vendor codes", () => {
  expect(answer("bos")).toBe(
    bytes("05 0f 3900 02") +
      bytes("18 10 05 00 38b60834 a909 a047 8bfd a0768815b665 0001 02 00") +
      bytes("1c 10 05 00 df60ddd8 8945 c74c 9cd2 659d9e648a9f 00000306 b200 01 00"),
  );
});
