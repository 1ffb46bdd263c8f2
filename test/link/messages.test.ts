import { describe, expect, test } from "vitest";

import { parseMessage } from "../../simulator/link/messages";

const get = { t: "ctl", id: 7, bm: 193, req: 127, val: 0, idx: 2, len: 4 };
const set = { t: "ctl", id: 7, bm: 65, req: 210, val: 0, idx: 2, len: 4, data: "0000a0c1" };
const parse = (message: unknown) => parseMessage(JSON.stringify(message));

describe("a link message", () => {
  test("of an IN request gives its setup packet", () => {
    const setup = { bmRequestType: 193, bRequest: 127, wValue: 0, wIndex: 2, wLength: 4 };
    expect(parse(get)).toEqual({ t: "ctl", id: 7, setup, data: undefined });
  });

  test("of an OUT request gives its data stage", () => {
    expect(parse(set)).toMatchObject({ data: Uint8Array.of(0x00, 0x00, 0xa0, 0xc1) });
  });

  test("of an OUT request without a data stage needs no data", () => {
    expect(parse({ ...set, len: 0, data: undefined })).toMatchObject({ data: new Uint8Array() });
    expect(parse({ ...set, len: 0, data: "" })).toMatchObject({ data: new Uint8Array() });
  });

  test("may carry members that nobody knows", () => {
    expect(parse({ ...get, later: [1] })).toEqual(parse(get));
  });

  test.each([
    ["{", /^not JSON: /],
    ["", /^not JSON: /],
    ['{"t":"hello","v":1}\0', /^not JSON: /],
    ["[".repeat(65536), /^not JSON: /],
    ["[".repeat(30000) + "]".repeat(30000), /^a message is one JSON object, not an array$/],
    ["null", /^a message is one JSON object, not null$/],
    ['"hello"', /^a message is one JSON object, not "hello"$/],
    ["{}", /^t must be "hello", "ctl", "in" or "admin", not missing$/],
    ['{"t":"__proto__"}', /^t must be .*, not "__proto__"$/],
    ['{"__proto__":{"t":"hello","v":1}}', /^t must be .*, not missing$/],
    ['{"t":"hello"}', /^v must be 1, not missing$/],
    ['{"t":"hello","v":2}', /^v must be 1, not 2$/],
    ['{"t":"hello","v":"1"}', /^v must be 1, not "1"$/],
  ])("%.30s is refused", (text, error) => {
    expect(() => parseMessage(text)).toThrow(error);
  });

  test.each([
    [{ ...get, id: undefined }, "ctl: id must be an integer of 0 to 9007199254740991, not missing"],
    [{ ...get, id: -1 }, "ctl: id must be an integer of 0 to 9007199254740991, not -1"],
    [{ ...get, id: 0.5 }, "ctl: id must be an integer of 0 to 9007199254740991, not 0.5"],
    [{ ...get, id: 2 ** 53 }, "ctl: id must be an integer of 0 to 9007199254740991, not 9007199254740992"],
    [{ ...get, id: "1" }, 'ctl: id must be an integer of 0 to 9007199254740991, not "1"'],
    [{ ...get, bm: 256 }, "ctl 7: bm must be an integer of 0 to 255, not 256"],
    [{ ...get, req: -1 }, "ctl 7: req must be an integer of 0 to 255, not -1"],
    [{ ...get, val: 65536 }, "ctl 7: val must be an integer of 0 to 65535, not 65536"],
    [{ ...get, idx: null }, "ctl 7: idx must be an integer of 0 to 65535, not null"],
    [{ ...get, len: [4] }, "ctl 7: len must be an integer of 0 to 65535, not an array"],
    [{ ...get, len: {} }, "ctl 7: len must be an integer of 0 to 65535, not an object"],
    [{ ...get, len: true }, "ctl 7: len must be an integer of 0 to 65535, not true"],
    [{ ...get, data: "" }, "ctl 7: an IN request (bm bit 7) has no data"],
    [{ ...set, data: "0000a0" }, "ctl 7: len is 4 but data has 3 bytes"],
    [{ ...set, data: undefined }, "ctl 7: len is 4 but data has 0 bytes"],
    [{ ...set, data: "0000a0c" }, 'ctl 7: data must be pairs of lowercase hexadecimal digits, not "0000a0c"'],
    [{ ...set, data: "0000A0C1" }, 'ctl 7: data must be pairs of lowercase hexadecimal digits, not "0000A0C1"'],
    [{ ...set, data: "0x00a0c1" }, 'ctl 7: data must be pairs of lowercase hexadecimal digits, not "0x00a0c1"'],
    [{ ...set, data: 5 }, "ctl 7: data must be pairs of lowercase hexadecimal digits, not 5"],
    [{ t: "in", id: 7, ep: 3, len: 64 }, "in 7: ep 3 is not an IN endpoint (bit 7)"],
    [{ t: "in", id: 7, ep: 131 }, "in 7: len must be an integer of 0 to 65535, not missing"],
    [{ t: "admin", id: 7, op: 5 }, "admin 7: op must be a string, not 5"],
    [{ t: "admin", id: 7 }, "admin 7: op must be a string, not missing"],
  ])("%j says what is wrong", (message, error) => {
    expect(() => parse(message)).toThrow(new Error(error));
  });

  test("with a number beyond a double is refused", () => {
    expect(() => parseMessage('{"t":"ctl","id":1e999}')).toThrow("ctl: id must be an integer");
  });

  test("quotes no more than the beginning of a long value", () => {
    expect(() => parse({ ...set, data: "x".repeat(50000) })).toThrow(/not "x{39}…$/);
  });
});
