import { describe, expect, it } from "vitest";

import { crossfeedValues, designCrossfeed } from "./crossfeed";
import { magnitude } from "./response";

/** |1 − 2 G LP AP| in dB, written in z. */
function side(frequency: number, feed: number, itd: boolean, rate: number, f: number): number {
  const x = Math.exp((-2 * Math.PI * frequency) / rate);
  const gain = 1 / (1 + Math.pow(10, feed / 20));
  const delay = itd ? 220e-6 * rate - x / (1 - x) : 0;
  const a = (1 - delay) / (1 + delay);
  const w = (2 * Math.PI * f) / rate;
  const low = gain * (1 - x);
  // The one-pole's phase is that of 1 / (1 − x e^−jw), the all-pass' twice that of its numerator, and w.
  const size = low / Math.hypot(1 - x * Math.cos(w), x * Math.sin(w));
  const allPass = delay > 0 ? 2 * Math.atan2(-Math.sin(w), a + Math.cos(w)) + w : 0;
  const phase = -Math.atan2(x * Math.sin(w), 1 - x * Math.cos(w)) + allPass;
  return 20 * Math.log10(Math.hypot(1 - 2 * size * Math.cos(phase), 2 * size * Math.sin(phase)));
}

describe("the crossfeed's design", () => {
  it("filters the difference of the sides as low pass and all-pass do", () => {
    for (const rate of [44100, 48000, 96000])
      for (const frequency of [500, 690, 700, 1000, 2000])
        for (const feed of [0.5, 4.5, 15])
          for (const itd of [false, true])
            for (const f of [20, 500, 3000, 15000])
              expect(magnitude(designCrossfeed(frequency, feed, itd, rate), f, rate)).toBeCloseTo(
                side(frequency, feed, itd, rate, f),
                9,
              );
  });

  it("leaves nothing of the difference at 0 Hz with a feed of 0 dB", () => {
    const { m0, m2 } = designCrossfeed(2000, 0, true, 48000);
    expect(m0 + m2).toBeCloseTo(0, 14);
  });

  it("knows three presets and takes what is custom as it is", () => {
    expect([0, 1, 2, 3].map((preset) => crossfeedValues(preset, 1234, 5.6))).toEqual([
      [700, 4.5],
      [700, 6],
      [650, 9.5],
      [1234, 5.6],
    ]);
  });
});
