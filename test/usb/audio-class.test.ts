import { beforeAll, describe, expect, test } from "vitest";

import { buildProbe, type Ask } from "./probe";

let ask: Ask;
beforeAll(async () => {
  ask = await buildProbe();
});

/** UAC1 table A-9. */
const setCur = 0x01;
const getCur = 0x81;
const getMin = 0x82;
const getMax = 0x83;
const getRes = 0x84;
/** Control selectors in the high byte of wValue; feature unit 2 of interface 0, endpoint 1 as wIndex. */
const mute = "0x0100 0x0200";
const volume = "0x0200 0x0200";
const frequency = "0x0100 0x0001";

const get = (request: number, control: string, length: number) => `in 0xa1 ${request} ${control} ${length}`;
const set = (control: string, data: string, length = data.length / 2) =>
  `out 0x21 ${setCur} ${control} ${length} ${data}`;
const getRate = `in 0xa2 ${getCur} ${frequency} 3`;
const setRate = (data: string, length = data.length / 2) => `out 0x22 ${setCur} ${frequency} ${length} ${data}`;

describe("the feature unit", () => {
  test("is at 0 dB and not muted at power-on", () => {
    expect(ask(get(getCur, volume, 2), get(getCur, mute, 1))).toEqual(["0000", "00"]);
  });

  test("reaches from -60 dB to 0 dB in steps of 1 dB", () => {
    const range = ask(get(getMin, volume, 2), get(getMax, volume, 2), get(getRes, volume, 2));
    expect(range).toEqual(["00c4", "0000", "0001"]);
  });

  test("reads back the volume as it was sent, finer than its steps and out of its range too", () => {
    expect(ask(set(volume, "80f6"), get(getCur, volume, 2))).toEqual(["ok", "80f6"]);
    expect(ask(set(volume, "0080"), get(getCur, volume, 2))).toEqual(["ok", "0080"]);
  });

  test("reads back the mute byte as it was sent", () => {
    expect(ask(set(mute, "01"), get(getCur, mute, 1))).toEqual(["ok", "01"]);
    expect(ask(set(mute, "5a"), get(getCur, mute, 1))).toEqual(["ok", "5a"]);
  });

  test("takes any unit and channel number", () => {
    expect(ask(set("0x02ff 0x0900", "00f0"), get(getCur, "0x0201 0x0000", 2))).toEqual(["ok", "00f0"]);
  });

  test("stalls what mute and volume do not have", () => {
    const stalled = [
      get(getMin, mute, 1),
      get(getMax, mute, 1),
      get(getRes, mute, 1),
      get(getCur, "0x0300 0x0200", 2),
      get(0x85, volume, 2),
      `out 0x21 0x04 ${volume} 2 0001`, // SET_RES
      set("0x0300 0x0200", "0000"),
    ];
    expect(ask(...stalled)).toEqual(stalled.map(() => "stall"));
  });

  test("stalls a data stage of 0 or of 64 bytes and more, and takes one of 63", () => {
    expect(ask(set(volume, "", 0), set(volume, "00f0", 64), set(volume, "00f0", 63))).toEqual(["stall", "stall", "ok"]);
  });

  test("acknowledges a volume that is cut short and keeps the old one", () => {
    expect(ask(set(volume, "f0", 1), get(getCur, volume, 2))).toEqual(["ok", "0000"]);
  });
});

describe("the sampling frequency", () => {
  test("is 44.1 kHz at power-on", () => {
    expect(ask(getRate, "engine-rate")).toEqual(["44ac00", "44100"]);
  });

  test.each([
    ["44.1 kHz", "44ac00", "44100"],
    ["48 kHz", "80bb00", "48000"],
    ["96 kHz", "007701", "96000"],
  ])("of %s is what the engine runs at", (_, data, rate) => {
    expect(ask(setRate(data), getRate, "engine-rate")).toEqual(["ok", data, rate]);
  });

  test("of another value reads back and makes the engine run at 44.1 kHz", () => {
    expect(ask(setRate("80bb00"), setRate("225600"), getRate, "engine-rate")).toEqual(["ok", "ok", "225600", "44100"]);
  });

  test("of two bytes is acknowledged and changes nothing", () => {
    expect(ask(setRate("80bb", 2), getRate)).toEqual(["ok", "44ac00"]);
  });

  test("has no range, no other selector and no long data stage", () => {
    const stalled = [
      `in 0xa2 ${getMin} ${frequency} 3`,
      `in 0xa2 ${getMax} ${frequency} 3`,
      `in 0xa2 ${getCur} 0x0200 0x0001 3`,
      `out 0x22 ${setCur} 0x0200 0x0001 3 80bb00`,
      setRate("", 0),
      setRate("80bb00", 64),
    ];
    expect(ask(...stalled)).toEqual(stalled.map(() => "stall"));
  });
});

describe("alternate settings", () => {
  test("0 to 2 exist on the streaming interface", () => {
    const commands = [0, 1, 2, 0].flatMap((alternate) => [`set-interface 1 ${alternate}`, "get-interface 1"]);
    expect(ask(...commands)).toEqual(["ok", "0", "ok", "1", "ok", "2", "ok", "0"]);
    expect(ask("set-interface 1 2", "set-interface 1 3", "get-interface 1")).toEqual(["ok", "stall", "2"]);
  });

  test("cannot be set on the other interfaces, only read", () => {
    expect(ask("set-interface 0 0", "set-interface 2 0", "get-interface 0", "get-interface 2")).toEqual([
      "stall",
      "stall",
      "0",
      "0",
    ]);
    expect(ask("get-interface 3", "set-interface 3 0")).toEqual(["stall", "stall"]);
  });
});

describe("an isochronous packet", () => {
  test("of 16 bit has 4 bytes a frame, of 24 bit 6", () => {
    expect(ask("set-interface 1 1", "packet 192")[1]).toBe("48 frames, 0 malformed");
    expect(ask("set-interface 1 2", "packet 582")[1]).toBe("97 frames, 0 malformed");
    expect(ask("set-interface 1 2", "packet 0")[1]).toBe("0 frames, 0 malformed");
  });

  test("of an odd length gives its whole frames and is counted", () => {
    expect(ask("set-interface 1 1", "packet 191", "packet 3", "packet 176")).toEqual([
      "ok",
      "47 frames, 1 malformed",
      "0 frames, 2 malformed",
      "44 frames, 2 malformed",
    ]);
  });

  test("with more frames than 96 kHz ever has is cut and counted", () => {
    expect(ask("set-interface 1 1", "packet 582")[1]).toBe("97 frames, 1 malformed");
  });

  test("has no frames at zero bandwidth", () => {
    expect(ask("packet 192")).toEqual(["0 frames, 0 malformed"]);
  });
});
