/** The assembler of the modulator, on either core, against the C that defines its bits, as the desktop runs it. */
import { describe, expect, onTestFinished, test } from "vitest";

import { M0Plus, ram } from "../../bench/chip/m0plus";
import { M33, ssram } from "../../bench/chip/m33";
import { buildImage } from "../../tools/bare-metal";
import { buildProgram } from "../../tools/cc";
import { hasToolchain } from "../../tools/toolchain";
import { random } from "../engine/session";
import { runTool } from "../engine/programs";
import { frameBytes, fullScale, modulate } from "./modulate";

/** `struct pdm`: sample, two integrals, what is left of the input, random number, fade, flags. */
const stateBytes = 24;

const cores = ["cortex-m0plus", "cortex-m33"] as const;

async function boot(core: (typeof cores)[number]): Promise<M0Plus | M33> {
  const sources = ["native/output/pdm.c", "native/output/pdm_modulate.c"];
  const chip = core === "cortex-m33" ? "RP2350" : "RP2040";
  const options = [`-DDSPI_${chip}`, "-Inative/output", "-Wa,-Inative/output"];
  if (core === "cortex-m0plus") return new M0Plus(await buildImage("pdm-m0plus", core, ram, sources, options));
  const image = await buildImage("pdm-m33", core, ssram, ["bench/chip/m33.c", ...sources], options);
  const m33 = await M33.start(image);
  onTestFinished(() => m33.stop());
  return m33;
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

const skipped = "(skipped until npm run firmware has fetched its toolchain)";

describe.skipIf(!hasToolchain()).each(cores)(`PDM on a %s ${skipped}`, (name) => {
  test("makes the bits and the state that C makes, from any state", async () => {
    const core = await boot(name);
    const [state, bits] = [core.allocate(stateBytes), core.allocate(frameBytes)];
    await core.call("pdm_make_dither");
    const frames = anyFrames(name === "cortex-m33" ? 500 : 3000);
    const made: Uint8Array[] = [];
    for (const frame of frames) {
      const [sample] = new Int32Array(frame.buffer, stateBytes) as unknown as [number];
      await core.write(state, frame.subarray(0, stateBytes));
      await core.call("pdm_modulate", state, sample, bits);
      made.push(await core.read(state, stateBytes), await core.read(bits, frameBytes));
    }
    const probe = await buildProgram({
      name: "pdm-frame-probe",
      sources: ["test/output/pdm-frame-probe.c", "native/output/pdm_modulate.c"],
      includes: ["native/output"],
      flags: ["-Wall", "-Wextra", "-Werror"],
    });
    const { stdout } = await runTool(probe, Buffer.concat(frames));
    expect(Buffer.compare(Buffer.concat(made), stdout)).toBe(0);
  });

  test("makes the desktop's stream from start to idle", async () => {
    const [start, stop, length] = [3, 1203, 4000];
    const samples = Int32Array.from({ length }, (_, n) => fullScale * Math.sin(n * n * 1e-4) - (n === 1500 ? 1 : 0));
    const core = await boot(name);
    const [state, bits] = [core.allocate(stateBytes), core.allocate(frameBytes * length)];
    const input = core.allocate(samples.byteLength);
    await core.write(input, new Uint8Array(samples.buffer));
    await core.call("pdm_init", state);
    const run = (from: number, to: number) =>
      core.call("pdm_process", state, input + 4 * from, to - from, bits + frameBytes * from);
    await run(0, start);
    await core.call("pdm_start", state);
    await run(start, stop);
    await core.call("pdm_stop", state);
    await run(stop, length);
    expect((await core.call("pdm_idle", state)).result).toBe(1);
    const { bits: expected } = await modulate(samples, { start, stop });
    expect(Buffer.compare(await core.read(bits, frameBytes * length), expected)).toBe(0);
  });
});
