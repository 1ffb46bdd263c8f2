import { describe, expect, it } from "vitest";

import { designBand, FilterType } from "./dsp/biquad";
import { designCrossfeed } from "./dsp/crossfeed";
import { designLeveller } from "./dsp/leveller";
import { designLoudness, loudnessSections } from "./dsp/loudness";
import { Bench, f32 } from "./testing/bench";

const flat = [0, 0, 0, 1, 0, 0];
const { highPass, lowPass, peaking } = FilterType;

function coefficients(type: number, frequency: number, q: number, gain: number, rate: number): number[] {
  const { a1m1, a2, a3, m0, m1, m2 } = designBand(type, frequency, q, gain, rate);
  return [a1m1, a2, a3, m0, m1, m2];
}

describe("a device that starts", () => {
  it("hands the whole engine over in one commit, for the rate of the host", () => {
    for (const [id, channels, outputs] of [
      [0, 7, 5],
      [1, 11, 9],
    ] as const) {
      const { engine } = new Bench(id);
      expect(engine.commits).toEqual([44100]);
      expect(Object.keys(engine.bands)).toHaveLength(channels * 10);
      expect(Object.keys(engine.crosspoints)).toHaveLength(2 * outputs);
      expect(engine.inputGains).toEqual([1, 1]);
      expect(engine.bypass).toBe(false);
      expect(engine.masterGain).toBeCloseTo(0.1, 12); // −20 dB
      expect(engine.outputs).toEqual(
        Array.from({ length: outputs }, (_, o) => ({ enabled: o < 2, gain: 1, delayFrames: 0 })),
      );
      expect(engine.bands["0 0"]).toEqual(flat);
      expect(engine.bands["2 0"]).toEqual(coefficients(highPass, 80, Math.fround(0.707), 0, 44100));
      expect(engine.bands[`${channels - 1} 0`]).toEqual(coefficients(lowPass, 80, Math.fround(0.707), 0, 44100));
    }
  });

  it("comes back with the parameters that a machine before it left in live memory", () => {
    const before = new Bench(1);
    before.out(0xd2, 0, f32(-6));
    before.out(0x78, 0, f32(10));
    before.in(0x7c, (16 << 8) | 0);
    const after = new Bench(1, { memory: before.host.memory });
    expect(after.inF32(0xd3)).toBe(-6);
    expect(after.engine.masterGain).toBeCloseTo(Math.pow(10, -6 / 20), 12);
    expect(after.engine.outputs[0]?.delayFrames).toBe(441);
    expect(after.host.configured).toContain("slot 0 spdif 16");
  });
});

