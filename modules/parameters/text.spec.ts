import { describe, expect, it } from "vitest";

import { encodeText } from "./text";

describe("UTF-8", () => {
  it("encodes the examples of RFC 3629 §7", () => {
    expect(encodeText("A\u2262\u0391.")).toEqual([0x41, 0xe2, 0x89, 0xa2, 0xce, 0x91, 0x2e]);
    expect(encodeText("\u65e5\u672c\u8a9e")).toEqual([0xe6, 0x97, 0xa5, 0xe6, 0x9c, 0xac, 0xe8, 0xaa, 0x9e]);
    expect(encodeText("\u{233b4}")).toEqual([0xf0, 0xa3, 0x8e, 0xb4]);
  });
});
