/** Changes while a sine plays, and how far they bend it. */
import type { Chip } from "./programs";
import { Session, settled, sine } from "./session";

export const rate = 48_000;
/** Frames in which a change and what rings after it are over, even at 100 Hz. */
export const over = 12_000;
/** Second differences of the rounding to 24 bits: 1/2 + 2/2 + 1/2. */
export const rounding = 2;

type Change = (session: Session) => Session;
export interface Case {
  name: string;
  /** dB that the louder side is above the input: a clipped sine has bends of its own. */
  boost?: number;
  before?: Change;
  change: Change;
}

export const changes: Case[] = [
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
  { name: "leveller on", change: (s) => s.leveller() },
  { name: "leveller off", before: (s) => s.leveller(), change: (s) => s.leveller({ on: false }) },
  { name: "leveller on, without lookahead", boost: 8, change: (s) => s.leveller({ lookahead: false }) },
  {
    name: "leveller off, without lookahead",
    boost: 8,
    before: (s) => s.leveller({ lookahead: false }),
    change: (s) => s.leveller({ on: false }),
  },
  {
    name: "lookahead on",
    boost: 8,
    before: (s) => s.leveller({ lookahead: false }),
    change: (s) => s.leveller(),
  },
  {
    name: "lookahead off",
    boost: 8,
    before: (s) => s.leveller(),
    change: (s) => s.leveller({ lookahead: false }),
  },
  {
    name: "amount, speed, greatest gain and gate of the leveller",
    boost: 8,
    before: (s) => s.leveller({ amount: 100, speed: 2, maxGain: 20 }),
    change: (s) => s.leveller({ amount: 20, speed: 0, maxGain: 5, gate: -50 }),
  },
  { name: "crossfeed on", before: leftAlone, change: (s) => s.crossfeed() },
  { name: "crossfeed off", before: (s) => leftAlone(s).crossfeed(), change: (s) => s.say("crossfeed 0 0 0 1 0 0") },
  {
    name: "crossfeed's corner, feed and ITD",
    before: (s) => leftAlone(s).crossfeed(500, 15, false),
    change: (s) => s.crossfeed(2000, 0),
  },
  { name: "loudness on", boost: 18, change: (s) => s.loudness(83, -40) },
  { name: "loudness off", boost: 18, before: (s) => s.loudness(83, -40), change: (s) => s.loudness(83, -40, 0) },
  {
    name: "loudness with the host's volume",
    boost: 12,
    before: (s) => s.say("volume -5120 0").loudness(83, -20),
    change: (s) => s.say("volume -2560 0").loudness(83, -10),
  },
  { name: "delay -20 ms", before: (s) => s.output(0, { delay: 960 }), change: (s) => s.output(0) },
];

function leftAlone(session: Session): Session {
  return session.say("input 1 0");
}

function tenBands(session: Session, gain: number): Session {
  for (let band = 0; band < 10; band++) session.band(2, band, 1, 40 * 1.9 ** band, 1.5, gain);
  return session;
}

/** Largest second difference among the frames from … to. */
export function bend(samples: Int32Array, from: number, to: number): number {
  let largest = 0;
  for (let n = from; n < to; n++) {
    const [a, b, c] = samples.subarray(n - 1, n + 2) as unknown as [number, number, number];
    largest = Math.max(largest, Math.abs(a - 2 * b + c));
  }
  return largest;
}

/**
 * Largest second difference of the output while a sine of `frequency` Hz, at `level` dBFS where it is louder, plays
 * through a change; `smooth` is that of the sine before or after, whichever is larger.
 */
export async function bends(chip: Chip, { boost = 0, before, change }: Case, level: number, frequency: number) {
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
  return { smooth, during: bend(out, at - 1, out.length - 480) };
}
