import { PdmDecoder } from "../simulator/pdm-decoder";
import { frameBytes, fullScale, modulate, modulation, signal } from "../test/output/modulate";
import { level, levels, noise, sinad, spectrumOf } from "../test/output/spectrum";

const rate = 48_000;
/** Frames measured: 2^22 bits. */
const frames = 2 ** 14;
/** Frames before them: the fade in. */
const skipped = 2048;

const conditions = [
  { decibel: -1, bin: 341, from: 20, to: 20_000, original: 92.3, wanted: "≥ 100" },
  { decibel: -60, bin: 17, from: 20, to: 200, original: 52.4, wanted: "≥ 120" },
];

/** SINAD of the modulator's bits, and what modulator and decoder cost. */
export async function pdm(): Promise<void> {
  const rows = [];
  let time = 0;
  let bits = new Uint8Array();
  for (const { decibel, bin, from, to, original, wanted } of conditions) {
    const amplitude = 10 ** (decibel / 20);
    const sine = signal(skipped + frames, (n) => amplitude * Math.sin((2 * Math.PI * bin * n) / frames));
    const run = await modulate(sine);
    time += run.time;
    bits = Uint8Array.from(run.bits);
    const output = levels(bits.subarray(skipped * frameBytes), 1 / modulation);
    const spectrum = spectrumOf(output, rate);
    const error = spectrumOf(difference(output, line(sine.subarray(skipped - 1))), rate);
    rows.push({
      sine: `${((bin * rate) / frames).toFixed(0)} Hz, ${decibel} dBFS`,
      band: `${from}–${to} Hz`,
      "SINAD dB": sinad(spectrum, bin, from, to).toFixed(1),
      "by the modulator alone": (level(spectrum, bin) - noise(error, from, to, bin)).toFixed(1),
      wanted,
      "DSPi 1.1.3": original,
    });
  }
  console.log("PDM output, 28-bit samples at 48 kHz, 256 bits per sample");
  console.table(rows);

  const seconds = ((skipped + frames) * conditions.length) / rate;
  const decoder = new PdmDecoder();
  decoder.push(bits); // lets the compiler warm up
  const start = performance.now();
  conditions.forEach(() => decoder.push(bits));
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
