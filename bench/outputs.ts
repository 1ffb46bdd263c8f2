/** What the encoders cost on a chip's core. */
import type { Chip } from "../test/engine/programs";
import { random } from "../test/engine/session";
import type { Core } from "./engine";

/** Of a packet. */
const frames = 48;
/** Packets of a S/PDIF block, whose first frames have most of the channel status. */
const packets = 4;
/** Settling of PDM's fade, in packets. */
const fade = 24;

/** Cost per frame of 48 kHz packets; DSPi 1.1.3's PDM is known for the RP2040. */
export async function outputRows(chip: Chip, core: Core) {
  const [state, left, right, words] = [256, 4 * frames, 4 * frames, 32 * frames].map((bytes) =>
    core.allocate(bytes),
  ) as [number, number, number, number];
  const next = random(3);
  const noise = () => Int32Array.from({ length: frames }, () => (next() - 0.5) * 2 ** 24);
  const rows: Record<string, string | number>[] = [];
  const measure = async (output: string, calls: number, call: () => Promise<number>, per: number, more = {}) => {
    let cost = 0;
    for (let n = 0; n < calls; n++) cost += await call();
    rows.push({ output, [chip === "rp2040" ? "cycles" : "instructions"]: (cost / calls / per).toFixed(2), ...more });
  };

  await core.write(left, new Uint8Array(noise().buffer));
  await core.write(right, new Uint8Array(noise().buffer));
  await core.call("spdif_init", state, 48_000);
  const spdif = async () => (await core.call("spdif_encode", state, left, right, frames, words)).cost;
  await measure("S/PDIF, a stereo frame", packets, spdif, frames);
  const i2s = async () => (await core.call("i2s_encode", left, right, frames, words)).cost;
  await measure("I2S, a stereo frame", 1, i2s, frames);

  const pdm = async () => (await core.call("pdm_process", state, left, frames, words)).cost;
  for (const [name, amplitude] of [
    ["silence", 0],
    ["-6 dBFS", 2 ** 26],
    ["0 dBFS", 2 ** 27 - 1],
  ] as const) {
    const sine = Int32Array.from({ length: frames }, (_, n) => amplitude * Math.sin((2 * Math.PI * n) / frames));
    await core.write(left, new Uint8Array(sine.buffer));
    await core.call("pdm_init", state);
    await core.call("pdm_start", state);
    for (let packet = 0; packet < fade; packet++) await pdm();
    const wanted = chip === "rp2040" ? { wanted: "≤ 12", "DSPi 1.1.3": 18.5 } : { wanted: "≤ 10" };
    await measure(`PDM, a bit, ${name}`, 1, pdm, frames * 256, wanted);
  }
  return rows;
}
