import { describe, expect, it } from "vitest";

import { decodeText, encodeText } from "./text";

/** RFC 3629 §7. */
const examples = [
  { text: "A\u2262\u0391.", bytes: [0x41, 0xe2, 0x89, 0xa2, 0xce, 0x91, 0x2e] },
  { text: "\u65e5\u672c\u8a9e", bytes: [0xe6, 0x97, 0xa5, 0xe6, 0x9c, 0xac, 0xe8, 0xaa, 0x9e] },
  { text: "\u{233b4}", bytes: [0xf0, 0xa3, 0x8e, 0xb4] },
];

describe("UTF-8", () => {
  it("encodes and decodes the examples of RFC 3629 §7", () => {
    for (const { text, bytes } of examples) {
      expect(encodeText(text)).toEqual(bytes);
      expect(decodeText(Uint8Array.from(bytes))).toBe(text);
    }
  });

  it("takes nothing for a character that RFC 3629 §4 excludes", () => {
    const overlong = [0xc0, 0xaf];
    const surrogate = [0xed, 0xa0, 0x80];
    const tooHigh = [0xf4, 0x90, 0x80, 0x80];
    for (const bytes of [overlong, surrogate, tooHigh])
      expect(decodeText(Uint8Array.from(bytes))).toBe(String.fromCharCode(...bytes.map((byte) => 0xdc00 + byte)));
  });

  it("gives any bytes back, cut characters among them", () => {
    for (let first = 0; first < 256; first++)
      for (const second of [0x00, 0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xe2, 0xf0, 0xff])
        for (const rest of [[], [0x80], [0x80, 0xbf], [0x89, 0xa2, 0x41]]) {
          const bytes = [first, second, ...rest];
          expect(encodeText(decodeText(Uint8Array.from(bytes)))).toEqual(bytes);
        }
  });
});