describe("a change", () => {
  it("of a band designs that band alone and commits once", () => {
    const bench = new Bench(1);
    const staged = bench.engine.bandsStaged;
    bench.band(3, 4, peaking, 1000, 2, -3);
    expect(bench.engine.bandsStaged).toBe(staged + 1);
    expect(bench.engine.commits).toHaveLength(2);
    expect(bench.engine.bands["3 4"]).toEqual(coefficients(peaking, 1000, 2, -3, 44100));
  });

  it("to the value that is there commits nothing, nor does reading", () => {
    const bench = new Bench(1);
    bench.out(0x74, 0, f32(0));
    bench.in(0x43, 0);
    bench.in(0x50, 9);
    expect(bench.engine.commits).toHaveLength(1);
  });

  it("of an unknown band type is flat", () => {
    const bench = new Bench(1);
    bench.band(0, 0, peaking, 1000, 2, -3);
    bench.band(0, 0, 6, 1000, 2, -3);
    expect(bench.engine.bands["0 0"]).toEqual(flat);
  });

  it("of preamps and bypass is heard", () => {
    const bench = new Bench(1);
    bench.out(0xd0, 1, f32(20));
    expect(bench.engine.inputGains).toEqual([1, 10]);
    bench.out(0x46, 0, [1]);
    expect(bench.engine.bypass).toBe(true);
  });

  it("of a route is its gain, negative when inverted and 0 when off", () => {
    const bench = new Bench(0);
    const heard = () => bench.engine.crosspoints["1 2"];
    expect(heard()).toBe(0);
    bench.route(1, 2, 1, 0, -20);
    expect(heard()).toBeCloseTo(0.1, 12);
    bench.route(1, 2, 1, 1, -20);
    expect(heard()).toBeCloseTo(-0.1, 12);
    bench.route(1, 2, 0, 1, -20);
    expect(heard()).toBe(0);
    bench.route(1, 2, 1, 0, -128);
    expect(heard()).toBe(0);
  });

  it("of an output's gain and mute is heard: muted or at −128 dB it is silent", () => {
    const bench = new Bench(0);
    const gain = () => bench.engine.outputs[1]?.gain;
    bench.out(0x74, 1, f32(6));
    expect(gain()).toBeCloseTo(Math.pow(10, 6 / 20), 12);
    bench.out(0x76, 1, [1]);
    expect(gain()).toBe(0);
    bench.out(0x76, 1, [0]);
    expect(gain()).toBeCloseTo(Math.pow(10, 6 / 20), 12);
    bench.out(0x74, 1, f32(-130));
    expect(gain()).toBe(0);
  });

  it("of the master volume is heard, and −128 dB is silence", () => {
    const bench = new Bench(0);
    bench.out(0xd2, 0, f32(-40));
    expect(bench.engine.masterGain).toBeCloseTo(0.01, 12);
    bench.out(0xd2, 0, f32(-128));
    expect(bench.engine.masterGain).toBe(0);
  });

  it("of a delay is rounded to the nearest frame, by output or by channel", () => {
    const bench = new Bench(1);
    const frames = () => bench.engine.outputs[3]?.delayFrames;
    bench.out(0x78, 3, f32(0.034)); // 1.4994 frames at 44.1 kHz
    expect(frames()).toBe(1);
    bench.out(0x78, 3, f32(0.0341)); // 1.50381
    expect(frames()).toBe(2);
    bench.out(0x48, 5, f32(1000)); // 85 ms
    expect(frames()).toBe(3749);
  });

  it("of the enabling of outputs is heard", () => {
    const bench = new Bench(1);
    bench.out(0x72, 8, [1]);
    expect(bench.engine.outputs[8]?.enabled).toBe(true);
    bench.out(0x72, 0, [0]);
    expect(bench.engine.outputs[0]?.enabled).toBe(false);
  });

  it("of the crossfeed is heard, and switched off it is flat", () => {
    const bench = new Bench(1);
    expect(bench.engine.crossfeed).toEqual(flat);
    bench.out(0x5e, 0, [1]);
    const { a1m1, a2, a3, m0, m1, m2 } = designCrossfeed(700, 4.5, true, 44100);
    expect(bench.engine.crossfeed).toEqual([a1m1, a2, a3, m0, m1, m2]);
    bench.out(0x60, 0, [3]);
    bench.out(0x62, 0, f32(1000));
    bench.out(0x64, 0, f32(3));
    bench.out(0x66, 0, [0]);
    expect(bench.engine.crossfeed[0]).toBe(designCrossfeed(1000, 3, false, 44100).a1m1);
    bench.out(0x5e, 0, [0]);
    expect(bench.engine.crossfeed).toEqual(flat);
  });

  it("of the leveller is heard, and switched off it has blocks of no frames", () => {
    const bench = new Bench(1);
    expect(bench.engine.leveller[10]).toBe(0);
    for (const [request, value] of [
      [0xb4, [1]],
      [0xb6, f32(100)],
      [0xb8, [2]],
      [0xba, f32(20)],
      [0xbc, [0]],
      [0xbe, f32(-60)],
    ] as const)
      bench.out(request, 0, value);
    expect(bench.engine.leveller).toEqual(Object.values(designLeveller(100, 2, 20, false, -60, 44100)));
    bench.usb.askRate(96000);
    expect(bench.engine.leveller).toEqual(Object.values(designLeveller(100, 2, 20, false, -60, 96000)));
    bench.out(0xb4, 0, [0]);
    expect(bench.engine.leveller[10]).toBe(0);
  });

  it("of a delay of the inputs or of a name leaves the engine alone", () => {
    const bench = new Bench(1);
    bench.out(0x9b, 0, [65]);
    expect(bench.engine.commits).toHaveLength(1);
    bench.out(0x48, 1, f32(5));
    expect(bench.engine.outputs.every((output) => output.delayFrames === 0)).toBe(true);
  });
});

describe("another sample rate", () => {
  it("redesigns every band and delay in one commit", () => {
    const bench = new Bench(1);
    bench.band(0, 0, peaking, 1000, 2, -3);
    bench.out(0x78, 0, f32(85));
    bench.usb.askRate(48000);
    expect(bench.engine.commits).toEqual([44100, 44100, 44100, 48000]);
    expect(bench.engine.bands["0 0"]).toEqual(coefficients(peaking, 1000, 2, -3, 48000));
    expect(bench.engine.outputs[0]?.delayFrames).toBe(4080);
  });

  it("that nobody offered becomes 44.1 kHz for the engine", () => {
    const bench = new Bench(1);
    bench.usb.askRate(96000);
    bench.usb.askRate(32000);
    bench.usb.askRate(192000);
    expect(bench.engine.commits).toEqual([44100, 96000, 44100, 44100]);
  });
});

describe("loudness", () => {
  const sections = (reference: number, volume: number, intensity: number) =>
    Array.from({ length: loudnessSections }, (_, section) =>
      Object.values<number>({ ...designLoudness(section, reference, volume, intensity, 44100) }),
    );

  it("is flat until it is switched on, whatever the host's volume", () => {
    const bench = new Bench(1);
    bench.usb.setVolume(-40);
    expect(bench.engine.loudness).toEqual(sections(83, 0, 0));
    expect(bench.engine.commits).toHaveLength(1);
    bench.out(0x58, 0, [1]);
    expect(bench.engine.loudness).toEqual(sections(83, -40, 100));
  });

  it("follows the host's volume, its reference and its intensity, and never the master volume", () => {
    const bench = new Bench(1);
    bench.out(0x58, 0, [1]);
    bench.usb.setVolume(-12.5);
    expect(bench.engine.loudness).toEqual(sections(83, -12.5, 100));
    bench.out(0x5a, 0, f32(70));
    bench.out(0x5c, 0, f32(50));
    expect(bench.engine.loudness).toEqual(sections(70, -12.5, 50));
    const staged = bench.engine.loudnessStaged;
    bench.out(0xd2, 0, f32(-50));
    bench.out(0x44, 0, f32(-10));
    expect(bench.engine.loudnessStaged).toBe(staged);
  });
});
