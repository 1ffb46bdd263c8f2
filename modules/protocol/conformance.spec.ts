import { describe, expect, it } from "vitest";

import { Bench, f32 } from "../testing/bench";

/** Counts of a platform, from the protocol's table of dimensions. */
const chips = [
  { id: 0, channels: 7, outputs: 5 },
  { id: 1, channels: 11, outputs: 9 },
];

/** SET, GET, number of indices (by chip), factory default, then what is sent and what reads back. */
type NumberRequest = [name: string, set: number, get: number, count: number[], initial: number, cases: number[][]];

// prettier-ignore
const floatRequests: NumberRequest[] = [
  ["preamp of both inputs", 0x44, 0x45, [1, 1], 0, [[-6, -6], [-61, -60], [21, 20]]],
  ["channel delay", 0x48, 0x49, [7, 11], 0, [[12.5, 12.5], [-1, 0], [100, 85]]],
  ["legacy gain", 0x54, 0x55, [3, 3], 0, [[-4, -4], [13, 12], [-500, -128]]],
  ["loudness reference", 0x5a, 0x5b, [1, 1], 83, [[75, 75], [39, 40], [101, 100]]],
  ["loudness intensity", 0x5c, 0x5d, [1, 1], 100, [[150, 150], [-1, 0], [201, 200]]],
  ["crossfeed frequency", 0x62, 0x63, [1, 1], 700, [[650, 650], [499, 500], [2001, 2000]]],
  ["crossfeed feed", 0x64, 0x65, [1, 1], 4.5, [[9.5, 9.5], [-1, 0], [16, 15]]],
  ["output gain", 0x74, 0x75, [5, 9], 0, [[-3.5, -3.5], [13, 12], [-500, -128]]],
  ["output delay", 0x78, 0x79, [5, 9], 0, [[2.5, 2.5], [-1, 0], [85.5, 85]]],
  ["leveller amount", 0xb6, 0xb7, [1, 1], 50, [[70, 70], [-1, 0], [101, 100]]],
  ["leveller max gain", 0xba, 0xbb, [1, 1], 15, [[20, 20], [-1, 0], [36, 35]]],
  ["leveller gate", 0xbe, 0xbf, [1, 1], -96, [[-60, -60], [-97, -96], [1, 0]]],
  ["input preamp", 0xd0, 0xd1, [2, 2], 0, [[3, 3], [-1000, -60], [1000, 20]]],
  ["master volume", 0xd2, 0xd3, [1, 1], -20, [[-127.5, -127.5], [-129, -128], [0.5, 0]]],
];

/** As above; [sent, read back]. */
// prettier-ignore
const byteRequests: NumberRequest[] = [
  ["bypass", 0x46, 0x47, [1, 1], 0, [[1, 1], [0, 0], [7, 1]]],
  ["legacy mute", 0x56, 0x57, [3, 3], 0, [[1, 1], [7, 7], [0, 0]]],
  ["loudness on", 0x58, 0x59, [1, 1], 0, [[1, 1], [2, 1]]],
  ["crossfeed on", 0x5e, 0x5f, [1, 1], 0, [[1, 1], [255, 1]]],
  ["crossfeed preset", 0x60, 0x61, [1, 1], 0, [[3, 3], [4, 3]]],
  ["crossfeed ITD", 0x66, 0x67, [1, 1], 1, [[0, 0], [9, 1]]],
  ["output mute", 0x76, 0x77, [5, 9], 0, [[1, 1], [7, 7], [0, 0]]],
  ["leveller on", 0xb4, 0xb5, [1, 1], 0, [[1, 1], [2, 1]]],
  ["leveller speed", 0xb8, 0xb9, [1, 1], 0, [[2, 2], [3, 2]]],
  ["leveller lookahead", 0xbc, 0xbd, [1, 1], 1, [[0, 0], [8, 1]]],
];

describe("requests of one number", () => {
  for (const { id } of chips)
    for (const [name, set, get, counts, initial, cases] of floatRequests) {
      const count = counts[id] as number;
      it(`${name} clamps and reads back at once (platform ${id})`, () => {
        const bench = new Bench(id);
        for (let index = 0; index < count; index++) {
          expect(bench.inF32(get, index)).toBe(initial);
          for (const [sent, stored] of cases as [number, number][]) {
            expect(bench.out(set, index, f32(sent))).toBe(true);
            expect(bench.inF32(get, index)).toBe(stored);
          }
        }
      });

      it(`${name} ignores short, infinite and not-a-number payloads (platform ${id})`, () => {
        const bench = new Bench(id);
        for (const payload of [f32(Infinity), f32(NaN), [0, 0, 0]]) {
          expect(bench.out(set, 0, payload)).toBe(true);
          expect(bench.inF32(get, 0)).toBe(initial);
        }
      });

      it(`${name} takes the index from the low byte and nothing beyond the last one (platform ${id})`, () => {
        if (count === 1) return;
        const bench = new Bench(id);
        const sent = (cases[0] as number[])[0] as number;
        for (const index of [count, 0xfe, 0xff]) {
          expect(bench.out(set, index, f32(sent))).toBe(true);
          expect(bench.in(get, index)).toBeUndefined();
        }
        for (let index = 0; index < count; index++) expect(bench.inF32(get, index)).toBe(initial);
        expect(bench.out(set, 0x0101, f32(sent))).toBe(true);
        expect(bench.inF32(get, 1)).toBe(sent);
        expect(bench.inF32(get, 0x0101)).toBe(sent);
      });
    }
});

