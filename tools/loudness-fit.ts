/**
 * Fits the loudness filter to ISO 226:2003 and prints modules/dsp/loudness-table.ts:
 *
 *   node --import tsx tools/loudness-fit.ts > modules/dsp/loudness-table.ts
 *
 * Per sample rate, five sections with a frequency and a Q each, and gains in dB that are sums of `loudnessTerms` with
 * factors of their own: Levenberg–Marquardt on all of it at once. Between rounds what fits badly gets more weight, so
 * that it is the worst point that gets better; the best round is kept.
 */
import { designBand } from "../modules/dsp/biquad";
import { loudnessTerms, loudnessTypes } from "../modules/dsp/loudness";
import { magnitude } from "../modules/dsp/response";
import { compensation, isoFrequencies } from "./iso226";

const rates = [44100, 48000, 96000];
const rounds = 5;
const stepsPerRound = 8;

/** Where the search begins: frequency in Hz, Q, gain in dB per phon below the reference. */
const start = [
  [36, 0.4, 0.45],
  [266, 0.5, 0.18],
  [1600, 2.4, -0.02],
  [7000, 0.35, -0.1],
  [16500, 0.4, 0.3],
].map(([frequency = 0, q = 0, slope = 0]) => [Math.log(frequency), Math.log(q), slope, 0, 0, 0, 0, 0]);
const perSection = 8;
const isLogarithm = (parameter: number) => parameter % perSection < 2;

/**
 * Above the standard's last frequency the gain is to stay within reason: about this many times what it is there. It
 * counts for little, and the less the larger it is.
 */
const beyond = { frequencies: [16_000, 20_000], factor: 1.5, weight: (last: number) => 0.1 / Math.max(1, last / 4) };

const points = references().flatMap(({ phon, reference }) => {
  const wanted = isoFrequencies.map((_, i) => compensation(i, phon, reference));
  const last = wanted.at(-1) as number;
  const terms = loudnessTerms(phon, reference);
  const standard = isoFrequencies.map((frequency, i) => ({ frequency, wanted: wanted[i] as number, weight: 1 }));
  const above = beyond.frequencies.map((frequency) => ({
    frequency,
    wanted: beyond.factor * last,
    weight: beyond.weight(last),
  }));
  return [...standard, ...above].map((point) => ({ ...point, terms }));
});
const isStandard = (n: number) => n % (isoFrequencies.length + beyond.frequencies.length) < isoFrequencies.length;

function references() {
  const pairs = [];
  for (let reference = 40; reference <= 100; reference += 10)
    for (let phon = 20; phon < reference; phon += 10) pairs.push({ phon, reference });
  return pairs;
}

/** Response in dB of one section at all points. */
function response(section: number, parameters: number[], rate: number): number[] {
  const at = section * perSection;
  const [logFrequency, logQ, ...factors] = parameters.slice(at, at + perSection) as [number, number, ...number[]];
  return points.map(({ frequency, terms }) => {
    const gain = terms.reduce((sum, term, i) => sum + term * (factors[i] as number), 0);
    const type = loudnessTypes[section] as number;
    return magnitude(designBand(type, Math.exp(logFrequency), Math.exp(logQ), gain, rate), frequency, rate);
  });
}

function responses(parameters: number[], rate: number): number[][] {
  return loudnessTypes.map((_, section) => response(section, parameters, rate));
}

function errors(sections: number[][]): number[] {
  return points.map(({ wanted }, n) => sections.reduce((sum, section) => sum + (section[n] as number), -wanted));
}

function fit(rate: number): { parameters: number[]; worst: number } {
  let parameters = start.flat();
  let best = { parameters, worst: Infinity };
  let weights = points.map(({ weight }) => weight);
  for (let round = 0; round < rounds; round++) {
    parameters = improve(parameters, weights, rate);
    const error = errors(responses(parameters, rate)).map(Math.abs);
    const worst = Math.max(...error.filter((_, n) => isStandard(n)));
    if (worst < best.worst) best = { parameters, worst };
    weights = weights.map((weight, n) =>
      isStandard(n) ? weight * (0.5 + (error[n] as number) / worst) ** 0.5 : weight,
    );
  }
  return best;
}

/** Levenberg–Marquardt: the parameters with which the weighted squares of the errors sum to less. */
function improve(from: number[], weights: number[], rate: number): number[] {
  const squares = (parameters: number[]) =>
    errors(responses(parameters, rate)).reduce((sum, e, n) => sum + (e * (weights[n] as number)) ** 2, 0);
  let parameters = from;
  let damping = 1e-3;
  for (let step = 0; step < stepsPerRound; step++) {
    const sections = responses(parameters, rate);
    const error = errors(sections).map((e, n) => e * (weights[n] as number));
    const slopes = parameters.map((_, j) => {
      const section = Math.trunc(j / perSection);
      const moved = parameters.map((value, i) => (i === j ? value + 1e-5 : value));
      return response(section, moved, rate).map(
        (dB, n) => ((dB - (sections[section]?.[n] as number)) / 1e-5) * (weights[n] as number),
      );
    });
    const normal = slopes.map((a) => slopes.map((b) => dot(a, b)));
    const downhill = slopes.map((a) => -dot(a, error));
    const before = dot(error, error);
    for (let attempt = 0; attempt < 8; attempt++) {
      const damped = normal.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) : value)));
      const way = solve(damped, downhill);
      const moved = parameters.map((value, i) => value + (way[i] as number));
      if (squares(moved) < before) {
        parameters = moved;
        damping /= 4;
        break;
      }
      damping *= 5;
    }
  }
  return parameters;
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

/** Of a x = b for a symmetric positive definite `a`: Gauss–Jordan needs no pivots there. */
function solve(a: number[][], b: number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i] as number]);
  rows.forEach((row, i) => {
    const pivot = row[i] as number;
    rows.forEach((other, r) => {
      if (r === i) return;
      const factor = (other[i] as number) / pivot;
      for (let c = i; c < other.length; c++) other[c] = (other[c] as number) - factor * (row[c] as number);
    });
  });
  return rows.map((row, i) => (row.at(-1) as number) / (row[i] as number));
}

const fits = rates.map((rate) => ({ rate, ...fit(rate) }));
console.log(`// Made by tools/loudness-fit.ts.

/**
 * A row per section: frequency in Hz, Q, and the factors of the terms of its gain. Worst deviation from ISO 226:2003 over
 * its 29 frequencies, for 20 … 90 phon heard instead of 40 … 100: ${fits.map(({ rate, worst }) => `${worst.toFixed(2)} dB at ${rate} Hz`).join(", ")}.
 */
export function loudnessFit(rate: number): readonly (readonly number[])[] {
  return rate === 96000 ? at96000 : rate === 48000 ? at48000 : at44100;
}
`);
for (const { rate, parameters } of fits) {
  console.log(`const at${rate} = [`);
  for (let at = 0; at < parameters.length; at += perSection) {
    const row = parameters.slice(at, at + perSection);
    const text = row.map((value, i) => (isLogarithm(i) ? Math.exp(value) : value).toPrecision(7));
    console.log(`  [${text.map(Number).join(", ")}],`);
  }
  console.log(`];\n`);
}
