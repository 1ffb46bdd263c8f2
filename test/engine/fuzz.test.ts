import { expect, test } from "vitest";

import { buildTool, chips, delayMax, fullScale, fullScaleOf, outputCount, sanitized, type Chip } from "./programs";
import { random, Session, whiteNoise } from "./session";

/** Settings and packets at random, within and beyond what a parameter may be. */
function misuse(chip: Chip, seed: number): Session {
  const next = random(seed);
  const whole = (below: number) => Math.floor(next() * below);
  const gain = () => (next() < 0.1 ? 0 : (next() * 2 - 1) * 10 ** (next() * 4 - 2));
  const rates = [44_100, 48_000, 96_000];
  const session = new Session(chip).route(0, 0).route(1, 1);
  for (let step = 0; step < 400; step++) {
    const output = whole(outputCount[chip]);
    const acts = [
      () =>
        session.band(
          whole(2 + outputCount[chip]),
          whole(10),
          whole(6),
          10 * 2000 ** next(),
          0.1 * 200 ** next(),
          next() * 80 - 60,
        ),
      () => session.band(2, whole(10), 1 + whole(5), 10 * 2000 ** next(), 20, 20),
      () => session.say(`crosspoint ${whole(2)} ${output} ${gain()}`),
      () => session.output(output, { enabled: next() < 0.7, gain: gain(), delay: whole(2 * delayMax) }),
      () => session.say(`input ${whole(2)} ${gain()}`).say(`master ${gain()}`),
      () => session.say(`bypass ${whole(2)}`).say(`volume ${whole(65_536) - 32_768} ${whole(2)}`),
      () => session.crossfeed(500 + next() * 1500, next() * 15, next() < 0.5),
      () => session.say("crossfeed 0 0 0 1 0 0"),
      () => session.loudness(40 + next() * 60, -90 * next(), next() < 0.2 ? 0 : next() * 200),
      () => session.leveller({ on: next() < 0.7, amount: next() * 100, speed: whole(3), lookahead: next() < 0.5 }),
      () =>
        session.say(
          `leveller ${Array.from({ length: 10 }, () => (next() * 2 - 1) * 10 ** (next() * 6 - 3)).join(" ")} ` +
            `${whole(110)} ${whole(1100)}`,
        ),
      () => session.say("start"),
      () => {
        session.rate = rates[whole(3)] as number;
        return session.say(`rate ${session.rate}`);
      },
    ];
    const act = acts[whole(step % 10 === 0 ? acts.length : acts.length - 2)] as () => Session;
    act();
    if (next() < 0.7) session.commit();
    session.play(whole(500), { bits: next() < 0.5 ? 16 : 24, sizes: [whole(97) + 1, whole(98)] });
  }
  return session.say("peaks").say("clear");
}

for (const chip of chips) {
  test(`${chip} stays defined and within its bits whatever is asked of it`, async () => {
    const program = await buildTool("probe", chip, sanitized);
    for (let seed = 1; seed <= 4; seed++) {
      const { outputs } = await misuse(chip, seed).run(whiteNoise(fullScale - 1, seed), program);
      outputs.forEach((out, output) => {
        expect(out.reduce((most, x) => Math.max(most, x), 0)).toBeLessThan(fullScaleOf(chip, output));
        expect(out.reduce((least, x) => Math.min(least, x), 0)).toBeGreaterThanOrEqual(-fullScaleOf(chip, output));
      });
    }
  });
}