describe("requests of one byte", () => {
  for (const { id } of chips)
    for (const [name, set, get, counts, initial, cases] of byteRequests) {
      const count = counts[id] as number;
      it(`${name} reads back at once (platform ${id})`, () => {
        const bench = new Bench(id);
        for (let index = 0; index < count; index++) {
          expect(bench.in(get, index)).toEqual([initial]);
          for (const [sent, stored] of cases as [number, number][]) {
            expect(bench.out(set, index, [sent, 0xaa, 0xbb])).toBe(true); // what follows does not count
            expect(bench.in(get, index)).toEqual([stored]);
          }
        }
        if (count === 1) return;
        expect(bench.out(set, count, [1])).toBe(true);
        expect(bench.in(get, count)).toBeUndefined();
      });
    }
});

describe("EQ bands", () => {
  for (const { id, channels } of chips) {
    it(`every band of every channel reads back at once, field by field (platform ${id})`, () => {
      const bench = new Bench(id);
      for (let channel = 0; channel < channels; channel++)
        for (let band = 0; band < 10; band++) {
          const frequency = 100 + 10 * channel + band;
          expect(bench.band(channel, band, 1 + (band % 5), frequency, 2.5, 1.5 * band - 6)).toBe(true);
        }
      for (let channel = 0; channel < channels; channel++)
        for (let band = 0; band < 10; band++) {
          const value = (channel << 8) | (band << 4);
          expect(bench.in(0x43, value)).toEqual([1 + (band % 5), 0, 0, 0]);
          expect(bench.inF32(0x43, value | 1)).toBe(100 + 10 * channel + band);
          expect(bench.inF32(0x43, value | 2)).toBe(2.5);
          expect(bench.inF32(0x43, value | 3)).toBe(1.5 * band - 6);
          for (let field = 4; field < 16; field++) expect(bench.in(0x43, value | field)).toEqual([0, 0, 0, 0]);
        }
    });

    it(`GET stalls and SET is ignored beyond the last channel and band (platform ${id})`, () => {
      const bench = new Bench(id);
      expect(bench.in(0x43, channels << 8)).toBeUndefined();
      expect(bench.in(0x43, 0xff00)).toBeUndefined();
      for (const band of [10, 11, 15]) expect(bench.in(0x43, band << 4)).toBeUndefined();
      expect(bench.band(channels, 0, 1, 1000, 1, 6)).toBe(true);
      expect(bench.band(0, 10, 1, 1000, 1, 6)).toBe(true);
      expect(bench.engine.commits).toHaveLength(1); // the one of the start
    });
  }

  it("clamp frequency, Q and gain and keep unknown types", () => {
    const bench = new Bench(1);
    const read = () => [bench.inU32(0x43, 0), bench.inF32(0x43, 1), bench.inF32(0x43, 2), bench.inF32(0x43, 3)];
    bench.band(0, 0, 200, 1, 0.05, -90);
    expect(read()).toEqual([200, 10, Math.fround(0.1), -60]);
    bench.band(0, 0, 3, 30000, 25, 21);
    expect(read()).toEqual([3, 20000, 20, 20]);
  });

  it("keep frequencies above 0.45 of the sample rate as asked", () => {
    const bench = new Bench(1);
    bench.band(0, 0, 1, 20000, 1, 6);
    bench.usb.askRate(48000);
    bench.usb.askRate(44100);
    expect(bench.inF32(0x43, 1)).toBe(20000);
  });

  it("stay as they were when one of three numbers is not finite or the payload is short", () => {
    const bench = new Bench(1);
    bench.band(0, 0, 1, 500, 2, 3);
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(bench.band(0, 0, 2, bad, 1, 1)).toBe(true);
      expect(bench.band(0, 0, 2, 100, bad, 1)).toBe(true);
      expect(bench.band(0, 0, 2, 100, 1, bad)).toBe(true);
    }
    expect(bench.out(0x42, 0, [0, 0, 2, 0, ...f32(100), ...f32(1), 0, 0, 0])).toBe(true);
    expect([bench.inU32(0x43, 0), bench.inF32(0x43, 1), bench.inF32(0x43, 2), bench.inF32(0x43, 3)]).toEqual([
      1, 500, 2, 3,
    ]);
  });
});

