/**
 * Crossfeed in the manner of BS2B: each side gives G × low pass × delay of itself to the other side, and loses just
 * that: left' = left + H (right − left). So left + right stays, mono passes untouched, and what differs is filtered by
 * 1 − 2H. In s = j tan(π f/Fs), with p = (1 − x)/(1 + x) of the one-pole low pass x = e^(−2π fc/Fs) and an all-pass
 * that delays by D frames,
 *
 *   H = G (1 + s)/(1 + s/p) × (1 − D s)/(1 + D s)
 *
 * which is one section of the state-variable form. G = 1/(1 + 10^(feed/20)): at low frequencies the other side is
 * heard `feed` dB weaker.
 */
import { flatDesign, type Design } from "./biquad";
import { exp10, fromDecibels } from "./elementary";

/** Corner in Hz and feed in dB of the presets, in the order of the parameter's words; what has no row is custom. */
const presets = [
  [700, 4.5],
  [700, 6],
  [650, 9.5],
] as const;

/** Delay of the far ear for speakers at ±30°, in seconds. */
const interauralDelay = 220e-6;
/** Frames: an all-pass that delays by less does nothing but cost bits. */
const smallestDelay = 1e-3;

const log10OfE = 0.4342944819032518;

/** Corner in Hz and feed in dB that a preset, or the custom values, stand for. */
export function crossfeedValues(preset: number, frequency: number, feed: number): readonly [number, number] {
  return presets[preset] ?? [frequency, feed];
}

/**
 * The filter of the difference of the sides: `frequency` 500–2000 Hz, `feed` 0–15 dB, `itd` delays the other side by
 * 220 µs in all (more where the low pass alone does: below 690 Hz); `rate` in Hz.
 */
export function designCrossfeed(frequency: number, feed: number, itd: boolean, rate: number): Design {
  const gain = 1 / (1 + fromDecibels(feed));
  const x = exp10(((-2 * Math.PI * frequency) / rate) * log10OfE);
  const p = (1 - x) / (1 + x);
  const delay = itd ? interauralDelay * rate - x / (1 - x) : 0;
  return delay < smallestDelay ? lowPass(gain, p) : lowPassAndAllPass(gain, p, delay);
}

/** Both numerator and denominator of H times 1 + s, as a section is of second order. */
function lowPass(gain: number, p: number): Design {
  const g = root(p);
  return side(g, (1 + p) / g, gain * p, gain * g * (1 - p), gain * (1 - p));
}

function lowPassAndAllPass(gain: number, p: number, delay: number): Design {
  const g = root(p / delay);
  return side(g, (1 / delay + p) / g, -gain * p, gain * g * (2 - delay * (1 - p)), gain * (1 + p));
}

/** 1 − 2H, for H = m0 + (m1 g s + m2 g²)/(s² + k g s + g²). */
function side(g: number, k: number, m0: number, m1: number, m2: number): Design {
  const a2 = g / (1 + g * (g + k));
  return { ...flatDesign, a1m1: -a2 * (g + k), a2, a3: g * a2, m0: 1 - 2 * m0, m1: -2 * m1, m2: -2 * m2 };
}

/** √x by Heron's method, for 1e-4 … 1e4: the same bits on every host (elementary.ts). */
function root(x: number): number {
  let y = (1 + x) / 2;
  for (let i = 0; i < 16; i++) y = (y + x / y) / 2;
  return y;
}
