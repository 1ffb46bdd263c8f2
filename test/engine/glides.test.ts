/** Changes of more bands than there is time to run twice at once: made in several glides, one after the other. */
import { describe, expect, test } from "vitest";

import { bend, rounding } from "./changes";
import { chips, outputCount, type Chip } from "./programs";
import { random, Session, settled, sine } from "./session";

const rate = 96_000;
const ms = rate / 1000;
/** In which all bands have changed, and what rings after them is over. */
const over = rate;
/** Frequencies of a channel's ten bands. */
const frequency = (band: number) => 40 * 1.9 ** band;

/** Every band of every channel, alternately louder and softer by `gain` dB. */
function allBands(session: Session, gain: number): Session {
  for (let channel = 0; channel < 2 + outputCount[session.chip]; channel++)
    for (let band = 0; band < 10; band++) session.band(channel, band, 1, frequency(band), 1.5, band % 2 ? gain : -gain);
  return session;
}

function everyOutput(chip: Chip): Session {
  const session = new Session(chip, rate);
  for (let output = 0; output < outputCount[chip]; output++) session.route(output % 2, output);
  return session;
}

const slots = (chip: Chip, outputs: Int32Array[]) => outputs.slice(0, outputCount[chip] - 1);
const peak = (out: Int32Array) => out.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

describe.each(chips)("%s, at 96 kHz with all its outputs", (chip) => {
  test.each([-10, -60])("changes all bands of all channels at once without a step at %i dBFS", async (level) => {
    for (const tone of [100, 1000, 5000]) {
      const session = allBands(everyOutput(chip), 3)
        .commit()
        .play(settled + over);
      const at = session.frames;
      allBands(session, -3).commit().play(over);
      const { outputs } = await session.run(sine(tone, level, rate));
      for (const out of slots(chip, outputs)) {
        const smooth = Math.max(bend(out, at - 960, at - 1), bend(out, out.length - 960, out.length - 1));
        expect(smooth).toBeGreaterThan(0);
        expect(bend(out, at - 1, out.length - 1), `${tone} Hz`).toBeLessThanOrEqual(1.5 * smooth + rounding);
      }
    }
  });

  test("plays nothing else after all bands have changed than if they had been so from the beginning", async () => {
    const tone = sine(1000, -10, rate);
    const before = allBands(everyOutput(chip), 3).commit().play(rate);
    const changed = await allBands(before, -3).commit().play(over).run(tone);
    const fresh = await allBands(everyOutput(chip), -3).commit().play(before.frames).run(tone);
    slots(chip, changed.outputs).forEach((out, output) => {
      const expected = (fresh.outputs[output] as Int32Array).subarray(-960);
      out.subarray(-960).forEach((x, n) => expect(Math.abs(x - (expected[n] as number))).toBeLessThanOrEqual(64));
    });
  });

  test("follows knobs of several channels, turned every 5 ms, without a step, and arrives where they stop", async () => {
    const next = random(5);
    const session = allBands(everyOutput(chip), 3)
      .commit()
      .play(settled + over);
    const at = session.frames;
    for (let turn = 0; turn < 200; turn++) {
      for (let knob = 0; knob < 4; knob++) {
        const band = Math.floor(10 * next());
        session.band(Math.floor(next() * (2 + outputCount[chip])), band, 1, frequency(band), 1.5, 6 * next() - 3);
      }
      session.commit().play(5 * ms);
    }
    allBands(session, 0.5).commit().play(over);
    const { outputs } = await session.run(sine(1000, -10, rate));
    const fresh = await allBands(everyOutput(chip), 0.5)
      .commit()
      .play(session.frames)
      .run(sine(1000, -10, rate));
    slots(chip, outputs).forEach((out, output) => {
      const step = (2 * Math.sin((Math.PI * 1000) / rate)) ** 2;
      expect(bend(out, at - 1, out.length - 1)).toBeLessThanOrEqual(1.5 * step * peak(out.subarray(at)) + rounding);
      const wanted = peak((fresh.outputs[output] as Int32Array).subarray(-960));
      expect(peak(out.subarray(-960)) / wanted).toBeCloseTo(1, 4);
    });
  });

  test("lets one band arrive in one glide, whatever else plays", async () => {
    const session = allBands(everyOutput(chip), 3).crossfeed().loudness(83, -20).leveller({ amount: 0 });
    session.commit().play(settled + over);
    const at = session.frames;
    session.band(3, 4, 1, 1000, 0.5, 12).commit().play(over);
    const out = (await session.run(sine(1000, -40, rate))).outputs[1] as Int32Array;
    const loud = peak(out.subarray(-960));
    expect(loud / peak(out.subarray(at - 960, at))).toBeGreaterThan(2);
    expect(peak(out.subarray(at + 36 * ms, at + 46 * ms)) / loud).toBeCloseTo(1, 2);
  });

  test("switches the leveller without a step", async () => {
    for (const on of [true, false]) {
      const session = allBands(everyOutput(chip), 3).leveller({ on: !on, speed: 2 });
      session.commit().play(settled + 2 * over);
      const at = session.frames;
      const { outputs } = await session
        .leveller({ on, speed: 2 })
        .commit()
        .play(2 * over)
        .run(sine(1000, -20, rate));
      for (const out of slots(chip, outputs)) {
        const smooth = Math.max(bend(out, at - 960, at - 1), bend(out, out.length - 960, out.length - 1));
        expect(bend(out, at - 1, out.length - 1)).toBeLessThanOrEqual(1.5 * smooth + rounding);
      }
    }
  });

  test("changes gains, routes and delays of all outputs at once with all effects without a step, and arrives", async () => {
    const everything = () => allBands(everyOutput(chip), 3).crossfeed().loudness(83, -20).leveller({ amount: 0 });
    const change = (session: Session) => {
      for (let output = 0; output < outputCount[chip]; output++) {
        session.output(output, { gain: 0.7, delay: 480 });
        session.say(`crosspoint 0 ${output} 0.4`).say(`crosspoint 1 ${output} -0.3`);
      }
      return session.commit();
    };
    const tone = sine(1000, -10, rate);
    const session = everything().commit().play(rate);
    const at = session.frames;
    const { outputs } = await change(session).play(over).run(tone);
    const fresh = await change(everything()).play(session.frames).run(tone);
    slots(chip, outputs).forEach((out, output) => {
      const smooth = Math.max(bend(out, at - 960, at - 1), bend(out, out.length - 960, out.length - 1));
      expect(bend(out, at - 1, out.length - 1)).toBeLessThanOrEqual(1.5 * smooth + rounding);
      const expected = (fresh.outputs[output] as Int32Array).subarray(-960);
      expect(peak(expected)).toBeGreaterThan(10_000);
      out.subarray(-960).forEach((x, n) => expect(Math.abs(x - (expected[n] as number))).toBeLessThanOrEqual(64));
    });
  });

  test("moves gains and the host's volume at once while bands wait for their turn", async () => {
    const session = allBands(everyOutput(chip), 3)
      .commit()
      .play(settled + over);
    allBands(session, -3)
      .say("master 0.5")
      .commit()
      .play(40 * ms);
    session.say("volume 0 1").play(70 * ms);
    const at = session.frames;
    const { outputs } = await session.play(10 * ms).run(sine(1000, -10, rate));
    expect(Math.max(...slots(chip, outputs).map((out) => peak(out.subarray(at))))).toBeLessThan(8);
  });
});
