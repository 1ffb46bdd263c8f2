import { describe, expect, test } from "vitest";

import { PdmDecoder, pdmDecoderLatency } from "../../simulator/pdm-decoder";
import { frameBytes, fullScale, modulate, modulation, signal, type Run } from "./modulate";
import { level, levels, loudest, noise, sinad, spectrumOf } from "./spectrum";

const rate = 48_000;
/** The constants of pdm.h that tests count with. */
const fadeFrames = 1024;
const settlingFrames = 1536;
const latency = 1 + pdmDecoderLatency;
/** Of decoded samples. */
const decodedFullScale = 2 ** 23;

const decibels = (db: number) => 10 ** (db / 20);
const idle = (bits: Uint8Array) => bits.every((byte) => byte === 0xaa);

/** Spectrum of a steady signal after the fade in. */
async function measure(frames: number, of: (frame: number) => number) {
  const { bits } = await modulate(signal(2 * fadeFrames + frames, of));
  return spectrumOf(levels(bits.subarray(2 * fadeFrames * frameBytes), 1 / modulation), rate);
}

const cycles = (bin: number, frames: number) => (frame: number) => Math.sin((2 * Math.PI * bin * frame) / frames);

describe("the modulator's bits", () => {
  const frames = 2 ** 14;

  test("carry 1 kHz at -1 dBFS with 100 dB of SINAD", async () => {
    const sine = cycles(341, frames);
    const spectrum = await measure(frames, (n) => decibels(-1) * sine(n));
    expect(sinad(spectrum, 341, 20, 20_000)).toBeGreaterThan(100);
    // Straight lines between samples weigh a sine by sinc^2.
    const x = (Math.PI * 341) / frames;
    expect(level(spectrum, 341)).toBeCloseTo(-1 + 40 * Math.log10(Math.sin(x) / x), 3);
  });

  test("carry 50 Hz at -60 dBFS with 120 dB of SINAD from 20 to 200 Hz", async () => {
    const sine = cycles(17, frames);
    const spectrum = await measure(frames, (n) => decibels(-60) * sine(n));
    expect(sinad(spectrum, 17, 20, 200)).toBeGreaterThan(120);
  });

  test("stay clean at full scale", async () => {
    const sine = cycles(341, frames);
    expect(sinad(await measure(frames, sine), 341, 20, 20_000)).toBeGreaterThan(100);
  });

  test.each([0, 1, 0x10, 0x20c50, 0x28f60, 0x400000, -0x8310, 0x1460e50, 0x1c81670])(
    "hold a constant %i without idle tones",
    async (constant) => {
      const spectrum = await measure(frames / 2, () => constant / fullScale);
      expect(loudest(spectrum, 30, 20_000)).toBeLessThan(-120);
      expect(noise(spectrum, 30, 20_000)).toBeLessThan(-105);
    },
  );

  test("average to a constant input, up to full scale", async () => {
    for (const constant of [0.001, -0.3, 0.75, 1, -1]) {
      const { bits } = await modulate(signal(fadeFrames + 4800, () => constant));
      const steady = levels(bits.subarray(fadeFrames * frameBytes), 1 / modulation);
      const mean = steady.reduce((a, b) => a + b) / steady.length;
      expect(mean).toBeCloseTo(constant, 4);
    }
  });
});

describe("overload", () => {
  const overloads: Record<string, (frame: number) => number> = {
    "samples far beyond 28 bits": (n) => (n & 64 ? 2 ** 31 - 1 : -(2 ** 31)),
    "a full-scale constant": () => fullScale - 1,
    "a full-scale square wave at 12 kHz": (n) => (n & 2 ? fullScale - 1 : -fullScale),
    "full-scale noise": (n) => (Math.sin(n * n * 1e4) > 0 ? fullScale - 1 : -fullScale),
  };

  test.each(Object.entries(overloads))("%s never overflows, and silence follows at once", async (_, sample) => {
    const [loud, all] = [9600, 12_000];
    const samples = Int32Array.from({ length: all }, (_, n) => (n < loud ? sample(n) : 0));
    // Undefined behaviour, such as signed overflow, ends this build of the program.
    const flags = ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"];
    const { bits } = await modulate(samples, { program: "pdm-probe-trap", flags });
    const decoded = new PdmDecoder().push(bits);
    expect(decoded.slice(fadeFrames, loud).some((value) => Math.abs(value) > 0.5 * decodedFullScale)).toBe(true);
    expect(peak(decoded.subarray(loud + 2 * latency))).toBeLessThan(decibels(-80));
  });

  test.each([2 ** 31 - 1, -(2 ** 31), -1_947_483_648, 1_402_516_352, -947_483_648])(
    "integrals of %i are recovered from",
    async (upset) => {
      const { bits } = await modulate(new Int32Array(400), { upset });
      expect(peak(new PdmDecoder().push(bits).subarray(4 * latency))).toBeLessThan(decibels(-80));
    },
  );
});

describe("start and stop", () => {
  test("idle is an even pattern until the start", async () => {
    const { bits } = await modulate(
      signal(200, () => 0.5),
      { start: 100 },
    );
    expect(idle(bits.subarray(0, 100 * frameBytes))).toBe(true);
    expect(idle(bits.subarray(100 * frameBytes))).toBe(false);
  });

  const runs: [string, Required<Pick<Run, "start" | "stop">>][] = [
    ["in the idle pattern", { start: 100, stop: 3001 }],
    ["from a fade that is half way in", { start: 0, stop: 500 }],
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((n): (typeof runs)[number] => [`at phase ${n}`, { start: n, stop: 2000 + 61 * n }]),
  ];

  test.each(runs)("a fade follows 3t^2 - 2t^3 and ends %s without a step", async (_, { start, stop }) => {
    const hertz = 97;
    const samples = signal(8000, (n) => Math.sin((2 * Math.PI * hertz * n) / rate));
    const { bits, idle: end } = await modulate(samples, { start, stop });
    const top = Math.min(fadeFrames, stop - start);
    const decoded = new PdmDecoder().push(bits);
    const error = decoded.subarray(latency).map((value, n) => {
      const t = Math.max(0, n < stop ? Math.min(fadeFrames, n - start) : top - (n - stop)) / fadeFrames;
      return value - ((samples[n] as number) / fullScale) * decodedFullScale * (3 * t * t - 2 * t ** 3);
    });
    expect(peak(error)).toBeLessThan(decibels(-80));
    expect(end).toBeGreaterThan(stop);
    expect(end).toBeLessThanOrEqual(stop + fadeFrames + settlingFrames);
    expect(idle(bits.subarray(end * frameBytes))).toBe(true);
  });

  test("of silence is silent", async () => {
    const { bits } = await modulate(new Int32Array(6000), { start: 100, stop: 3000 });
    expect(peak(new PdmDecoder().push(bits))).toBeLessThan(decibels(-100));
  });
});

test("the bits depend neither on the size of packets nor on the compiler's optimisation", async () => {
  const samples = signal(5000, (n) => 0.9 * Math.sin(n * n * 1e-5));
  const span = { start: 10, stop: 3000 };
  const { bits } = await modulate(samples, span);
  const others = await Promise.all([
    modulate(samples, { ...span, packet: 1 }),
    modulate(samples, { ...span, packet: 97 }),
    modulate(samples, { ...span, program: "pdm-probe-O0", flags: ["-O0"] }),
    modulate(samples, { ...span, program: "pdm-probe-O3", flags: ["-O3"] }),
  ]);
  for (const other of others) expect(Buffer.compare(other.bits, bits)).toBe(0);
});

function peak(samples: Int32Array): number {
  return samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / decodedFullScale;
}
