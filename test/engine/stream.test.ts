import { expect, test } from "vitest";

import { buildTool, type Chip, chips, designText, fullScale, raceChecked } from "./programs";
import { Session, settled, sine, whiteNoise } from "./session";

/** Everything at work at once. */
function busy(session: Session): Session {
  for (let output = 0; output < 5; output++)
    session.route(output % 2, output, 0.7).output(output, { delay: output * 300 });
  for (let band = 0; band < 10; band++)
    for (const channel of [0, 1, 2, 6])
      session.band(channel, band, 1 + (band % 5), 50 * 1.8 ** band, 1, band % 2 ? 4 : -4);
  return session.commit();
}

/** Every stage, and a glide of them. */
function everything(chip: Chip, how: string): Session {
  const session = busy(new Session(chip).say(how).leveller().crossfeed().loudness(83, -30)).play(settled);
  return session.band(0, 0, 1, 1000, 3, 9).leveller({ on: false }).commit().play(settled);
}

for (const chip of chips) {
  test(`${chip} gives the same bits at each run`, async () => {
    const play = () => {
      const session = busy(new Session(chip)).play(settled).band(0, 0, 1, 1000, 3, 9).commit().play(settled);
      return session.run(whiteNoise(fullScale / 4));
    };
    expect((await play()).outputs).toEqual((await play()).outputs);
  });

  test(`${chip} does not depend on how a stream is cut into packets`, async () => {
    const play = (sizes: number[]) =>
      busy(new Session(chip))
        .play(9600, { sizes })
        .run(whiteNoise(fullScale / 4));
    const wanted = (await play([48])).outputs;
    for (const sizes of [[44], [45, 44, 44], [1], [97], [0, 97, 1, 44]])
      expect((await play(sizes)).outputs, `in packets of ${sizes.join(", ")}`).toEqual(wanted);
  });

  test(`${chip} gives the same bits however two cores share the work`, async () => {
    const alone = (await everything(chip, "rewind").run(whiteNoise(fullScale / 4))).outputs;
    for (const seed of [1, 2, 3])
      expect((await everything(chip, `share ${seed}`).run(whiteNoise(fullScale / 4))).outputs).toEqual(alone);
  });

  test(`${chip} gives the same bits when two cores work at once, and they never race`, async () => {
    const alone = (await everything(chip, "rewind").run(whiteNoise(fullScale / 4))).outputs;
    const program = await buildTool("probe", chip, raceChecked);
    const together = await everything(chip, "threads").run(whiteNoise(fullScale / 4), program);
    expect(together.outputs).toEqual(alone);
  });

  test(`${chip} is silent until the first commit and fades in`, async () => {
    const session = new Session(chip).route(0, 0).play(4800).commit().play(settled);
    const { outputs } = await session.run(() => [fullScale / 2, 0]);
    const out = outputs[0] as Int32Array;
    expect(out.subarray(0, 4800)).toEqual(new Int32Array(4800));
    for (let n = 4801; n < out.length; n++)
      expect((out[n] as number) - (out[n - 1] as number)).toBeGreaterThanOrEqual(0);
    expect(out.at(-1)).toBe(fullScale / 2);
  });

  test(`${chip} plays nothing that is staged before it is committed, and then all of it`, async () => {
    const session = new Session(chip).route(0, 0).commit().play(settled);
    session.say("input 0 0.5").output(0, { gain: 0.5 }).play(settled).commit().play(settled);
    const { outputs } = await session.run(() => [fullScale / 2, 0]);
    expect(outputs[0]?.[2 * settled - 1]).toBe(fullScale / 2);
    expect(outputs[0]?.at(-1)).toBe(fullScale / 8);
  });

  test(`${chip} takes the newest of several commits`, async () => {
    const session = new Session(chip).route(0, 0).commit().play(settled);
    for (const gain of [0.1, 0.9, 0.3, 0.7]) session.output(0, { gain }).commit();
    session.play(480);
    for (const gain of [0.2, 0.4, 0.25]) session.output(0, { gain }).commit(); // while the first still glides
    const { outputs } = await session.play(settled).run(() => [fullScale / 2, 0]);
    expect(outputs[0]?.at(-1)).toBe(fullScale / 8);
  });

  test(`${chip} goes silent at a new rate until a block for it arrives, and forgets what it played`, async () => {
    const session = busy(new Session(chip)).play(settled);
    session.say("rate 96000").play(960);
    session.say("commit 48000").play(960); // late, for the old rate
    session.rate = 96_000;
    session.route(0, 0).commit().play(settled);
    const { outputs } = await session.run((n) => (n < settled ? [fullScale / 2, fullScale / 2] : [0, 0]));
    for (const out of outputs) expect(out.subarray(settled)).toEqual(new Int32Array(session.frames - settled));
  });

  test(`${chip} filters at a new rate as an engine does that started with it`, async () => {
    for (const rate of [44_100, 96_000]) {
      const changed = busy(new Session(chip)).play(settled, { sizes: [48] });
      changed.rate = rate;
      busy(changed.say(`rate ${rate}`)).play(settled);
      const noise = Array.from({ length: settled }, whiteNoise(fullScale / 4));
      const input = (n: number) => noise[n % settled] as [number, number];
      const fresh = busy(new Session(chip, rate)).play(settled);
      const wanted = (await fresh.run(input)).outputs;
      const heard = (await changed.run(input)).outputs;
      heard.forEach((out, o) => expect(out.subarray(settled)).toEqual(wanted[o]));
    }
  });

  test(`${chip} keeps a commit for a rate to come`, async () => {
    const session = new Session(chip).route(0, 0).commit().play(settled).say("crosspoint 0 0 0.5").say("commit 96000");
    session.play(settled);
    session.rate = 96_000;
    const { outputs } = await session
      .say("rate 96000")
      .play(settled)
      .run(() => [fullScale / 2, 0]);
    expect(outputs[0]?.[2 * settled - 1]).toBe(fullScale / 2);
    expect(outputs[0]?.at(-1)).toBe(fullScale / 4);
  });

  test(`${chip} starts a stream from silence, without the last one's echo`, async () => {
    const session = new Session(chip).route(0, 0).output(0, { delay: 1000 }).band(2, 0, 4, 50, 10).commit();
    session.play(settled).say("start").play(settled);
    const { outputs } = await session.run((n) => (n < settled ? [fullScale / 2, 0] : [0, 0]));
    expect(outputs[0]?.subarray(settled)).toEqual(new Int32Array(settled));
  });

  test(`${chip} ignores what is not a filter or not a number`, async () => {
    const good = { a1m1: -0.1, a2: 0.05, a3: 0.0025 / 0.9, m0: 1, m1: 0.5, m2: 0 };
    const play = async (hostile: string[]) => {
      const session = new Session(chip).route(0, 0).design(2, 0, good);
      hostile.forEach((line) => session.say(line));
      return (
        await session
          .commit()
          .play(settled)
          .run(sine(1000, -6, 48_000))
      ).outputs;
    };
    const wanted = await play([]);
    const designs = [
      ...(["a1m1", "a2", "a3", "m0", "m1", "m2"] as const).flatMap((key) =>
        [NaN, Infinity, -Infinity, 1e300].map((value) => ({ ...good, [key]: value })),
      ),
      { ...good, a2: -0.05 },
      { ...good, a1m1: 0.1 },
      { ...good, a3: -0.01 },
      { ...good, a1m1: -1.5 },
      { ...good, a2: 0.9 },
    ];
    const names = (value: string) => value.replaceAll("NaN", "nan").replaceAll("Infinity", "inf");
    expect(await play(designs.map((design) => names(`band 2 0 ${designText(design)}`)))).toEqual(wanted);
    expect(
      await play([
        "input 0 nan",
        "crosspoint 0 0 nan",
        "output 0 1 nan 0",
        "master nan",
        "band 99 0 0 0 0 0 0 0",
        "band 2 99 0 0 0 0 0 0",
        "crosspoint 9 0 1",
        "output 99 1 1 0",
        "input 9 0",
      ]),
    ).toEqual(wanted);
  });
}
