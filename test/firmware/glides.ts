/** Changes of more bands at 96 kHz than a Pico has time to run twice at once. */
import { describe, expect, test } from "vitest";

import type { Output } from "../../simulator/device";
import type { PcmSource } from "../../simulator/usb-host";
import { boards } from "../../tools/boards";
import { bend, rounding } from "../engine/changes";
import {
  counter,
  during,
  equalFrames,
  everySlot,
  left,
  losses,
  nothing,
  outputsOf,
  players,
  type Plugged,
  samplesOf,
  setBand,
  slot,
  withoutLeadingSilence,
} from "./playing";
import { tools } from "./toolchain";

const rate = 96_000;
const pitch = (2 * Math.PI * 1000) / rate;
const sine = () => samplesOf((frame) => 0.2 * Math.sin(pitch * frame));
/** Second difference of a sine over its peak. */
const sharpest = (2 * Math.sin(pitch / 2)) ** 2;
/** Packets of the same size, whatever the feedback is: where a glide begins decides about bits. */
const packets = (count: number, source: PcmSource) => Array.from({ length: count }, () => source(rate / 1000));
const peak = (samples: Int32Array) => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** What has been sent since a slot was silent for a ms. */
function sinceSilence(samples: Buffer): Buffer {
  const gap = samples.lastIndexOf(Buffer.alloc(6 * 96));
  return withoutLeadingSilence(gap < 0 ? samples : samples.subarray(gap - (gap % 6)));
}

const pico = boards.filter(({ chip }) => chip === "rp2040");

describe.skipIf(!tools).each(pico)("glides of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated, simulated } = players(board);
  const { slots } = outputsOf(board);
  const channels = 2 + 2 * slots;

  async function allBands({ vendor }: Plugged, gain: number): Promise<void> {
    for (let channel = 0; channel < channels; channel++)
      for (let band = 0; band < 10; band++) await setBand(vendor, channel, band, 1, band % 2 ? gain : -gain);
  }

  async function begin(played: Plugged, effects: number[] = []) {
    await everySlot(played, slots);
    await allBands(played, 3);
    for (const request of effects) await played.vendor.set(request, 0, Uint8Array.of(1));
    const stream = await played.host.openStream(rate, 24);
    await played.vendor.get(0x7f, 0, 4);
    return stream;
  }

  test.each([
    ["", []],
    [", with loudness, crossfeed and leveller", [0x58, 0x5e, 0xb4]],
  ])(
    "changes every band of every channel at once%s, bit for bit as the simulator, and loses nothing",
    async (_, effects) => {
      const play = async (played: Plugged) => {
        const { device, vendor } = played;
        await begin(played, effects);
        const source = sine();
        await device.frames(packets(50, source));
        await allBands(played, -3); // while no packet comes: the next one finds them all
        const starved = await counter(vendor, 17);
        const outputs = [await device.frames(packets(450, source))];
        return { outputs, starved, lost: await losses(vendor, () => device.frames(packets(20, source))) };
      };
      const played = await emulated();
      const sent = await play(played);
      const expected = await play(await simulated());
      expect(sent.lost).toEqual({ ...nothing, starvations: sent.starved });
      for (let index = 0; index < slots; index++) {
        const heard = sinceSilence(slot(sent.outputs, index));
        expect(equalFrames(heard, sinceSilence(slot(expected.outputs, index)))).toBeGreaterThan(0.43 * rate);
        const samples = left(heard).subarray(0, 0.43 * rate);
        const last = samples.length - 1;
        const smooth = Math.max(bend(samples, 1, 96), bend(samples, last - 960, last));
        expect(bend(samples, 1, last)).toBeLessThanOrEqual(1.5 * smooth + rounding);
      }
      expect(played.device.traps).toEqual([]);
    },
    300_000,
  );

  test("switches the leveller while all bands play, and loses nothing", async () => {
    const played = await emulated();
    const { device, vendor } = played;
    const stream = await begin(played);
    const source = sine();
    const play = () => stream.run(20, source);
    await play();
    for (const on of [1, 0]) {
      await during(play, () => vendor.set(0xb4, 0, Uint8Array.of(on)));
      await stream.run(100, source);
      expect(await losses(vendor, play)).toEqual(nothing);
    }
    expect(device.traps).toEqual([]);
  }, 120_000);

  test("follows knobs of all channels, turned as fast as requests are answered, without a click or a loss", async () => {
    const played = await emulated();
    const { device, vendor } = played;
    const stream = await begin(played);
    const source = sine();
    const outputs: Output[] = [];
    const play = async () => void outputs.push(await stream.run(5, source));
    await play();
    const began = device.milliseconds;
    await during(play, async () => {
      for (let turn = 0; device.milliseconds - began < 1000; turn++)
        await setBand(vendor, turn % channels, (7 * turn) % 10, 1, ((5 * turn) % 13) / 2 - 3);
    });
    expect(await losses(vendor, play)).toEqual(nothing);
    for (let index = 0; index < slots; index++) {
      const samples = left(slot(outputs, index)).subarray(0.05 * rate);
      expect(samples.length).toBeGreaterThan(0.9 * rate);
      expect(bend(samples, 1, samples.length - 1)).toBeLessThanOrEqual(1.5 * sharpest * peak(samples) + rounding);
    }
    expect(device.traps).toEqual([]);
  }, 300_000);
});
