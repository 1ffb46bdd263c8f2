import { describe, expect, test } from "vitest";

import { chips, fullScale } from "./programs";
import { random, Session, sine, whiteNoise } from "./session";

const rates = [44_100, 48_000, 96_000];
const ceiling = fullScale * 10 ** (-6 / 20);
const attackMs = [100, 50, 20];
const releaseMs = [2000, 1000, 500];
const windowMs = [400, 200, 100];
/** A sine's peak over its RMS, dB. */
const crest = 20 * Math.log10(Math.SQRT2);

interface Settings {
  amount: number;
  maxGain: number;
  gate: number;
}

/** Gain in dB for an RMS level in dB re full scale. */
function formula(level: number, { amount, maxGain, gate }: Settings): number {
  if (level < gate) return 0;
  const slope = 1 - 1 / (1 + (amount / 100) * 19);
  const distance = -17 - level;
  const gain = level > -17 ? 0 : level > -23 ? (slope * distance ** 2) / 12 : (-20 - level) * slope;
  return Math.min(gain, maxGain);
}

function rmsLevel(samples: Int32Array): number {
  return 10 * Math.log10(samples.reduce((sum, x) => sum + (x / fullScale) ** 2, 0) / samples.length);
}

function peak(samples: Int32Array): number {
  return samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

/**
 * The gain in dB at every sample, sample by sample in double: RMS by a first-order lag, the formula, then a lag that is
 * fast down and slow up. Until a window's length has been heard, the RMS is that of all that has.
 */
function reference(input: number[], speed: number, settings: Settings, rate: number): number[] {
  const share = (ms: number[]) => 1 - Math.exp(-1000 / ((ms[speed] as number) * rate));
  const [window, attack, release] = [share(windowMs), share(attackMs), share(releaseMs)];
  let square = 0;
  let gain = 0;
  return input.map((x, n) => {
    square += (x * x - square) * Math.max(window, 1 / (n + 1));
    const target = formula(10 * Math.log10(square + 1e-30), settings);
    gain += (target - gain) * (target < gain ? attack : release);
    return gain;
  });
}

describe.each(chips)("%s, leveller", (chip) => {
  test.each([
    { amount: 50, maxGain: 35, gate: -96 },
    { amount: 100, maxGain: 35, gate: -96 },
    { amount: 10, maxGain: 35, gate: -96 },
    { amount: 0, maxGain: 35, gate: -96 },
    { amount: 50, maxGain: 15, gate: -96 },
    { amount: 100, maxGain: 35, gate: -60 },
  ])("raises as the formula says: %o", async (settings) => {
    for (const rate of settings.amount === 10 ? rates : [48_000]) {
      for (const level of [-15, -21, -26, -40, -57, -65]) {
        const session = new Session(chip, rate).route(0, 0).leveller({ ...settings, speed: 2 });
        session.commit().play(4 * rate);
        const { outputs } = await session.run(sine(1000, level + crest, rate));
        const last = outputs[0]?.subarray(-rate / 2) as Int32Array;
        const expected = formula(level, settings);
        expect(Math.abs(rmsLevel(last) - level - expected), `${level} dB at ${rate} Hz`).toBeLessThanOrEqual(0.1);
      }
    }
  });

  test("leaves alone what is below the gate, and raises what is above it", async () => {
    for (const [level, raised] of [
      [-97, 0],
      [-93, 35],
    ] as const) {
      const session = new Session(chip).route(0, 0).leveller({ amount: 100, maxGain: 35, speed: 2 });
      session.commit().play(5 * 48_000);
      const { outputs } = await session.run(sine(1000, level + crest, 48_000));
      const input = new Session(chip)
        .route(0, 0)
        .commit()
        .play(5 * 48_000);
      const plain = await input.run(sine(1000, level + crest, 48_000));
      const gain =
        rmsLevel(outputs[0]?.subarray(-24_000) as Int32Array) -
        rmsLevel(plain.outputs[0]?.subarray(-24_000) as Int32Array);
      expect(gain).toBeCloseTo(raised, 0);
    }
  });

  test("hears the louder channel, and gives both the same gain", async () => {
    const session = new Session(chip).route(0, 0).route(1, 1).leveller({ amount: 100, speed: 2 });
    session.commit().play(4 * 48_000);
    const loud = sine(1000, -20 + crest, 48_000);
    const quiet = sine(1000, -40 + crest, 48_000);
    const { outputs } = await session.run((n) => [quiet(n)[0], loud(n)[0]]);
    const gains = [-40, -20].map((level, o) => rmsLevel(outputs[o]?.subarray(-24_000) as Int32Array) - level);
    const expected = formula(-20, { amount: 100, maxGain: 15, gate: -96 });
    for (const gain of gains) expect(Math.abs(gain - expected)).toBeLessThanOrEqual(0.1);
  });

  for (const speed of [0, 1, 2]) {
    test(`falls and rises in the times of speed ${speed}`, async () => {
      const rate = 48_000;
      const settings = { amount: 60, maxGain: 15, gate: -96 };
      // 4 kHz: a whole number of periods in every millisecond
      const [loud, quiet] = [sine(4000, -24, rate), sine(4000, -50, rate)];
      const isLoud = (n: number) => n > 2.5 * rate && n < 4 * rate;
      const input = (n: number) => (isLoud(n) ? loud(n) : quiet(n));
      const session = new Session(chip).route(0, 0).leveller({ ...settings, speed, lookahead: false });
      session.commit().play(7 * rate);
      const { outputs } = await session.run(input);
      const out = outputs[0] as Int32Array;
      const levels = Array.from({ length: session.frames }, (_, n) => input(n)[0] / fullScale);
      const gains = reference(levels, speed, settings, rate);
      const late = 72; // a block is heard before its gain is known, and another passes while it is reached
      let largest = 0;
      for (let n = rate / 10; n + 48 < out.length; n += 48) {
        if (isLoud(n) !== isLoud(n + 47)) continue;
        const played = Int32Array.from({ length: 48 }, (_, i) => input(n + i)[0]);
        const gain = rmsLevel(out.subarray(n, n + 48)) - rmsLevel(played);
        largest = Math.max(largest, Math.abs(gain - (gains[n + 24 - late] as number)));
      }
      expect(largest).toBeLessThanOrEqual(0.1);
    });
  }

  test.each(rates)("delays by 10 ms with lookahead at %i Hz, and not at all without", async (rate) => {
    for (const lookahead of [true, false]) {
      const session = new Session(chip, rate).route(0, 0).leveller({ amount: 0, lookahead }).commit().play(rate);
      const at = rate / 2;
      const { outputs } = await session.run((n) => (n === at ? [100_000, 100_000] : [0, 0]));
      expect(outputs[0]?.findIndex((x) => x !== 0)).toBe(lookahead ? at + rate / 100 : at);
    }
  });

  test.each(rates)("lets nothing pass above −6 dBFS at %i Hz, whatever comes", async (rate) => {
    for (const lookahead of [true, false]) {
      const next = random(rate);
      const noise = whiteNoise(fullScale - 1, 7);
      let level = 1;
      const session = new Session(chip, rate).say("input 0 10").say("input 1 10").route(0, 0).route(1, 1);
      session.leveller({ amount: 100, maxGain: 35, speed: 2, lookahead }).commit();
      session.play(2 * rate, { sizes: [rate / 1000, rate / 1000 + 1, 7].map(Math.floor) });
      const { outputs } = await session.run((n) => {
        if (n % 997 === 0) level = 10 ** (-4 * next());
        const [left, right] = noise(n);
        return [Math.round(left * level), Math.round(right * level)];
      });
      for (const out of outputs.slice(0, 2)) {
        expect(peak(out)).toBeLessThanOrEqual(ceiling + 1);
        expect(peak(out)).toBeGreaterThan(0.99 * ceiling);
      }
    }
  });

  test("limits as gently as it looks ahead: the gain moves less than 1.5 dB a millisecond", async () => {
    const rate = 48_000;
    const session = new Session(chip).route(0, 0).leveller({ amount: 0 }).commit().play(rate);
    const at = rate / 2;
    const [loud, quiet] = [sine(6000, 0, rate), sine(6000, -12, rate)];
    const input = (n: number) => (n < at ? quiet(n) : loud(n));
    const { outputs } = await session.run(input);
    const out = outputs[0] as Int32Array;
    const gains = Array.from({ length: 80 }, (_, i) => {
      const n = at + (i - 40) * 48;
      const played = Int32Array.from({ length: 48 }, (_, j) => input(n - 480 + j)[0]);
      return rmsLevel(out.subarray(n, n + 48)) - rmsLevel(played);
    });
    expect(gains[0]).toBeCloseTo(0, 2);
    expect(gains[79]).toBeCloseTo(-6, 1);
    gains.slice(1).forEach((gain, i) => expect(Math.abs(gain - (gains[i] as number))).toBeLessThan(1.5));
  });

  test("holds the gain down after a peak, without lookahead too", async () => {
    const rate = 48_000;
    const session = new Session(chip).route(0, 0).leveller({ amount: 0, lookahead: false }).commit().play(rate);
    const at = rate / 2;
    const tone = sine(4000, -20, rate);
    const { outputs } = await session.run((n) => (n === at ? [0, fullScale - 1] : tone(n)));
    const gain = rmsLevel((outputs[0] as Int32Array).subarray(at + 1, at + 13)) - (-20 - crest);
    expect(gain).toBeCloseTo(-6, 2);
  });

  test("lets go of a peak with a time constant of 100 ms", async () => {
    const rate = 48_000;
    const session = new Session(chip).route(0, 0).leveller({ amount: 0 }).commit().play(rate);
    const at = rate / 2;
    const tone = sine(4000, -20, rate);
    const { outputs } = await session.run((n) => (n === at ? [fullScale - 1, 0] : tone(n)));
    const gainAfter = (ms: number) => {
      const n = at + 480 + ms * 48;
      return rmsLevel((outputs[0] as Int32Array).subarray(n, n + 480)) - (-20 - crest);
    };
    // −6 dB at the peak; from then on the decibels decay by the time constant, after 11 blocks of being held.
    expect(gainAfter(50) / gainAfter(150)).toBeCloseTo(Math.E, 1);
    expect(gainAfter(50)).toBeGreaterThan(-6);
    expect(gainAfter(50)).toBeLessThan(-3);
  });

  test("costs not a bit when it is off: the output is the input", async () => {
    const session = new Session(chip).route(0, 0).leveller({ on: false }).crossfeed().say("crossfeed 0 0 0 1 0 0");
    session.commit().play(9600);
    const noise = whiteNoise(fullScale / 2);
    const input = Array.from({ length: session.frames }, noise);
    const { outputs } = await session.run((n) => input[n] as [number, number]);
    expect(outputs[0]?.subarray(4800)).toEqual(Int32Array.from(input.slice(4800), ([left]) => left));
  });

  test("starts anew when it is switched on again", async () => {
    const rate = 48_000;
    const session = new Session(chip).route(0, 0).leveller({ amount: 100 }).commit();
    session
      .play(6 * rate)
      .leveller({ on: false })
      .commit()
      .play(4800);
    session.leveller({ amount: 100 }).commit().play(4800);
    const { outputs } = await session.run(sine(1000, -40 + crest, rate));
    const out = outputs[0] as Int32Array;
    expect(rmsLevel(out.subarray(5.5 * rate, 6 * rate)) + 40).toBeGreaterThan(13);
    expect(rmsLevel(out.subarray(-480)) + 40).toBeLessThan(2);
  });
});
