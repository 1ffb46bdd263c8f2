import { describe, expect, test } from "vitest";

import { decibels, impulseResponses, type Complex } from "./impulse";
import { chips, fullScale } from "./programs";
import { Session, whiteNoise } from "./session";

const rates = [44_100, 48_000, 96_000];
const settings = [
  [700, 4.5],
  [700, 6],
  [650, 9.5],
  [500, 15],
  [1200, 4.5],
  [2000, 4.5],
  [2000, 0],
] as const;

const times = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
const over = (a: Complex, b: Complex): Complex => {
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
};

/** What one side gives to the other: G × one-pole low pass × first-order all-pass, written in z. */
function cross(frequency: number, feed: number, itd: boolean, rate: number, f: number): Complex {
  const x = Math.exp((-2 * Math.PI * frequency) / rate);
  const gain = 1 / (1 + 10 ** (feed / 20));
  const delay = itd ? 220e-6 * rate - x / (1 - x) : 0;
  const w = (2 * Math.PI * f) / rate;
  const z = { re: Math.cos(w), im: -Math.sin(w) }; // to the power of −1
  const low = over({ re: gain * (1 - x), im: 0 }, { re: 1 - x * z.re, im: -x * z.im });
  if (delay <= 0) return low;
  const a = (1 - delay) / (1 + delay);
  return times(low, over({ re: a + z.re, im: z.im }, { re: 1 + a * z.re, im: a * z.im }));
}

/** Within 0.002 dB, as every filter, or 100 dB below what is played. */
function expectSame(heard: Complex, wanted: Complex, name: string): void {
  const [a, b] = [Math.hypot(heard.re, heard.im), Math.hypot(wanted.re, wanted.im)];
  expect(Math.abs(a - b), name).toBeLessThan(Math.max(1e-5, 2.3e-4 * b));
}

describe.each(chips)("%s, crossfeed", (chip) => {
  test("leaves a mono signal as it is, to the bit, at every setting", async () => {
    for (const rate of rates)
      for (const [frequency, feed] of settings)
        for (const itd of [false, true]) {
          const session = new Session(chip, rate).route(0, 0).route(1, 1).crossfeed(frequency, feed, itd);
          session.commit().play(rate / 10);
          const noise = whiteNoise(fullScale / 2);
          const input = Int32Array.from({ length: session.frames }, () => noise(0)[0]);
          const { outputs } = await session.run((n) => [input[n] as number, input[n] as number]);
          for (const out of outputs.slice(0, 2)) expect(out.subarray(1000)).toEqual(input.subarray(1000));
        }
  });

  test.each(rates)("gives each side what the formula says of the other at %i Hz", async (rate) => {
    for (const [frequency, feed] of settings)
      for (const itd of [false, true]) {
        const [direct, other] = await impulseResponses(new Session(chip, rate).crossfeed(frequency, feed, itd), false);
        for (const f of [20, 100, 300, 700, 1500, 4000, 10_000, 18_000]) {
          const wanted = cross(frequency, feed, itd, rate, f);
          const name = `${f} Hz of ${frequency} Hz, ${feed} dB, ITD ${itd}`;
          const lost = { re: 1 - wanted.re, im: -wanted.im };
          expectSame(direct?.(f) as Complex, lost, name);
          expectSame(other?.(f) as Complex, wanted, name);
        }
      }
  });

  test("separates low frequencies by the feed", async () => {
    for (const [frequency, feed] of settings) {
      const [direct, other] = await impulseResponses(new Session(chip).crossfeed(frequency, feed), false);
      expect(decibels(direct?.(5) as Complex) - decibels(other?.(5) as Complex)).toBeCloseTo(feed, 1);
    }
  });

  test.each(rates)("delays the other side by 220 µs at %i Hz, and by the low pass alone without ITD", async (rate) => {
    for (const [frequency, feed] of settings) {
      if (frequency < 700) continue; // there the low pass alone delays by more
      for (const itd of [true, false]) {
        const [, other] = await impulseResponses(new Session(chip, rate).crossfeed(frequency, feed, itd), false);
        const f = 50;
        const { re, im } = other?.(f) as Complex;
        const x = Math.exp((-2 * Math.PI * frequency) / rate);
        const expected = itd ? 220 : (1e6 * x) / (1 - x) / rate;
        expect(Math.abs((-Math.atan2(im, re) / (2 * Math.PI * f)) * 1e6 - expected), `${frequency}`).toBeLessThan(2);
      }
    }
  });
});
