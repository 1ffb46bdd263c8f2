import { describe, expect, test } from "vitest";

import { namesOf, parseConfig } from "../../cli/config";
import { updateConfig, writeConfig } from "../../cli/yaml";

const names = namesOf("rp2350");
const settings = (values: Record<string, number | string>) =>
  Object.entries(values).map(([path, value]) => names.parse(path, value));
const update = (text: string, values: Record<string, number | string>) =>
  updateConfig(text, settings(values), "my.yaml", names);
/** What a reader of the file sees. */
const values = (text: string) =>
  Object.fromEntries(parseConfig(text, "my.yaml", "rp2350").map(({ path, value }) => [path, value]));

describe("a new file", () => {
  test("is nested by names, with a band or a route on a line, and units beside single numbers", () => {
    const text = writeConfig(
      settings({
        "master.volume": -20,
        "left.eq.1.type": "peaking",
        "left.eq.1.frequency": 50,
        "left.eq.2.q": 0.7071,
        "out1.from.left.enabled": "on",
        "out1.gain": -3.3,
        "slot1.pin": 6,
        "clock.mck.multiplier": 256,
      }),
    );
    expect(text).toBe(`master:
  volume: -20 # dB
left:
  eq:
    1: { type: peaking, frequency: 50 }
    2: { q: 0.7071 }
out1:
  from:
    left: { enabled: on }
  gain: -3.3 # dB
slot1:
  pin: 6
clock:
  mck:
    multiplier: 256 # × Fs
`);
  });

  test.each(
    [
      "USB L",
      "",
      " ",
      "null",
      "On",
      "no",
      "0123",
      "1e3",
      "a: b",
      "a #b",
      "#",
      "-",
      "'",
      '"',
      "\\",
      "{",
      "*x",
      "&x",
      "!x",
      "%",
      "@",
    ].concat([
      "a\nb",
      "\t",
      "\x1b[2J",
      "\x7f",
      "\x85",
      "\u2028",
      "\ufeff",
      "ü",
      "🎵",
      "\udcc3",
      "x\udcff",
      "~",
      "---",
      "...",
      "? a",
      "a ",
      "<<",
    ]),
  )("keeps the name %j", (name) => {
    const config = [{ ...names.find("left.name"), value: name }];
    expect(writeConfig(config)).not.toMatch(/[^\P{Cc}\n]/u);
    expect(values(writeConfig(config))).toEqual({ "left.name": name });
    // In the place of another: as a value of its own, in a flow map, and as a block.
    for (const before of [
      "left.name: a # b\n",
      "left: { name: 'a', preamp: 1 }\n",
      "left:\n  name: |-\n    a\n  preamp: 1\n",
    ]) {
      expect(values(updateConfig(before, config, "my.yaml", names))["left.name"]).toBe(name);
    }
  });
});

describe("a file that exists", () => {
  const commented = `# above all

# about the master
master:     # beside a map
  # inside a map
  volume:   -20.50      # beside a value

  bypass: off
left.eq: { 1: { type: 'peaking', # in a flow map
                frequency: 1e3 } }   # after it
# before a name
left.name: 0123
out1:
    # four spaces
    gain: 0x3 # hexadecimal
# at the end
`;

  test("stays to the byte when nothing differs", () => {
    const same = { "master.volume": -20.5, "master.bypass": "off", "left.eq.1.type": "peaking", "left.name": "0123" };
    expect(update(commented, same)).toBe(commented);
  });

  test("has its values changed and all else as it was: comments above, beside and inside, order and spelling", () => {
    const text = update(commented, {
      "out1.gain": -6,
      "left.eq.1.type": "lowshelf",
      "left.name": "Music: L",
      "master.volume": -3.25,
      "left.eq.1.frequency": 1000,
    });
    expect(text).toBe(
      commented
        .replace("-20.50", "-3.25")
        .replace("'peaking'", "lowshelf")
        .replace("0123", '"Music: L"')
        .replace("0x3", "-6"),
    );
  });

  test("gets what it lacks at its end, under names that are free", () => {
    const text = update(commented, {
      "out1.gain": 3,
      "out1.mute": "on",
      "out1.eq.2.q": 2,
      "out2.gain": 1,
      "left.preamp": 1,
    });
    expect(text).toBe(`${commented}out1.mute: on
out1.eq:
  2: { q: 2 }
out2:
  gain: 1 # dB
left:
  preamp: 1 # dB
`);
    expect(values(text)).toMatchObject({ "out1.mute": 1, "out1.eq.2.q": 2, "left.preamp": 1, "left.eq.1.type": 1 });
  });

  test.each([
    ["", "out1:\n  gain: 1 # dB\n"],
    ["# only this", "# only this\nout1:\n  gain: 1 # dB\n"],
    ["---\nmaster.volume: -1\n...\n", "---\nmaster.volume: -1\nout1:\n  gain: 1 # dB\n...\n"],
    ["  master.volume: -1\n", "  master.volume: -1\n  out1:\n    gain: 1 # dB\n"],
    ["left.name: |-\n  a", "left.name: |-\n  a\nout1:\n  gain: 1 # dB\n"],
    ["{ master.volume: -1 }\n", "master.volume: -1\nout1:\n  gain: 1 # dB\n"],
  ])("%j takes another parameter", (before, after) => {
    expect(update(before, { "out1.gain": 1 })).toBe(after);
  });

  const anchored = `left.eq.1: &hum { type: peaking, frequency: 50, q: &sharp 8 } # the hum
right.eq.1: *hum # the same
out1.eq:
  1: *hum
  2: { q: *sharp } # as sharp
`;
  const all = (path: string, value: number) => ({
    [`left.eq.1.${path}`]: value,
    [`right.eq.1.${path}`]: value,
    [`out1.eq.1.${path}`]: value,
  });

  test("keeps its anchors where all that refers to them changes alike", () => {
    expect(update(anchored, { ...all("frequency", 60), ...all("q", 4), "out1.eq.2.q": 4 })).toBe(
      anchored.replace("50", "60").replace("8", "4"),
    );
  });

  test("has an alias written out where it no longer means the same", () => {
    const text = update(anchored, { ...all("frequency", 60), "right.eq.1.frequency": 100, "out1.eq.2.q": 2 });
    expect(text).toBe(
      anchored
        .replace("50", "60")
        .replace("*hum # the", "{ type: peaking, frequency: 100, q: 8 } # the")
        .replace("*sharp }", "2 }"),
    );
  });

  test("keeps what aliases meant where only the anchor changes", () => {
    const before = values(anchored);
    const text = update(anchored, {
      ...before,
      "left.eq.1.type": "peaking",
      "left.eq.1.q": 3,
      "right.eq.1.type": "peaking",
      "out1.eq.1.type": "peaking",
    });
    expect(values(text)).toEqual({ ...before, "left.eq.1.q": 3 });
    expect(text).toContain("&sharp 3 } # the hum");
  });

  test("is not touched when it is wrong", () => {
    expect(() => update("out1.gian: 3\n", {})).toThrow('my.yaml:1: the RP2350 has no parameter "out1.gian"');
  });
});
