import { describe, expect, test } from "vitest";

import { NorFlash, PowerCut } from "../../simulator/emulator/nor-flash";

const flash = () => new NorFlash(new Uint8Array(65536).fill(0xff), new Uint8Array(8));

describe("a NOR flash", () => {
  test("only clears bits when it is programmed, and sets them by sectors", () => {
    const nor = flash();
    expect(nor.program(4096, Uint8Array.of(0xf0, 0x0f))).toBe(0.7);
    nor.program(4096, Uint8Array.of(0x3c, 0xff));
    expect([...nor.bytes.subarray(4096, 4099)]).toEqual([0x30, 0x0f, 0xff]);
    nor.program(0, Uint8Array.of(0));
    expect(nor.erase(4096, 4096)).toBe(45);
    expect([nor.bytes[0], nor.bytes[4096]]).toEqual([0, 0xff]);
  });

  test("refuses what the chip cannot do", () => {
    const nor = flash();
    expect(() => nor.program(250, new Uint8Array(7))).toThrow("leaves its page");
    expect(() => nor.erase(100, 4096)).toThrow("cannot erase");
    expect(() => nor.erase(65536, 4096)).toThrow("cannot erase");
  });

  test("is left half done where the power is cut", () => {
    const nor = flash();
    nor.bytes.fill(0, 0, 8192);
    nor.cutPower(2);
    nor.erase(0, 4096);
    expect(() => nor.erase(4096, 4096)).toThrow(PowerCut);
    expect([nor.bytes[4096], nor.bytes[6143], nor.bytes[6144]]).toEqual([0xff, 0xff, 0]);
    nor.cutPower(1);
    expect(() => nor.program(0, new Uint8Array(8))).toThrow(PowerCut);
    expect([...nor.bytes.subarray(0, 8)]).toEqual([0, 0, 0, 0, 255, 255, 255, 255]);
    nor.program(8, new Uint8Array(8)); // only once
    expect(nor.operations).toBe(4);
  });
});