describe("matrix routes", () => {
  for (const { id, outputs } of chips)
    it(`start with left to output 1 and right to output 2, and read back as sent (platform ${id})`, () => {
      const bench = new Bench(id);
      for (let input = 0; input < 2; input++)
        for (let output = 0; output < outputs; output++) {
          const value = (input << 8) | output;
          expect(bench.in(0x71, value)).toEqual([input, output, input === output ? 1 : 0, 0, 0, 0, 0, 0]);
          expect(bench.route(input, output, 3, 2, -6.5)).toBe(true);
          expect(bench.in(0x71, value)).toEqual([input, output, 3, 2, ...f32(-6.5)]);
        }
      expect(bench.in(0x71, outputs)).toBeUndefined();
      expect(bench.in(0x71, 0x0200)).toBeUndefined();
      expect(bench.route(2, 0, 0, 0, 0)).toBe(true);
      expect(bench.route(0, outputs, 0, 0, 0)).toBe(true);
      expect(bench.in(0x71, 0)).toEqual([0, 0, 3, 2, ...f32(-6.5)]);
    });

  it("clamp to +12 dB, take −∞ as silence, and ignore NaN, +∞ and short payloads", () => {
    const bench = new Bench(1);
    bench.route(0, 0, 1, 0, 40);
    expect(bench.in(0x71, 0)).toEqual([0, 0, 1, 0, ...f32(12)]);
    bench.route(0, 0, 0, 1, NaN);
    bench.route(0, 0, 0, 1, Infinity);
    bench.out(0x70, 0, [0, 0, 0, 1, 0, 0, 0]);
    expect(bench.in(0x71, 0)).toEqual([0, 0, 1, 0, ...f32(12)]);
    bench.route(0, 0, 1, 0, -Infinity);
    expect(bench.in(0x71, 0)).toEqual([0, 0, 1, 0, ...f32(-128)]);
  });
});

describe("aliases", () => {
  for (const { id, outputs } of chips)
    it(`legacy gain and mute 0, 1, 2 are those of outputs 1, 2 and PDM (platform ${id})`, () => {
      const bench = new Bench(id);
      for (const [legacy, output] of [
        [0, 0],
        [1, 1],
        [2, outputs - 1],
      ] as const) {
        bench.out(0x54, legacy, f32(-1 - legacy));
        expect(bench.inF32(0x75, output)).toBe(-1 - legacy);
        bench.out(0x76, output, [5]);
        expect(bench.in(0x57, legacy)).toEqual([5]);
      }
      expect(bench.in(0x55, 3)).toBeUndefined();
      expect(bench.in(0x57, 3)).toBeUndefined();
    });

  it("0x44 sets both preamps, 0x45 reads the left one", () => {
    const bench = new Bench(1);
    bench.out(0x44, 0, f32(-6));
    expect([bench.inF32(0xd1, 0), bench.inF32(0xd1, 1)]).toEqual([-6, -6]);
    bench.out(0xd0, 1, f32(-2));
    expect(bench.inF32(0x45)).toBe(-6);
  });

  it("an output's delay sets its channel's, but not the other way round", () => {
    const bench = new Bench(1);
    bench.out(0x78, 3, f32(4));
    expect(bench.inF32(0x49, 5)).toBe(4);
    bench.out(0x48, 5, f32(7));
    expect(bench.inF32(0x79, 3)).toBe(4);
    expect(bench.inF32(0x49, 5)).toBe(7);
    bench.out(0x78, 3, f32(4)); // as it was: still written through
    expect(bench.inF32(0x49, 5)).toBe(4);
  });
});

describe("channel names", () => {
  const text = (bytes: number[] | undefined) => String.fromCharCode(...(bytes ?? []).filter((byte) => byte !== 0));

  it("are those of the factory at first", () => {
    const names = (id: number, count: number) => {
      const bench = new Bench(id);
      return Array.from({ length: count }, (_, channel) => text(bench.in(0x9c, channel)));
    };
    const slots = (n: number) => Array.from({ length: 2 * n }, (_, i) => `SPDIF ${1 + (i >> 1)} ${i % 2 ? "R" : "L"}`);
    expect(names(0, 7)).toEqual(["USB L", "USB R", ...slots(2), "PDM"]);
    expect(names(1, 11)).toEqual(["USB L", "USB R", ...slots(4), "PDM"]);
  });

  it("keep 31 bytes, fill with zeros, and stall beyond the last channel", () => {
    const bench = new Bench(0);
    const long = Array.from({ length: 64 }, (_, i) => 33 + i);
    bench.out(0x9b, 6, long);
    expect(bench.in(0x9c, 6)).toEqual([...long.slice(0, 31), 0]);
    bench.out(0x9b, 6, [65]);
    expect(bench.in(0x9c, 6)).toEqual([65, ...new Array<number>(31).fill(0)]);
    expect(bench.out(0x9b, 7, [65])).toBe(true);
    expect(bench.in(0x9c, 7)).toBeUndefined();
  });
});

