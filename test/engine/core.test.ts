import { expect, test } from "vitest";

import { engineImage } from "../../bench/chip/image";
import { M0Plus } from "../../bench/chip/m0plus";
import { M33 } from "../../bench/chip/m33";
import { designBand, type Design } from "../../modules/dsp/biquad";
import { designCrossfeed } from "../../modules/dsp/crossfeed";
import { designLeveller } from "../../modules/dsp/leveller";
import { designLoudness, loudnessSections } from "../../modules/dsp/loudness";
import { chips, fullScale, outputCount } from "./programs";
import { Session, whiteNoise } from "./session";

const rate = 48_000;
const frames = 48;
const packets = 120;
/** Loud enough for one output to clip. */
const gains = [1, 0.3, 8, 1, 1];
const delays = [0, 3, 100, 480, 1000];
/** A band of each type. */
const bands = gains.flatMap((_, channel) =>
  [1000, 200, 4000, 15_000, 30].map(
    (frequency, i) => [channel, i, 1 + i, frequency, 0.9, channel % 2 ? 5 : -5] as const,
  ),
);

/** What `onCore` does, on the desktop. */
function onDesktop(chip: (typeof chips)[number], noise: [number, number][]) {
  const session = new Session(chip, rate);
  for (const band of bands) session.band(...band);
  gains.forEach((gain, o) =>
    session.say(`crosspoint ${o % 2} ${o} 0.7`).output(o, { gain, delay: delays[o] as number }),
  );
  session.leveller().crossfeed().loudness(83, -30).commit();
  return session.play(frames * packets).run((n) => noise[n] as [number, number]);
}

type Core = M0Plus | M33;
const floats = (values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
const halves = (x: number) => [...new Uint32Array(Float64Array.of(x).buffer)];

async function stageAll(core: Core, memory: number): Promise<void> {
  const scratch = core.allocate(96);
  const stage = async (name: string, bytes: Uint8Array, ...args: number[]) => {
    await core.write(scratch, bytes);
    await core.call(name, memory, ...args, scratch);
  };
  const design = ({ a1m1, a2, a3, m0, m1, m2 }: Design) => floats([a1m1, a2, a3, m0, m1, m2]);
  for (const [channel, index, ...parameters] of bands)
    await stage("engine_stage_band", design(designBand(...parameters, rate)), channel, index);
  for (const [o, gain] of gains.entries()) {
    await core.call("engine_stage_crosspoint", memory, o % 2, o, 0, ...halves(0.7));
    await core.call("engine_stage_output", memory, o, 1, 0, ...halves(gain), delays[o] as number);
  }
  const leveller: number[] = Object.values({ ...designLeveller(50, 0, 15, true, -96, rate) });
  const counts = new Uint8Array(Uint32Array.from(leveller.slice(-2)).buffer);
  await stage("engine_stage_leveller", Uint8Array.of(...floats(leveller.slice(0, -2)), ...counts));
  await stage("engine_stage_crossfeed", design(designCrossfeed(700, 4.5, true, rate)));
  for (let section = 0; section < loudnessSections; section++)
    await stage("engine_stage_loudness", design(designLoudness(section, 83, -30, 100, rate)), section);
}

async function onCore(core: Core, count: number, noise: [number, number][]): Promise<Int32Array[]> {
  const { result: bytes } = await core.call("engine_bytes");
  const memory = core.allocate(bytes);
  const packet = core.allocate(6 * frames);
  const samples = core.allocate(4 * frames * count);
  const pointers = core.allocate(4 * count);
  await core.write(
    pointers,
    new Uint8Array(Uint32Array.from({ length: count }, (_, o) => samples + 4 * frames * o).buffer),
  );
  await core.call("engine_init", memory, bytes, rate);
  await stageAll(core, memory);
  await core.call("engine_commit", memory, rate);
  const outputs = Array.from({ length: count }, () => new Int32Array(noise.length));
  for (let first = 0; first < noise.length; first += frames) {
    const packed = noise.slice(first, first + frames).flatMap((frame) => frame.flatMap((x) => [x, x >> 8, x >> 16]));
    await core.write(packet, Uint8Array.from(packed));
    await core.call("engine_process", memory, packet, frames, 3, pointers);
    const made = Uint8Array.from(await core.read(samples, 4 * frames * count));
    outputs.forEach((out, o) => out.set(new Int32Array(made.buffer, 4 * frames * o, frames), first));
  }
  return outputs;
}

test.each(chips)("%s gives the same bits on its core as on the desktop", { timeout: 120_000 }, async (chip) => {
  const noise = Array.from({ length: frames * packets }, whiteNoise(fullScale / 2));
  const image = await engineImage(chip);
  const core = chip === "rp2350" ? await M33.start(image) : new M0Plus(image);
  const heard = await onCore(core, outputCount[chip], noise);
  if (core instanceof M33) core.stop();
  expect(Math.max(...(heard[2] as Int32Array))).toBe(fullScale - 1);
  expect(heard).toEqual((await onDesktop(chip, noise)).outputs);
});
