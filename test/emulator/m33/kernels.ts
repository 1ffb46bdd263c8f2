/** The engine at work on a core: filters alone, and packets of an equalised configuration. */
import { createHash } from "node:crypto";

import { designBand } from "../../../modules/dsp/biquad";

/** A core whose functions can be called: ours, or qemu's (bench/chip/m33.ts). */
export interface Callable {
  allocate(bytes: number): number;
  write(address: number, bytes: Uint8Array): void | Promise<void>;
  read(address: number, bytes: number): Uint8Array | Promise<Uint8Array>;
  call(name: string, ...args: number[]): { result: number; cost: number } | Promise<{ result: number; cost: number }>;
}

export interface Outcome {
  name: string;
  /** Instructions. */
  cost: number;
  /** A hash of what was computed. */
  bits: string;
}

const rate = 48_000;
const frames = 48;
const outputs = 8;
const filters: [name: string, type: number, frequency: number, q: number, gain: number][] = [
  ["peaking 30 Hz", 1, 30, 1.4, 6],
  ["peaking 6 kHz", 1, 6000, 1.4, -3],
  ["low shelf 100 Hz", 2, 100, 0.707, 6],
  ["high shelf 8 kHz", 3, 8000, 0.707, 6],
  ["low pass 80 Hz", 4, 80, 0.707, 0],
  ["high pass 20 Hz", 5, 20, 0.707, 0],
];

const hash = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("hex").slice(0, 16);
const designBytes = (type: number, frequency: number, q: number, gain: number) => {
  const { a1m1, a2, a3, m0, m1, m2 } = designBand(type, frequency, q, gain, rate);
  return new Uint8Array(Float64Array.of(a1m1, a2, a3, m0, m1, m2).buffer);
};
const halves = (x: number) => [...new Uint32Array(Float64Array.of(x).buffer)];

export async function runFilters(core: Callable): Promise<Outcome[]> {
  const [design, band, state, samples] = [48, 24, 16, 4 * frames].map((bytes) => core.allocate(bytes)) as [
    number,
    number,
    number,
    number,
  ];
  const outcomes: Outcome[] = [];
  for (const [name, ...parameters] of filters) {
    await core.write(design, designBytes(...parameters));
    const quantise = await core.call("band_quantise", band, design);
    await core.write(state, new Uint8Array(16));
    const wave = Float32Array.from({ length: frames }, (_, n) => Math.sin(n * n) / 2);
    await core.write(samples, new Uint8Array(wave.buffer));
    const { cost } = await core.call("cascade_run", band, state, 1, samples, frames, 0);
    outcomes.push({ name, cost: cost + quantise.cost, bits: hash(await core.read(samples, 4 * frames)) });
  }
  return outcomes;
}

/** An engine with ten bands on each channel; gives what runs one packet of 1 ms. */
export async function startEngine(core: Callable): Promise<() => Promise<Outcome>> {
  const { result: bytes } = await core.call("engine_bytes");
  const sizes = [bytes, 96, 6 * frames, 4 * frames * outputs, 4 * 9];
  const [memory, scratch, packet, out, pointers] = sizes.map((size) => core.allocate(size)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  // Outputs beyond those that play have nowhere to go.
  const places = Uint32Array.from({ length: 9 }, (_, output) => (output < outputs ? out + 4 * frames * output : 0));
  await core.write(pointers, new Uint8Array(places.buffer));
  await core.write(
    packet,
    Uint8Array.from({ length: 6 * frames }, (_, i) => (i % 3 === 2 ? (i * 7) % 16 : i * i)),
  );
  await core.call("engine_init", memory, bytes, rate);
  for (let channel = 0; channel < 2 + outputs; channel++)
    for (let band = 0; band < 10; band++) {
      await core.write(scratch, designBytes(1, Math.round(40 * 1.9 ** band), 1.4, band % 2 ? -3 : 3));
      await core.call("engine_stage_band", memory, channel, band, scratch);
    }
  for (let output = 0; output < outputs; output++) {
    await core.call("engine_stage_crosspoint", memory, output % 2, output, 0, ...halves(0.5));
    await core.call("engine_stage_output", memory, output, 1, 0, ...halves(1), 480);
  }
  await core.call("engine_commit", memory, rate);
  return async () => {
    const { cost } = await core.call("engine_process", memory, packet, frames, 3, pointers);
    return { name: "packet", cost, bits: hash(await core.read(out, 4 * frames * outputs)) };
  };
}
