import { expect, test } from "vitest";

import { chips, fullScale } from "./programs";
import { Session, settled, sine } from "./session";

const rate = 48_000;
/** Frames in which a change and what rings after it are over, even at 100 Hz. */
const over = 12_000;
/** Second differences of the rounding to 24 bits: 1/2 + 2/2 + 1/2. */
const rounding = 2;

type Change = (session: Session) => Session;
interface Case {
  name: string;
  /** dB that the louder side is above the input: a clipped sine has bends of its own. */
  boost?: number;
  before?: Change;
  change: Change;
}

const cases: Case[] = [
  { name: "gain +12 dB", boost: 12, change: (s) => s.output(0, { gain: 10 ** (12 / 20) }) },
  {
    name: "a band's gain +12 dB",
    boost: 6,
    before: (s) => s.band(2, 0, 1, 1000, 2, -6),
    change: (s) => s.band(2, 0, 1, 1000, 2, 6),
  },
  {
    name: "a peak's frequency × 4",
    boost: 12,
    before: (s) => s.band(2, 0, 1, 500, 2, 12),
    change: (s) => s.band(2, 0, 1, 2000, 2, 12),
  },
  {
    name: "a low pass' frequency × 4",
    boost: 7,
    before: (s) => s.band(2, 0, 4, 400, 2),
    change: (s) => s.band(2, 0, 4, 1600, 2),
  },
  {
    name: "a low pass' frequency / 4",
    boost: 7,
    before: (s) => s.band(2, 0, 4, 400, 2),
    change: (s) => s.band(2, 0, 4, 100, 2),
  },
  { name: "low pass to high pass", before: (s) => s.band(2, 0, 4, 1000), change: (s) => s.band(2, 0, 5, 1000) },
  {
    name: "peak to low shelf",
    boost: 9,
    before: (s) => s.band(2, 0, 1, 300, 4, 9),
    change: (s) => s.band(2, 0, 2, 300, 0.7, -9),
  },
  { name: "flat to high shelf", boost: 12, change: (s) => s.band(0, 9, 3, 1000, 0.7, 12) },
  {
    name: "high shelf to flat",
    boost: 12,
    before: (s) => s.band(0, 9, 3, 1000, 0.7, 12),
    change: (s) => s.band(0, 9, 0, 1000),
  },
  {
    name: "all bands of a channel at once",
    boost: 12,
    before: (s) => tenBands(s, 4),
    change: (s) => tenBands(s, -4),
  },
  { name: "mute", change: (s) => s.output(0, { gain: 0 }) },
  { name: "unmute", before: (s) => s.output(0, { gain: 0 }), change: (s) => s.output(0) },
  { name: "master volume", change: (s) => s.say("master 0.1") },
  { name: "host volume", change: (s) => s.say("volume -5120 0") },
  { name: "host mute", change: (s) => s.say("volume 0 1") },
  { name: "preamp", before: (s) => s.say("input 0 0.25"), change: (s) => s.say("input 0 1") },
  { name: "route off", change: (s) => s.say("crosspoint 0 0 0") },
  { name: "route on", before: (s) => s.say("crosspoint 0 0 0"), change: (s) => s.say("crosspoint 0 0 1") },
  { name: "invert", change: (s) => s.say("crosspoint 0 0 -1") },
  { name: "disable", change: (s) => s.output(0, { enabled: false }) },
  { name: "enable", before: (s) => s.output(0, { enabled: false }), change: (s) => s.output(0) },
  {
    name: "bypass on",
    boost: 12,
    before: (s) => s.band(0, 0, 1, 1000, 1, 12).band(0, 5, 5, 80),
    change: (s) => s.say("bypass 1"),
  },
  {
    name: "bypass off",
    boost: 12,
    before: (s) => s.band(0, 0, 1, 1000, 1, 12).band(0, 5, 5, 80).say("bypass 1"),
    change: (s) => s.say("bypass 0"),
  },
  { name: "delay +20 ms", change: (s) => s.output(0, { delay: 960 }) },
  { name: "delay -20 ms", before: (s) => s.output(0, { delay: 960 }), change: (s) => s.output(0) },
];

function tenBands(session: Session, gain: number): Session {
  for (let band = 0; band < 10; band++) session.band(2, band, 1, 40 * 1.9 ** band, 1.5, gain);
  return session;
}

/** Largest second difference among the frames from … to. */
function bend(samples: Int32Array, from: number, to: number): number {
  let largest = 0;
  for (let n = from; n < to; n++) {
    const [a, b, c] = samples.subarray(n - 1, n + 2) as unknown as [number, number, number];
    largest = Math.max(largest, Math.abs(a - 2 * b + c));
  }
  return largest;
}

for (const chip of chips) {
  for (const level of [-1, -60]) {
    test.each(cases)(`${chip} changes $name at ${level} dBFS without a step`, async ({ boost = 0, before, change }) => {
      for (const frequency of [100, 1000, 5000]) {
        const session = new Session(chip).route(0, 0);
        before?.(session);
        session.commit().play(settled + over);
        const at = session.frames;
        change(session)
          .commit()
          .play(over + 480);
        const { outputs } = await session.run(sine(frequency, level - boost, rate));
        const out = outputs[0] as Int32Array;
        const smooth = Math.max(bend(out, at - 480, at - 1), bend(out, out.length - 480, out.length - 1));
        expect(smooth).toBeGreaterThan(0);
        expect(bend(out, at - 1, out.length - 480), `${frequency} Hz`).toBeLessThanOrEqual(2 * smooth + rounding);
      }
    });
  }

  test(`${chip} follows a knob turned at every packet without a step`, async () => {
    const session = new Session(chip)
      .route(0, 0)
      .band(2, 0, 1, 1000, 1, -12)
      .commit()
      .play(settled + over);
    const at = session.frames;
    for (let packet = 0; packet < 400; packet++) {
      session.band(2, 0, 1, 1000 * 2 ** (packet / 200), 1, -12 + packet * 0.06);
      session
        .output(0, { gain: 10 ** (-packet / 400) })
        .commit()
        .play(48);
    }
    session.play(over);
    const { outputs } = await session.run(sine(1000, -14, rate));
    const out = outputs[0] as Int32Array;
    const largest = bend(out, at - 1, out.length - 1);
    const loudest = out.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0);
    expect(largest).toBeLessThanOrEqual(2 * loudest * (2 * Math.sin((Math.PI * 1000) / rate)) ** 2 + rounding);
    expect(loudest).toBeLessThan(fullScale / 2);
  });
}
