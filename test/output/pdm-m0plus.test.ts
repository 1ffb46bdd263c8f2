/** The M0+ code of the modulator against the C that defines its bits, as the desktop runs it. */
import { describe, expect, test } from "vitest";

import { M0Plus, ram } from "../../bench/chip/m0plus";
import { buildImage } from "../../tools/bare-metal";
import { buildProgram } from "../../tools/cc";
import { hasToolchain } from "../../tools/toolchain";
import { random } from "../engine/session";
import { runTool } from "../engine/programs";
import { frameBytes, fullScale, modulate } from "./modulate";

/** `struct pdm`: sample, two integrals, what is left of the input, random number, fade, flags. */
const stateBytes = 24;

async function core(): Promise<M0Plus> {
  const sources = ["native/output/pdm.c", "native/output/pdm_modulate.c"];
  const options = ["-DDSPI_RP2040", "-Inative/output", "-Wa,-Inative/output"];
  return new M0Plus(await buildImage("pdm-m0plus", "cortex-m0plus", ram, sources, options));
}

const int32 = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);

/** States and samples anywhere in their ranges, the ends among them. */
function anyFrames(count: number): Uint8Array[] {
  const next = random(7);
  const within = (limit: number) => {
    const ends = [-limit, -1, 0, 1, limit - 1];
    const place = Math.floor(next() * 4 * ends.length);
    return ends[place] ?? Math.floor((2 * next() - 1) * limit);
  };
  return Array.from({ length: count }, () =>
    int32(
      within(fullScale),
      within(2 ** 31),
      within(2 ** 31),
      Math.floor(next() * 32),
      within(2 ** 31),
      0,
      within(fullScale),
    ),
  );
}

describe.skipIf(!hasToolchain())("PDM on an M0+ (skipped until npm run firmware has fetched its toolchain)", () => {
  test("makes the bits and the state that C makes, from any state", async () => {
    const m0plus = await core();
    const [state, bits] = [m0plus.allocate(stateBytes), m0plus.allocate(frameBytes)];
    m0plus.call("pdm_make_dither");
    const frames = anyFrames(3000);
    const made = frames.map((frame) => {
      const [sample] = new Int32Array(frame.buffer, stateBytes) as unknown as [number];
      m0plus.write(state, frame.subarray(0, stateBytes));
      m0plus.call("pdm_modulate", state, sample, bits);
      return [m0plus.read(state, stateBytes), m0plus.read(bits, frameBytes)];
    });
    const probe = await buildProgram({
      name: "pdm-frame-probe",
      sources: ["test/output/pdm-frame-probe.c", "native/output/pdm_modulate.c"],
      includes: ["native/output"],
      flags: ["-Wall", "-Wextra", "-Werror"],
    });
    const { stdout } = await runTool(probe, Buffer.concat(frames));
    expect(Buffer.compare(Buffer.concat(made.flat()), stdout)).toBe(0);
  });

  test("makes the desktop's stream from start to idle", async () => {
    const [start, stop, length] = [3, 1203, 4000];
    const samples = Int32Array.from({ length }, (_, n) => fullScale * Math.sin(n * n * 1e-4) - (n === 1500 ? 1 : 0));
    const m0plus = await core();
    const [state, bits] = [m0plus.allocate(stateBytes), m0plus.allocate(frameBytes * length)];
    const input = m0plus.allocate(samples.byteLength);
    m0plus.write(input, new Uint8Array(samples.buffer));
    m0plus.call("pdm_init", state);
    const run = (from: number, to: number) =>
      m0plus.call("pdm_process", state, input + 4 * from, to - from, bits + frameBytes * from);
    run(0, start);
    m0plus.call("pdm_start", state);
    run(start, stop);
    m0plus.call("pdm_stop", state);
    run(stop, length);
    expect(m0plus.call("pdm_idle", state).result).toBe(1);
    const { bits: expected } = await modulate(samples, { start, stop });
    expect(Buffer.compare(m0plus.read(bits, frameBytes * length), expected)).toBe(0);
  });
});