describe("output enable", () => {
  for (const { id, outputs } of chips) {
    const pdm = outputs - 1;
    it(`refuses PDM while an output from 3 on is enabled, and the other way round (platform ${id})`, () => {
      const bench = new Bench(id);
      expect(Array.from({ length: outputs }, (_, o) => bench.in(0x73, o)?.[0])).toEqual(
        Array.from({ length: outputs }, (_, o) => (o < 2 ? 1 : 0)),
      );
      expect(bench.in(0x7a)).toEqual([0]);
      expect(bench.in(0x7b, pdm)).toEqual([0]);

      bench.out(0x72, 2, [9]);
      expect(bench.in(0x73, 2)).toEqual([1]);
      expect(bench.in(0x7a)).toEqual([2]);
      expect(bench.in(0x7b, pdm)).toEqual([1]);
      expect(bench.out(0x72, pdm, [1])).toBe(true);
      expect(bench.in(0x73, pdm)).toEqual([0]);

      bench.out(0x72, 2, [0]);
      bench.out(0x72, pdm, [1]);
      expect(bench.in(0x7a)).toEqual([1]);
      for (let output = 2; output < pdm; output++) {
        expect(bench.in(0x7b, output)).toEqual([1]);
        expect(bench.out(0x72, output, [1])).toBe(true);
        expect(bench.in(0x73, output)).toEqual([0]);
      }
      for (const output of [0, 1, outputs, 255]) expect(bench.in(0x7b, output)).toEqual([0]);
      bench.out(0x72, 0, [0]);
      bench.out(0x72, 0, [1]);
      expect(bench.in(0x73, 0)).toEqual([1]);
      expect(bench.in(0x73, outputs)).toBeUndefined();
      expect(bench.out(0x72, outputs, [1])).toBe(true);
    });
  }
});

describe("identity", () => {
  it("0x7E is the serial number without a final 0", () => {
    expect(String.fromCharCode(...(new Bench(0).in(0x7e) ?? []))).toBe("E6605838832B7A2F");
  });

  it("0x7F is platform, firmware 1.1.3 and number of outputs", () => {
    expect(new Bench(0).in(0x7f)).toEqual([0, 0x01, 0x13, 5]);
    expect(new Bench(1).in(0x7f)).toEqual([1, 0x01, 0x13, 9]);
  });
});

describe("status 0x50", () => {
  for (const { id, channels } of chips)
    it(`has peaks, loads and clip flags in selectors 0, 1, 2 and 9 (platform ${id})`, () => {
      const bench = new Bench(id);
      bench.engine.peaks = Array.from({ length: channels }, (_, i) => 0x7000 + i);
      bench.host.loads = [12, 200];
      bench.engine.clipFlags = 0x0405;
      expect(bench.inU32(0x50, 0)).toBe(0x70017000);
      expect(bench.inU32(0x50, 1)).toBe(0x70037002);
      expect(bench.inU32(0x50, 2)).toBe(0xc80c7004);
      const peaks = bench.engine.peaks.flatMap((peak) => [peak & 255, peak >> 8]);
      expect(bench.in(0x50, 9)).toEqual([...peaks, 12, 200, 0x05, 0x04]);
    });

  it("has the counters in selectors 3–8 and 10–22, and 0 beyond", () => {
    const bench = new Bench(1);
    for (let selector = 3; selector <= 22; selector++)
      if (selector !== 9) expect(bench.inU32(0x50, selector)).toBe(0x01020300 + selector);
    for (const selector of [23, 24, 100, 255]) expect(bench.in(0x50, selector)).toEqual([0, 0, 0, 0]);
  });
});

describe("clear clips 0x83", () => {
  it("answers the flags as they were and zeroes them", () => {
    const bench = new Bench(1);
    bench.engine.clipFlags = 0x0301;
    expect(bench.in(0x83)).toEqual([0x01, 0x03]);
    expect(bench.in(0x83)).toEqual([0, 0]);
  });

  it("works as OUT without a payload, and does nothing as OUT with one", () => {
    const bench = new Bench(1);
    bench.engine.clipFlags = 1;
    expect(bench.out(0x83, 0, [0])).toBe(true);
    expect(bench.engine.clipFlags).toBe(1);
    expect(bench.out(0x83, 0, [])).toBe(true);
    expect(bench.engine.clipFlags).toBe(0);
  });
});
