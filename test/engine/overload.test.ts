import { expect, test } from "vitest";

import { chips, fullScale, fullScaleOf, outputCount } from "./programs";
import { Session, settled, whiteNoise } from "./session";

/** A full-scale square wave, 100 frames a period. */
const square = (n: number): [number, number] =>
  n % 100 < 50 ? [fullScale - 1, fullScale - 1] : [-fullScale, -fullScale];

/** From `from` on, all but the first `late` frames of each half period have the input's sign. */
function sameSign(out: Int32Array, from: number, late = 0) {
  const wrong = [...out.keys()].filter(
    (n) => n >= from && n % 50 >= late && Math.sign(out[n] as number) !== Math.sign(square(n)[0]),
  );
  expect(wrong).toEqual([]);
}

for (const chip of chips) {
  test(`${chip} saturates at the inputs, the matrix and the outputs, and never wraps`, async () => {
    const session = new Session(chip).say("input 0 10").say("input 1 10");
    for (let output = 0; output < outputCount[chip]; output++)
      session.output(output, { gain: 4 }).say(`crosspoint 0 ${output} 4`).say(`crosspoint 1 ${output} 4`);
    const { outputs } = await session
      .commit()
      .play(settled + 4800)
      .run(square);
    outputs.forEach((out, output) => {
      sameSign(out, settled);
      expect(Math.max(...out.subarray(settled))).toBe(fullScaleOf(chip, output) - 1);
      expect(Math.min(...out.subarray(settled))).toBe(-fullScaleOf(chip, output));
    });
  });

  // Corners at the ends of the band: 20 dB of gain for nearly all of the square wave, a frame of delay each.
  test.each([
    { name: "low shelves", type: 2, frequency: 20_000 },
    { name: "high shelves", type: 3, frequency: 10 },
  ])(`${chip} saturates in ten $name after ten $name`, async ({ type, frequency }) => {
    const session = new Session(chip).say("input 0 10").route(0, 0, 4);
    for (let band = 0; band < 10; band++)
      for (const channel of [0, 2]) session.band(channel, band, type, frequency, 0.7, 20);
    const { outputs } = await session
      .commit()
      .play(settled + 4800)
      .run(square);
    const out = outputs[0] as Int32Array;
    sameSign(out, settled, 25);
    expect(Math.max(...out.subarray(settled))).toBe(fullScale - 1);
    expect(Math.min(...out.subarray(settled))).toBe(-fullScale);
  });

  test(`${chip} saturates in crossfeed and loudness`, async () => {
    const session = new Session(chip).say("input 0 10").say("input 1 -10").route(0, 0, 4).route(1, 1, 4);
    session
      .crossfeed(700, 15)
      .loudness(100, -45)
      .commit()
      .play(settled + 4800);
    const { outputs } = await session.run(square);
    const [left, right] = outputs as [Int32Array, Int32Array];
    sameSign(left, settled, 25);
    sameSign(
      right.map((x) => -x),
      settled,
      25,
    );
    for (const out of [left, right]) {
      expect(Math.max(...out.subarray(settled))).toBe(fullScale - 1);
      expect(Math.min(...out.subarray(settled))).toBe(-fullScale);
    }
  });

  test(`${chip} is itself again after the worst resonances`, async () => {
    const session = new Session(chip).say("input 0 10").route(0, 0, 4);
    const set = (type: number) => {
      for (let band = 0; band < 10; band++)
        for (const channel of [0, 2]) session.band(channel, band, type, 3000, 20, 20);
      return session.commit();
    };
    set(3).play(9600);
    session.say("input 0 1").route(0, 0);
    set(0).play(9600);
    const noise = whiteNoise(fullScale / 4);
    const input = Array.from({ length: session.frames }, noise);
    const { outputs } = await session.run((n) => input[n] as [number, number]);
    const from = session.frames - 1000;
    expect(outputs[0]?.subarray(from)).toEqual(Int32Array.from(input.slice(from), ([left]) => left));
  });

  test(`${chip} leaves a narrow filter unclipped while its input and output fit`, async () => {
    // Q 20 and +20 dB: the state swings 63 times as far as the input.
    const rate = 48_000;
    const session = new Session(chip).route(0, 0, 0.08).band(0, 0, 1, 1000, 20, 20).commit().play(48_000);
    const tone = (n: number) => Math.round((fullScale - 1) * Math.sin((2 * Math.PI * 1000 * n) / rate));
    const { outputs } = await session.run((n) => [tone(n), 0]);
    const last = outputs[0]?.subarray(-48) as Int32Array;
    expect(Math.max(...last) / fullScale).toBeCloseTo(chip === "rp2350" ? 0.8 : 8 * 0.08, 2); // q28 holds up to 8
    const quiet = new Session(chip).route(0, 0, 0.1).band(0, 0, 1, 1000, 20, 20).commit().play(48_000);
    const { outputs: half } = await quiet.run((n) => [Math.round(tone(n) * 0.75), 0]);
    half[0]?.subarray(-48).forEach((x, n) => {
      expect(Math.abs(x - tone(n + quiet.frames - 48) * 0.75), `frame ${n}`).toBeLessThan(
        chip === "rp2350" ? 32 : 9.2e-5 * 0.75 * fullScale, // 0.0008 dB: coefficients of 15 bits
      );
    });
  });
}
