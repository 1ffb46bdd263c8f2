/** Changes that leave nothing as it was: presets, bulk packets, a factory reset. */
import { describe, expect, test } from "vitest";

import { chips } from "./programs";
import { Session, settled, sine } from "./session";

const rates = [44_100, 48_000, 96_000];
/** Second differences of the rounding to 24 bits: 1/2 + 2/2 + 1/2. */
const rounding = 2;

/** Largest second difference among the frames from … to. */
function bend(samples: Int32Array, from: number, to: number): number {
  let largest = 0;
  for (let n = from; n < to; n++) {
    const [a, b, c] = samples.subarray(n - 1, n + 2) as unknown as [number, number, number];
    largest = Math.max(largest, Math.abs(a - 2 * b + c));
  }
  return largest;
}

function peak(samples: Int32Array, from: number, to: number): number {
  return samples.subarray(from, to).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

describe.each(chips)("%s, committed afresh", (chip) => {
  for (const rate of rates) {
    for (const level of [-1, -60]) {
      test(`goes from one sound to a wholly other one without a click at ${rate} Hz, ${level} dBFS`, async () => {
        for (const frequency of [100, 1000, 5000]) {
          const session = new Session(chip, rate).route(0, 0).output(0, { delay: 900 });
          session.band(2, 0, 1, 1000, 2, -6).band(2, 1, 5, 80).commit();
          session.play(settled + rate / 4);
          const at = session.frames;
          session.output(0, { gain: 0.5, delay: 300 }).say("crosspoint 0 0 -1");
          session.band(2, 0, 4, 5000, 0.5).band(2, 1, 0, 1000).band(2, 9, 2, 300, 0.7, 3);
          session.commitAfresh().play(rate / 4);
          const { outputs } = await session.run(sine(frequency, level, rate));
          const out = outputs[0] as Int32Array;
          const tenth = rate / 10;
          const smooth = Math.max(bend(out, at - tenth, at - 1), bend(out, out.length - tenth, out.length - 1));
          expect(smooth).toBeGreaterThan(0);
          expect(bend(out, at - 1, out.length - 480), `${frequency} Hz`).toBeLessThanOrEqual(2 * smooth + rounding);
        }
      });
    }

    test(`fades out within 10 ms, and in within 10 ms more, at ${rate} Hz`, async () => {
      const session = new Session(chip, rate)
        .route(0, 0)
        .commit()
        .play(settled + rate / 10);
      const at = session.frames;
      session
        .output(0, { gain: 0.5 })
        .commitAfresh()
        .play(rate / 10);
      const { outputs } = await session.run(sine(1000, -1, rate));
      const out = outputs[0] as Int32Array;
      const ms = rate / 1000;
      const loud = peak(out, 0, at);
      const silence = out.findIndex((x, n) => n > at && x === 0 && out[n + 1] === 0);
      expect(silence - at).toBeLessThanOrEqual(10 * ms);
      expect(peak(out, silence + 10 * ms, silence + 12 * ms)).toBeGreaterThan(0.49 * loud);
      expect(peak(out, out.length - 10 * ms, out.length)).toBeLessThan(0.51 * loud);
    });
  }

  test("delay lines and filters are clean: nothing of what was heard before comes after", async () => {
    const session = new Session(chip).route(0, 0).output(0, { delay: 4000 }).band(2, 0, 1, 200, 20, 12).commit();
    session.play(settled + 9600);
    const quiet = session.frames; // the sine ends here, 83 ms of it are still in the delay line
    session.commitAfresh().play(9600);
    const tone = sine(200, -20, 48_000);
    const { outputs } = await session.run((n) => (n < quiet ? tone(n) : [0, 0]));
    const out = outputs[0] as Int32Array;
    expect(peak(out, quiet - 480, quiet)).toBeGreaterThan(100_000);
    expect(peak(out, quiet + 480, out.length)).toBe(0);
  });

  test("stays so when another change follows before it has begun", async () => {
    const session = new Session(chip).route(0, 0).output(0, { delay: 4000 }).commit();
    session.play(settled + 9600);
    const at = session.frames;
    session.say("master 0.25").commitAfresh().say("master 0.5").commit().play(240).say("master 0.75").commit();
    session.play(9600);
    const { outputs } = await session.run(sine(1000, -1, 48_000));
    const out = outputs[0] as Int32Array;
    expect(peak(out, at + 480, at + 3900)).toBe(0); // the delay line was emptied
    expect(peak(out, out.length - 480, out.length) / peak(out, 0, at)).toBeCloseTo(0.75, 2);
    const step = 2 * Math.sin((Math.PI * 1000) / 48_000);
    expect(bend(out, at - 1, out.length - 1)).toBeLessThanOrEqual(2 * peak(out, 0, at) * step ** 2);
  });
});
