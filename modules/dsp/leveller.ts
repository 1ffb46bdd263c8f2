/**
 * The volume leveller's constants. Its formula, for an RMS level x in dB re full scale, d = −17 − x and
 * slope = 1 − 1/ratio: no gain for d ≤ 0, slope × d²/12 up to d = 6 (a soft knee 6 dB wide around −20), and
 * slope × (d − 3) beyond; at most the greatest gain, and none below the gate.
 */
import { exp10 } from "./elementary";

/** Levels in dB re full scale; shares are of the way that is left, per block (native/engine/engine.h). */
export interface LevellerDesign {
  readonly upper: number;
  readonly width: number;
  readonly slope: number;
  readonly maxGain: number;
  readonly gate: number;
  readonly ceiling: number;
  readonly window: number;
  readonly attack: number;
  readonly release: number;
  readonly limiterRelease: number;
  /** Frames that the gain is reckoned for at once: 1 ms. */
  readonly blockFrames: number;
  /** Frames that the audio is delayed by: 10 ms or none. */
  readonly lookaheadFrames: number;
}

const threshold = -20;
const kneeWidth = 6;
const ceiling = -6;
const limiterReleaseMs = 100;
/** Milliseconds by speed: slow, medium, fast. */
const attackMs = [100, 50, 20];
const releaseMs = [2000, 1000, 500];
const windowMs = [400, 200, 100];

const log10OfE = 0.4342944819032518;

/**
 * `amount` in percent makes the ratio 1 … 20; `speed` 0 slow, 1 medium, 2 fast; `maxGain` and `gate` in dB; `rate`
 * in Hz.
 */
export function designLeveller(
  amount: number,
  speed: number,
  maxGain: number,
  lookahead: boolean,
  gate: number,
  rate: number,
): LevellerDesign {
  const blockFrames = Math.trunc(rate / 1000);
  /** Of the way to where it goes, what a first-order lag covers in a block. */
  const share = (ms: number) => 1 - exp10((-blockFrames / ((ms * rate) / 1000)) * log10OfE);
  return {
    upper: threshold + kneeWidth / 2,
    width: kneeWidth,
    slope: 1 - 1 / (1 + (amount / 100) * 19),
    maxGain,
    gate,
    ceiling,
    window: share(windowMs[speed] as number),
    attack: share(attackMs[speed] as number),
    release: share(releaseMs[speed] as number),
    limiterRelease: share(limiterReleaseMs),
    blockFrames,
    lookaheadFrames: lookahead ? Math.round(rate / 100) : 0,
  };
}
