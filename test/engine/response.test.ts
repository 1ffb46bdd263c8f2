import { expect, test } from "vitest";

import { designBand } from "../../modules/dsp/biquad";
import { noiseLimit, noiseRows, worstDeviation } from "./accuracy";
import { askKernels, chips, designText, fullScale } from "./programs";
import { cookbook, logSpaced, magnitudeOf } from "./rbj";
import { Session, settled, sine } from "./session";

test("the rp2040 runs shelves, low and high passes of usual settings in its fast loop", async () => {
  const fast: string[] = [];
  for (const rate of [44_100, 48_000, 96_000])
    for (const q of [0.5, 0.707, 0.9]) {
      for (const gain of [-12, -6, -3, -1, 1, 3, 6, 9]) {
        for (const frequency of [60, 80, 105, 150, 200, 400])
          fast.push(designText(designBand(2, frequency, q, gain, rate)));
        for (const frequency of [1500, 4000, 8000, 10_000, 12_000])
          fast.push(designText(designBand(3, frequency, q, gain, rate)));
      }
      for (const frequency of [20, 80, 2500, 10_000])
        for (const type of [4, 5]) fast.push(designText(designBand(type, frequency, q, 0, rate)));
    }
  const used = await askKernels(
    "rp2040",
    fast.map((design) => `headroom ${design}`),
  );
  const saturating = fast.filter((_, i) => used[i]?.[0] === 0);
  expect(saturating.length / fast.length).toBeLessThan(0.02);
});

test("no input overflows a state or a mix of the rp2040's fast filters", async () => {
  const commands: string[] = [];
  for (const rate of [44_100, 96_000])
    for (const type of [1, 2, 3, 4, 5])
      for (const frequency of [20, 300, 4000, 6500, 9000, 15_000, 19_000])
        for (const q of [0.1, 0.3, 0.707, 1.4, 3, 10])
          for (const gain of [-20, -3, 3, 12])
            commands.push(`headroom ${designText(designBand(type, frequency, q, gain, rate))}`);
  const used = (await askKernels("rp2040", commands)).map(([part]) => part as number);
  expect(used.filter((part) => part > 0).length).toBeGreaterThan(400);
  // An eighth of each state may come from another filter, and turn as a vector: sqrt(2)/8.
  expect(Math.max(...used)).toBeLessThan(1 - Math.SQRT2 / 8);
});

for (const chip of chips) {
  test.each([44_100, 48_000, 96_000])(`${chip} filters as the cookbook says at %i Hz`, async (rate) => {
    const corners = { frequencies: [20, 1000, 20_000], qs: [0.1, 0.707, 20], gains: [-20, 1, 20] };
    for (const type of [1, 2, 3, 4, 5]) {
      const { held, played } = await worstDeviation(chip, type, rate, corners);
      expect(held, `coefficients of type ${type}`).toBeLessThan(0.002);
      expect(played, `output of type ${type}`).toBeLessThan(0.002);
    }
  });

  test(`${chip} filters add no more noise than wanted`, async () => {
    const commands = noiseRows.map(({ rate, band }) => `noise ${rate} ${designText(designBand(...band, rate))}`);
    const noise = await askKernels(chip, commands);
    noiseRows.forEach(({ name }, row) => expect(noise[row]?.[0], name).toBeLessThanOrEqual(noiseLimit[chip]));
  });

  test(`${chip} plays a sine through the whole engine at the level the cookbook says`, async () => {
    const rate = 48_000;
    for (const frequency of logSpaced(40, 18_000, 5)) {
      const cycles = Math.round((frequency * 4800) / rate); // whole cycles in the measured frames
      const exact = (cycles * rate) / 4800;
      const session = new Session(chip).route(0, 0).band(0, 3, 1, 900, 1.5, -7).band(2, 0, 3, 3000, 0.8, 5).commit();
      session.play(settled + 9600);
      const { outputs } = await session.run(sine(exact, -12, rate));
      const part = outputs[0]?.subarray(settled + 4800) ?? new Int32Array();
      const [re, im] = [Math.cos, Math.sin].map((wave) =>
        part.reduce((sum, x, n) => sum + x * wave((2 * Math.PI * exact * n) / rate), 0),
      ) as [number, number];
      const level = 20 * Math.log10((Math.hypot(re, im) * 2) / part.length / fullScale);
      const expected =
        -12 +
        magnitudeOf(cookbook(1, 900, 1.5, -7, rate), exact, rate) +
        magnitudeOf(cookbook(3, 3000, 0.8, 5, rate), exact, rate);
      expect(level).toBeCloseTo(expected, 3);
    }
  });
}
