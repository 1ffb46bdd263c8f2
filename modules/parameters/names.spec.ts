import { describe, expect, it } from "vitest";

import { ParameterNames } from "./names";
import { platformOf } from "./platforms";
import { parameters } from "./table";

const rp2040 = new ParameterNames(platformOf(0));
const rp2350 = new ParameterNames(platformOf(1));

function message(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
}

describe("parameter names", () => {
  it("are as many as the platform has values, with the 10 bands that filter", () => {
    // per channel: 40 band fields, name, delay; per output: 6 route fields, 4 more; preamps, ports, slots, 20 singles;
    // and the 10 names and 4 settings of the preset directory
    const count = (channels: number, outputs: number, slots: number) =>
      channels * 42 + outputs * 10 + 2 + (slots + 1) + slots + 20 + 14;
    expect(rp2040.paths()).toHaveLength(count(7, 5, 2));
    expect(rp2350.paths()).toHaveLength(count(11, 9, 4));
  });

  it("lead to the row and index of the wire", () => {
    expect(rp2350.find("master.volume")).toEqual({ path: "master.volume", row: parameters.volume, index: 0 });
    expect(rp2350.find("right.preamp").index).toBe(1);
    expect(rp2350.find("out3.gain").index).toBe(2);
    expect(rp2350.find("out3.eq.2.frequency").index).toBe((2 + 2) * 12 + 1);
    expect(rp2350.find("pdm.gain").index).toBe(8);
    expect(rp2040.find("pdm.gain").index).toBe(4);
    expect(rp2040.find("pdm.pin").index).toBe(2);
    expect(rp2350.find("out2.from.right.enabled").index).toBe(3);
  });

  it("suggest the nearest one when misspelt", () => {
    expect(message(() => rp2350.find("out1.gian"))).toBe(
      'the RP2350 has no parameter "out1.gian": did you mean "out1.gain"?',
    );
    expect(message(() => rp2040.find("loudnes.enabled"))).toContain('"loudness.enabled"');
    expect(message(() => rp2040.find("mastr"))).toContain('did you mean "master"?');
    expect(message(() => rp2040.find("out5.gain"))).toContain("the RP2040 has no parameter");
  });

  it("explain that a group is no parameter", () => {
    expect(message(() => rp2350.find("left.eq"))).toBe(
      '"left.eq" is a group of parameters: name one of them, such as "left.eq.1.type"',
    );
  });

  it("take words, numbers, booleans and texts", () => {
    expect(rp2350.parse("left.eq.1.type", "lowshelf").value).toBe(2);
    expect(rp2350.parse("left.eq.1.type", "HighPass").value).toBe(5);
    expect(rp2350.parse("out1.gain", -3).value).toBe(-3);
    expect(rp2350.parse("out1.gain", "-3.5").value).toBe(-3.5);
    expect(rp2350.parse("out1.mute", true).value).toBe(1);
    expect(rp2350.parse("out1.mute", "off").value).toBe(0);
    expect(rp2350.parse("slot2.type", "i2s").value).toBe(1);
    expect(rp2350.parse("clock.mck.multiplier", 256).value).toBe(1);
    expect(rp2350.parse("out1.name", "Hochtöner").value).toBe("Hochtöner");
    expect(rp2350.parse("slot1.pin", 22).value).toBe(22);
  });

  it("say what was expected of a value, with range, unit and words", () => {
    expect(message(() => rp2350.parse("out1.gain", 15))).toBe("out1.gain: expected a number -128 … 12 dB, not 15");
    expect(message(() => rp2350.parse("out1.gain", "loud"))).toContain('not "loud"');
    expect(message(() => rp2350.parse("left.eq.1.type", "peek"))).toBe(
      'left.eq.1.type: expected one of flat, peaking, lowshelf, highshelf, lowpass, highpass, not "peek"',
    );
    expect(message(() => rp2350.parse("out1.mute", 2))).toBe("out1.mute: expected off or on, not 2");
    expect(message(() => rp2040.parse("slot1.pin", 29))).toContain("a usable GPIO of the RP2040");
    expect(message(() => rp2350.parse("slot1.pin", 12))).toContain("not 12");
    expect(message(() => rp2350.parse("out1.name", "ö".repeat(16)))).toContain("at most 31 bytes");
  });

  it("take raw bytes where a value has no word", () => {
    expect(rp2350.parse("left.eq.1.type", "raw 200").value).toBe(200);
    expect(rp2350.parse("out1.mute", "raw 2").value).toBe(2);
  });

  it("take raw bytes only where the device keeps them, and where there is no word for them", () => {
    for (const [path, value] of [
      ["left.eq.1.type", "raw 5"],
      ["left.eq.1.type", "raw 256"],
      ["left.eq.1.type", 200],
      ["out1.enabled", "raw 2"],
      ["leveller.speed", "raw 3"],
    ] as const)
      expect(message(() => rp2350.parse(path, value))).toContain("expected");
  });

  it("take nothing that is not a finite number for one", () => {
    for (const value of [NaN, Infinity, -Infinity, "", " ", null, undefined, [], {}, true])
      expect(message(() => rp2350.parse("out1.gain", value))).toContain("expected a number");
  });
});
