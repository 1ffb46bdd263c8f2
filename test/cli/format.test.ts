import { describe, expect, test } from "vitest";

import { ParameterNames } from "../../modules/parameters/names";
import { platformOf } from "../../modules/parameters/platforms";
import { formatValue, plainValue } from "../../modules/client/format";

const names = new ParameterNames(platformOf(1));

describe("a value", () => {
  test("is in files what parses to the same", () => {
    const plain = (path: string, value: number | string) => plainValue(names.find(path).row, value);
    const values: [string, number | string, number | string][] = [
      ["out1.gain", Math.fround(-3.3), -3.3],
      ["out1.mute", 1, "on"],
      ["left.eq.1.type", 1, "peaking"],
      ["left.eq.1.type", 200, "raw 200"],
      ["clock.mck.multiplier", 1, 256],
      ["slot1.pin", 6, 6],
      ["left.name", "0123", "0123"],
    ];
    for (const [path, value, text] of values) {
      expect(plain(path, value)).toBe(text);
      const { value: again } = names.parse(path, text);
      expect(typeof again === "number" ? Math.fround(again) : again).toBe(value);
    }
  });

  test("has its unit where people read it", () => {
    const text = (path: string, value: number | string) => formatValue(names.find(path).row, value);
    expect(text("out1.gain", Math.fround(-3.3))).toBe("-3.3 dB");
    expect(text("clock.mck.multiplier", 1)).toBe("256 × Fs");
    expect(text("slot1.pin", 6)).toBe("GPIO 6");
    expect(text("left.eq.1.type", 3)).toBe("highshelf");
    expect(text("left.name", "a")).toBe("a");
  });
});
