import { expect, test } from "vitest";

import { parseConfig } from "../../cli/config";

const values = (text: string) =>
  Object.fromEntries(parseConfig(text, "c.yaml", "rp2350").map(({ path, value }) => [path, value]));

test("names may be nested or dotted, with comments, words and numbers", () => {
  const text = `
# everything about the first output
out1:
  gain: -3.5      # dB
  eq:
    2: { type: peaking, frequency: 1e3 }
  eq.3.q: 4
master.bypass: on
left.name: 0123
crossfeed: { itd: false, preset: jan-meier }
`;
  expect(values(text)).toEqual({
    "out1.gain": -3.5,
    "out1.eq.2.type": 1,
    "out1.eq.2.frequency": 1000,
    "out1.eq.3.q": 4,
    "master.bypass": 1,
    "left.name": "0123",
    "crossfeed.itd": 0,
    "crossfeed.preset": 2,
  });
});

test("one value may serve in several places", () => {
  expect(values("left.eq: &hum { 1.frequency: 50 }\nright.eq: *hum\n")).toEqual({
    "left.eq.1.frequency": 50,
    "right.eq.1.frequency": 50,
  });
});

test("an empty file sets nothing", () => {
  expect(values("# nothing yet\n")).toEqual({});
});

test("all that is wrong is told at once, with file, line and what was expected", () => {
  const text = `master:
  volume: 3
  volum: -3
out1.enabled: perhaps
out1:
  enabled: on
  eq.2: [1, 2]
  delay:
out9.gain: 0
left: 5
slot1.pin: 12
`;
  const expected = [
    "the configuration is wrong, so nothing of it was applied",
    "c.yaml:2: master.volume: expected a number -128 … 0 dB, not 3",
    'c.yaml:3: the RP2350 has no parameter "master.volum": did you mean "master.volume"?',
    'c.yaml:4: out1.enabled: expected off or on, not "perhaps"',
    'c.yaml:7: "out1.eq.2" is a group of parameters: name one of them, such as "out1.eq.2.type"',
    "c.yaml:8: out1.delay: expected a number 0 … 85 ms, not null",
    'c.yaml:9: the RP2350 has no parameter "out9.gain": did you mean "out1.gain"?',
    'c.yaml:10: "left" is a group of parameters: name one of them, such as "left.preamp"',
    "c.yaml:11: slot1.pin: expected a usable GPIO of the RP2350 (0–11, 13–22, 26–29), not 12",
  ];
  expect(() => values(text)).toThrow(new Error(expected.join("\n")));
});

test("a name set twice is an error, nested or dotted", () => {
  expect(() => values("out1.gain: 1\nout1:\n  gain: 2\n")).toThrow("c.yaml:3: out1.gain is set in line 1 already");
  expect(() => values("out1.gain: 1\nout1.gain: 2\n")).toThrow("c.yaml:2: Map keys must be unique");
});

test("what another chip has is told apart", () => {
  expect(parseConfig("out8.gain: 1", "c.yaml", "rp2350")).toHaveLength(1);
  expect(() => parseConfig("out8.gain: 1", "c.yaml", "rp2040")).toThrow('the RP2040 has no parameter "out8.gain"');
});

test.each([
  ["a: [", /^c\.yaml:1: /m],
  ["just a text", /^c\.yaml:1: names of parameters were expected, such as master.volume: -20$/m],
  ["- master.volume: 1", /^c\.yaml:1: names of parameters were expected/m],
  ["? [a, b]\n: 1", /^c\.yaml:1: a name was expected$/m],
  ["out1: &a\n  eq: *a", /^c\.yaml:2: out1\.eq\.eq… is nested too deep$/m],
  ["out1: *none", /^c\.yaml:1: \*none refers to no &none before it$/m],
  ["master.volume: !loud 3", /^c\.yaml:1: Unresolved tag: !loud/m],
])("%j is not a configuration", (text, error) => {
  expect(() => values(text)).toThrow(error);
});
