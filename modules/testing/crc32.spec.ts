import { describe, expect, it } from "vitest";

import { crc32 } from "./crc32";

const digits = new Uint8Array([0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39]);

describe("CRC-32", () => {
  it("of 123456789 is the check value of the catalogues", () => {
    expect(crc32(digits) >>> 0).toBe(0xcbf43926);
  });

  it("of nothing is 0, of one zero byte 0xD202EF8D", () => {
    expect(crc32(new Uint8Array(0))).toBe(0);
    expect(crc32(new Uint8Array(1)) >>> 0).toBe(0xd202ef8d);
  });

  it("goes on where it stopped", () => {
    expect(crc32(digits.subarray(4), crc32(digits.subarray(0, 4)))).toBe(crc32(digits));
  });
});
