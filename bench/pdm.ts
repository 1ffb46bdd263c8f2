import { PdmDecoder } from "../simulator/pdm-decoder";
import { frameBytes, fullScale, modulate, modulation, signal } from "../test/output/modulate";
import { chips, outputCount, type Chip } from "../test/engine/programs";
import { Session, settled } from "../test/engine/session";
import { level, levels, noise, sinad, spectrumOf } from "../test/output/spectrum";

const rate = 48_000;
/** Frames measured: 2^22 bits. */
const frames = 2 ** 14;
/** Frames before them: the fade in. */
const skipped = 2048;

interface Condition {
  decibel: number;
  bin: number;
  from: number;
  to: number;
  original: number;
  wanted: string;
}
const loud: Condition = { decibel: -1, bin: 341, from: 20, to: 20_000, original: 92.3, wanted: "≥ 100" };
const soft: Condition = { decibel: -60, bin: 17, from: 20, to: 200, original: 52.4, wanted: "≥ 120" };

const sine = ({ bin }: Condition, n: number) => Math.sin((2 * Math.PI * bin * n) / frames);

/** Samples with 28 bits. */
function computed(condition: Condition): Int32Array {
  const amplitude = 10 ** (condition.decibel / 20);
  return signal(skipped + frames, (n) => amplitude * sine(condition, n));
}

/** What the engine makes of a full-scale sine of 24 bits by the output's gain. */
async function attenuated(chip: Chip, condition: Condition): Promise<Int32Array> {
  const output = outputCount[chip] - 1;
  const session = new Session(chip).route(0, output, 10 ** (condition.decibel / 20)).commit();
  session.play(settled + skipped + frames, { bits: 24 });
  const { outputs } = await session.run((n) => [Math.round(sine(condition, n) * (2 ** 23 - 1)), 0]);
  return (outputs[output] as Int32Array).subarray(settled);
}

/** SINAD of the modulator's bits, and what modulator and decoder cost. */
export async function pdm(): Promise<void> {
  const runs: [string, Condition, Int32Array][] = [
    ["28 bits", loud, computed(loud)],
    ["28 bits", soft, computed(soft)],
  ];
  for (const chip of chips) runs.push([`${chip}'s engine, 0 dBFS in`, soft, await attenuated(chip, soft)]);
  const rows = [];
  let time = 0;
  let bits = new Uint8Array();
  for (const [source, { decibel, bin, from, to, original, wanted }, samples] of runs) {
    const run = await modulate(samples);
    time += run.time;
    bits = Uint8Array.from(run.bits);
    const output = levels(bits.subarray(skipped * frameBytes), 1 / modulation);
    const spectrum = spectrumOf(output, rate);
    const error = spectrumOf(difference(output, line(samples.subarray(skipped - 1))), rate);
    rows.push({
      "samples of": source,
      sine: `${((bin * rate) / frames).toFixed(0)} Hz, ${decibel} dBFS`,
      band: `${from}–${to} Hz`,
      "SINAD dB": sinad(spectrum, bin, from, to).toFixed(1),
      "by the modulator alone": (level(spectrum, bin) - noise(error, from, to, bin)).toFixed(1),
      wanted,
      "DSPi 1.1.3": original,
    });
  }
  console.log("PDM output at 48 kHz, 256 bits per sample");
  console.table(rows);

  const seconds = ((skipped + frames) * runs.length) / rate;
  const decoder = new PdmDecoder();
  decoder.push(bits); // lets the compiler warm up
  const start = performance.now();
  runs.forEach(() => decoder.push(bits));
  const decoding = (performance.now() - start) / 1000;
  const perBit = time / (seconds * rate * 256);
  console.log(`Modulator: ${perBit.toFixed(2)} ns per bit, ${((seconds * 1e9) / time).toFixed(0)} × real time.`);
  console.log(`Decoder: ${(seconds / decoding).toFixed(0)} × real time.`);
}

/** What the bits should say: the straight lines through the samples, 256 points each, from the first sample on. */
function line(samples: Int32Array): Float64Array {
  return Float64Array.from({ length: (samples.length - 1) * 256 }, (_, i) => {
    const [from, to] = samples.subarray(i >> 8) as unknown as [number, number];
    return (from + ((to - from) * (i & 255)) / 256) / fullScale;
  });
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}
