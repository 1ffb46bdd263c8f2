import { expect, test } from "vitest";

import { chips, delayMax, fullScale, fullScaleOf, outputCount } from "./programs";
import { Session, settled, sine, whiteNoise } from "./session";

/** Repeatable stereo noise that a test can look back at. */
function recorded(session: Session, peak = fullScale / 2): [number, number][] {
  return Array.from({ length: session.frames }, whiteNoise(peak));
}

for (const chip of chips) {
  test(`${chip} routes each input to each output with its gain and sign`, async () => {
    const session = new Session(chip);
    const gains = Array.from({ length: outputCount[chip] }, (_, o) =>
      [0, 1, -1, 0.5, -0.25].map((_g, i, all) => all[(o + i) % 5]),
    );
    gains.forEach(([left, right], o) =>
      session.output(o).say(`crosspoint 0 ${o} ${left}`).say(`crosspoint 1 ${o} ${right}`),
    );
    session.commit().play(settled + 480);
    const input = recorded(session);
    const { outputs } = await session.run((n) => input[n] as [number, number]);
    gains.forEach(([left = 0, right = 0], o) => {
      const steps = fullScaleOf(chip, o) / fullScale;
      const rounding = chip === "rp2350" ? steps / 4 : 0; // of the sum, to 24 bits, when it reaches full scale
      for (let n = settled; n < session.frames; n++) {
        const [l, r] = input[n] as [number, number];
        const wanted = Math.max(-fullScale, Math.min(fullScale - 1 / steps, l * left + r * right));
        const error = Math.abs((outputs[o]?.[n] as number) - wanted * steps);
        expect(error, `output ${o} frame ${n}`).toBeLessThanOrEqual(Math.max(0.5, rounding));
      }
    });
  });

  test(`${chip} multiplies preamp, route, output gain and master volume`, async () => {
    const session = new Session(chip).say("input 1 0.8").route(1, 1, -0.7).output(1, { gain: 1.5 }).say("master 0.25");
    session.commit().play(settled + 480);
    const input = recorded(session);
    const { outputs } = await session.run((n) => input[n] as [number, number]);
    for (let n = settled; n < session.frames; n++)
      expect(Math.abs((outputs[1]?.[n] as number) + (input[n]?.[1] as number) * 0.8 * 0.7 * 1.5 * 0.25)).toBeLessThan(
        1.5,
      );
  });

  test(`${chip} is silent when muted or disabled, and its meter reads 0`, async () => {
    const session = new Session(chip).route(0, 0).route(0, 1).route(0, 2).output(1, { gain: 0 });
    session.commit().play(settled).output(2, { enabled: false }).commit().play(settled).say("peaks");
    const { outputs, readings } = await session.run(sine(1000, -6, 48_000));
    expect(Math.max(...(outputs[0]?.subarray(-480) ?? []))).toBeGreaterThan(fullScale * 0.49);
    for (const output of [1, 2]) expect(outputs[output]?.subarray(-480)).toEqual(new Int32Array(480));
    expect(
      readings[0]
        ?.split(" ")
        .slice(2, 5)
        .map((x) => Number(x) > 0),
    ).toEqual([true, false, false]);
  });

  test.each([0, 1, 47, 48, 1000, 4080, delayMax])(`${chip} delays by %i frames exactly`, async (delay) => {
    const session = new Session(chip)
      .route(0, 0)
      .output(0, { delay })
      .commit()
      .play(settled + delayMax + 4800);
    const input = recorded(session);
    const { outputs } = await session.run((n) => input[n] as [number, number]);
    const from = settled + delayMax;
    expect(outputs[0]?.subarray(from)).toEqual(
      Int32Array.from(input.slice(from - delay, session.frames - delay), ([left]) => left),
    );
  });

  test(`${chip} limits a delay to ${delayMax} frames`, async () => {
    const play = (delay: number) => {
      const session = new Session(chip)
        .route(0, 0)
        .output(0, { delay })
        .commit()
        .play(3 * settled);
      return session.run(whiteNoise(fullScale / 2));
    };
    expect((await play(1_000_000)).outputs).toEqual((await play(delayMax)).outputs);
  });

  test(`${chip} starts an enabled output without its past`, async () => {
    const session = new Session(chip).route(0, 0).output(0, { delay: 2000 }).commit().play(settled);
    session.output(0, { enabled: false, delay: 2000 }).commit().play(settled);
    session.output(0, { delay: 2000 }).commit();
    const enabled = session.frames;
    session.play(4800);
    const { outputs } = await session.run((n) => (n < settled ? [fullScale / 2, 0] : [0, 0]));
    expect(outputs[0]?.subarray(enabled)).toEqual(new Int32Array(4800));
  });

  test(`${chip} takes 16-bit and 24-bit samples for the same values`, async () => {
    const play = (bits: number) => {
      const scale = bits === 16 ? 1 : 256;
      const noise = whiteNoise(32_767);
      const session = new Session(chip).route(0, 0).route(1, 1).commit().play(settled, { bits });
      return session.run(() => noise(0).map((x) => x * scale) as [number, number]);
    };
    expect((await play(16)).outputs).toEqual((await play(24)).outputs);
  });

  test(`${chip} passes every 24-bit value as it is`, async () => {
    const edges = [-fullScale, -fullScale + 1, -1, 0, 1, fullScale - 2, fullScale - 1];
    const session = new Session(chip).route(0, 0).commit().play(settled);
    const { outputs } = await session.run((n) => [edges[n % edges.length] as number, 0]);
    for (let n = settled - 700; n < settled; n++) expect(outputs[0]?.[n]).toBe(edges[n % edges.length]);
  });

  test(`${chip} turns the host's volume into decibels, down to silence at -60 dB`, async () => {
    const volumes = [0, -1, -256, -1536, -5000, -10_240, -15_359, -15_360, -32_768, 256];
    const session = new Session(chip).route(0, 0).commit().play(settled);
    for (const volume of volumes) session.say(`volume ${volume} 0`).play(settled);
    session.say("volume 0 1").play(settled);
    const { outputs } = await session.run(() => [fullScale / 2, 0]);
    volumes.forEach((volume, i) => {
      const heard = outputs[0]?.[(i + 2) * settled - 1] as number;
      const wanted = volume <= -15_360 ? 0 : (fullScale / 2) * 10 ** (Math.min(0, volume) / 256 / 20);
      expect(Math.abs(heard - wanted), `volume ${volume}`).toBeLessThan(1);
    });
    expect(outputs[0]?.at(-1)).toBe(0);
  });

  test(`${chip} meters inputs after the master EQ and outputs after the last gain`, async () => {
    const session = new Session(chip)
      .route(0, 0)
      .output(0, { gain: 0.5 })
      .say("input 0 0.5")
      .band(1, 0, 2, 5000, 0.7, -6);
    session.commit().play(settled).say("peaks");
    const { readings } = await session.run(() => [fullScale / 2, fullScale / 2]);
    const [left, right, output] = (readings[0] as string).split(" ").map(Number);
    expect(left).toBeCloseTo(32_767 / 4, -0.5);
    expect((right as number) / ((32_767 / 2) * 10 ** (-6 / 20))).toBeCloseTo(1, 3);
    expect(output).toBeCloseTo(32_767 / 8, -0.5);
  });

  test(`${chip} keeps the meter at 32767 and latches a clip only above 1.001 of full scale`, async () => {
    const level = (gain: number) =>
      new Session(chip).route(0, 0).say(`input 0 ${gain}`).commit().play(settled).say("peaks").say("clips");
    const below = await level(1.0009).run(() => [fullScale - 1, 0]);
    expect(below.readings[0]?.split(" ")[2]).toBe("32767");
    expect(below.readings[1]).toBe("0");
    const above = level(1.0012).say("clear").say("clips").play(48).say("clips").say("clear");
    above.say("input 0 0.5").commit().play(settled).say("clear").say("clips");
    const { readings } = await above.run(() => [fullScale - 1, 0]);
    expect(readings[0]?.split(" ")[2]).toBe("32767");
    expect(readings.slice(1, 5)).toEqual(["5", "5", "0", "5"]); // channels 0 and 2
    expect(readings.at(-1)).toBe("0");
  });
}
