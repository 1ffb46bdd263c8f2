/** From the C encoders over the PIO programs to the receivers on the pins. */
import { describe, expect, test } from "vitest";

import { outputClock } from "../../modules/output/clock";
import { I2sReceiver } from "../../simulator/emulator/receive/i2s";
import { PdmReceiver } from "../../simulator/emulator/receive/pdm";
import { SpdifReceiver } from "../../simulator/emulator/receive/spdif";
import { capture } from "../../simulator/pio/wire";
import { assembleFile } from "../../tools/pio/assembler";
import { encode, testSamples } from "../output/encode";

const frames = 400;
const samples = testSamples(frames);
const sent = [...samples];
const [spdif] = await assembleFile("pio/spdif.pio");
const [i2s] = await assembleFile("pio/i2s.pio");

describe("a receiver", () => {
  test.each([44100, 48000, 96000])("hears every sample of an S/PDIF line at %i Hz", async (rate) => {
    if (!spdif) throw new Error("no program");
    const divider = outputClock(rate, "spdif");
    const words = await encode("spdif", rate, samples);
    const edges = capture([{ program: spdif, pins: { out: 9 }, divider, words }], (frames + 1) * (307_200_000 / rate));
    const receiver = new SpdifReceiver(divider.int + divider.frac / 256);
    for (const { time } of edges) receiver.edge(time);
    expect(receiver.errors).toBe(0);
    // The last bit ends with the next subframe's first edge, and there is none.
    expect(receiver.samples).toEqual(sent.slice(0, 2 * frames - 2));
  });

  test("finds an S/PDIF line again after a gap", async () => {
    if (!spdif) throw new Error("no program");
    const divider = outputClock(48000, "spdif");
    const words = await encode("spdif", 48000, samples);
    const edges = capture([{ program: spdif, pins: { out: 9 }, divider, words }], frames * 6400);
    const receiver = new SpdifReceiver(divider.int);
    const gap = { from: 100 * 6400 + 1000, to: 110 * 6400 };
    for (const { time } of edges) if (time < gap.from || time > gap.to) receiver.edge(time);
    expect(receiver.samples.length / 2).toBeGreaterThan(frames - 14);
    expect(receiver.samples.slice(0, 200)).toEqual(sent.slice(0, 200));
    expect(receiver.samples.slice(-200)).toEqual(sent.slice(-202, -2));
  });

  test.each([44100, 48000, 96000])("hears every sample of an I2S bus at %i Hz", async (rate) => {
    if (!i2s) throw new Error("no program");
    const words = await encode("i2s", rate, samples);
    const sender = { program: i2s, pins: { out: 1, side: 6 }, divider: outputClock(rate, "i2s"), words };
    const edges = capture([sender], (frames + 1) * (307_200_000 / rate));
    const receiver = new I2sReceiver({ data: 1, bck: 6, lrclk: 7 });
    for (const { levels } of edges) receiver.levels(levels);
    expect(receiver.samples.length).toBeGreaterThanOrEqual(2 * frames - 2);
    expect(receiver.samples.slice(0, 2 * frames)).toEqual(sent.slice(0, receiver.samples.length));
  });

  test("packs PDM bits with the first in the most significant bit", () => {
    const receiver = new PdmReceiver();
    for (const bit of [1, 0, 1, 0, 0, 0, 1, 1, 1]) receiver.bit(bit);
    expect(receiver.bytes).toEqual([0xa3]);
  });
});
