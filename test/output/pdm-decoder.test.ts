import { describe, expect, test } from "vitest";

import { PdmDecoder, pdmDecoderLatency } from "../../simulator/pdm-decoder";

const oversampling = 256;
const frameBytes = oversampling / 8;
const fullScale = 2 ** 23;
const modulation = 0.9;

/** A plain second-order modulator in double, fed at every bit: (1 - 1/z)^2 shapes the noise, the signal passes flat. */
function modulate(frames: number, level: (bit: number) => number): Uint8Array {
  const bits = new Uint8Array(frames * frameBytes);
  let first = 0;
  let second = 0;
  for (let n = 0; n < frames * oversampling; n++) {
    const output = second >= 0 ? 1 : -1;
    if (output > 0) bits[n >> 3] = (bits[n >> 3] as number) | (0x80 >> (n & 7));
    first += level(n) - output;
    second += first - output;
  }
  return bits;
}

/** Amplitude of a decoded tone, full scale = 1, by projection on whole cycles; `turns` per frame. */
function amplitude(samples: Int32Array, turns: number): number {
  let re = 0;
  let im = 0;
  samples.forEach((value, n) => {
    re += value * Math.cos(2 * Math.PI * turns * n);
    im += value * Math.sin(2 * Math.PI * turns * n);
  });
  return (Math.hypot(re, im) * 2) / samples.length / fullScale;
}

/** Gain in dB from the bits to the samples for a tone near `hertz`, which aliasing may have moved. */
function gain(hertz: number): number {
  const frames = 4096;
  const settling = 64;
  const turns = Math.round((hertz / 48_000) * frames) / frames;
  const bits = modulate(settling + frames, (n) => 0.5 * Math.sin((2 * Math.PI * turns * n) / oversampling));
  const decoded = new PdmDecoder().push(bits).subarray(settling);
  return 20 * Math.log10((amplitude(decoded, turns) * modulation) / 0.5);
}

describe("the PDM decoder", () => {
  test.each([100, 1000, 5000, 10_000, 15_000, 18_000, 20_000])("passes %i Hz within 0.01 dB", (hertz) => {
    expect(Math.abs(gain(hertz))).toBeLessThan(0.01);
  });

  const folding = [
    28_000,
    33_000,
    47_000,
    49_000,
    97_000,
    192_000 + 5000,
    384_000 - 20_000,
    384_000 + 1000,
    768_000 + 7000,
  ];
  test.each(folding)("keeps %i Hz from folding into the audio band, by 100 dB", (hertz) => {
    expect(gain(hertz)).toBeLessThan(-100);
  });

  test("delays by its latency, symmetrically", () => {
    const frame = 50;
    const bits = new Uint8Array(100 * frameBytes).fill(0xaa);
    const before = new PdmDecoder().push(bits);
    bits[frame * frameBytes] = 0x2a; // the frame's first bit
    const response = new PdmDecoder().push(bits).map((value, n) => (before[n] as number) - value);
    const centre = frame + pdmDecoderLatency;
    expect(response.indexOf(Math.max(...response))).toBe(centre);
    for (let n = 1; n <= pdmDecoderLatency; n++)
      expect(Math.abs((response[centre - n] as number) - (response[centre + n] as number))).toBeLessThanOrEqual(2); // LSB
    // The bit fell from 1 to -1, for 1/256 of a frame.
    const sum = response.reduce((a, b) => a + b);
    expect(sum / fullScale).toBeCloseTo(2 / oversampling / modulation, 5);
  });

  test("reaches full scale where nine tenths of the range are used, and stops there", () => {
    const steady = (bits: Uint8Array) => new PdmDecoder().push(bits).subarray(64);
    const dense = steady(modulate(100, () => 0.99 * modulation));
    for (const value of dense) expect(value / fullScale).toBeCloseTo(0.99, 3);
    expect(new Set(steady(new Uint8Array(100 * frameBytes).fill(0xff)))).toEqual(new Set([fullScale - 1]));
    expect(new Set(steady(new Uint8Array(100 * frameBytes)))).toEqual(new Set([-fullScale]));
  });

  test("is silent before its first bits", () => {
    const decoded = new PdmDecoder().push(new Uint8Array(50 * frameBytes).fill(0xaa));
    expect(Math.max(...decoded.map(Math.abs))).toBeLessThan(fullScale * 1e-5);
  });

  test.each([1, 3, 32, 1000])("makes the same samples of chunks of %i bytes", (size) => {
    const bits = modulate(60, (n) => 0.7 * Math.sin(n / 5000));
    const decoder = new PdmDecoder();
    const samples: number[] = [];
    for (let i = 0; i < bits.length; i += size) samples.push(...decoder.push(bits.subarray(i, i + size)));
    expect(samples).toEqual([...new PdmDecoder().push(bits)]);
    expect(samples).toHaveLength(60);
  });
});
