/** Changes of more at 96 kHz than a Pico has time to run twice at once. */
import { describe, expect, test } from "vitest";

import type { Output } from "../../simulator/device";
import type { PcmSource } from "../../simulator/usb-host";
import type { Vendor } from "../../simulator/vendor";
import { boards } from "../../tools/boards";
import { bend, rounding } from "../engine/changes";
import {
  counter,
  during,
  enable,
  equalFrames,
  everySlot,
  left,
  leftOnPdm,
  losses,
  nothing,
  outputsOf,
  players,
  type Plugged,
  route,
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

/** Turn loudness, crossfeed and the leveller on. */
const effects = [0x58, 0x5e, 0xb4];
const flag = (on: boolean) => Uint8Array.of(on ? 1 : 0);
const float = (value: number) => new Uint8Array(Float32Array.of(value).buffer);

/** Gains, routes and delays of outputs, others for each `change`. */
async function allRoutes({ vendor }: Plugged, outputs: number, change: number): Promise<void> {
  for (let output = 0; output < outputs; output++) {
    for (const input of [0, 1]) await vendor.set(0x70, 0, Uint8Array.of(input, output, 1, 0, ...float(-6 - change)));
    await vendor.set(0x74, output, float(-change));
    await vendor.set(0x78, output, float(5 + change));
  }
}

/** What a pause of the host has left, read in the first packets after it: nothing that comes with them is late so soon. */
async function countPaused(vendor: Vendor) {
  const underruns = await counter(vendor, 8);
  return { underruns, starvations: await counter(vendor, 17) };
}

/** Both boards divide changes; the Pico has the least time left. */
const pico = boards.filter(({ chip }) => chip === "rp2040");

describe.skipIf(!tools).each(pico)("glides of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated, simulated } = players(board);
  const { slots, pdm } = outputsOf(board);
  const channels = 2 + 2 * slots;

  async function allBands({ vendor }: Plugged, gain: number): Promise<void> {
    for (let channel = 0; channel < channels; channel++)
      for (let band = 0; band < 10; band++) await setBand(vendor, channel, band, 1, band % 2 ? gain : -gain);
  }

  async function allEffects({ vendor }: Plugged, on: boolean): Promise<void> {
    for (const request of effects) await vendor.set(request, 0, flag(on));
  }

  async function begin(played: Plugged, withEffects = false) {
    await everySlot(played, slots);
    await allBands(played, 3);
    if (withEffects) await allEffects(played, true);
    const stream = await played.host.openStream(rate, 24);
    await played.vendor.get(0x7f, 0, 4);
    return stream;
  }

  test.each([
    ["every band of every channel", false, (played: Plugged) => allBands(played, -3)],
    ["every band of every channel, with all effects,", true, (played: Plugged) => allBands(played, -3)],
    ["every gain, route and delay, with all effects,", true, (played: Plugged) => allRoutes(played, 2 * slots, 1)],
  ])(
    "changes %s at once, bit for bit as the simulator, and loses nothing",
    async (_, withEffects, change) => {
      const play = async (played: Plugged) => {
        const { device, vendor } = played;
        await begin(played, withEffects);
        const source = sine();
        await device.frames(packets(50, source));
        await change(played); // while no packet comes: the next one finds all of it
        const outputs: Output[] = [];
        const next = async () => void outputs.push(await device.frames(packets(1, source)));
        const paused = await during(next, () => countPaused(vendor));
        outputs.push(await device.frames(packets(450, source)));
        return { outputs, paused, lost: await losses(vendor, () => device.frames(packets(20, source))) };
      };
      const played = await emulated();
      const sent = await play(played);
      const expected = await play(await simulated());
      expect(sent.lost).toEqual({ ...nothing, ...sent.paused });
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

  test("switches everything while all bands play, and loses nothing", async () => {
    const played = await emulated();
    const { device, vendor, host } = played;
    await begin(played).then((stream) => stream.close());
    await vendor.get(0x90, 1, 1); // a preset
    await allBands(played, -5);
    await allRoutes(played, 2 * slots, 2);
    await allEffects(played, true);
    let stream = await host.openStream(rate, 24);
    await vendor.get(0x7f, 0, 4);
    const source = sine();
    const play = () => stream.run(4, source);
    await stream.run(50, source);
    const reopen = async (at: number) => {
      await stream.close();
      stream = await host.openStream(at, 24);
      await vendor.get(0x7f, 0, 4);
    };
    const enableAll = async (on: boolean) => {
      for (let output = 0; output < 2 * slots; output++) await enable(vendor, output, on);
    };
    const changes: Record<string, () => Promise<unknown>> = {
      "bypass on": () => vendor.set(0x46, 0, flag(true)),
      "bypass off": () => vendor.set(0x46, 0, flag(false)),
      "effects off": () => allEffects(played, false),
      "effects on": () => allEffects(played, true),
      "outputs off": () => enableAll(false),
      "outputs on": () => enableAll(true),
      "another preset": () => vendor.get(0x91, 1, 1),
    };
    for (const [name, change] of Object.entries(changes)) {
      await during(play, change);
      await stream.run(70, source);
      expect(await losses(vendor, play), name).toEqual(nothing);
    }
    for (const other of [48_000, rate]) {
      await reopen(other);
      await stream.run(100, source);
      expect(await losses(vendor, play), `${other} Hz`).toEqual(nothing);
    }
    expect(device.traps).toEqual([]);
  }, 300_000);

  // With ten bands PDM would be more than a Pico has time for, whatever changes.
  test("changes nine bands of every channel, then switches bypass and PDM, beside PDM, and loses nothing", async () => {
    const played = await emulated();
    const { device, vendor, host } = played;
    const nineBands = async (gain: number) => {
      for (const channel of [0, 1, 2, 3, 2 + pdm])
        for (let band = 0; band < 9; band++) await setBand(vendor, channel, band, 1, band % 2 ? gain : -gain);
    };
    await route(vendor, 1, 1);
    await leftOnPdm(played, pdm);
    for (const channel of [0, 1, 2, 3, 2 + pdm]) await setBand(vendor, channel, 9, 0);
    await nineBands(3);
    const stream = await host.openStream(rate, 24);
    await vendor.get(0x7f, 0, 4);
    const source = sine();
    const play = () => stream.run(4, source);
    await stream.run(50, source);
    await nineBands(-3); // while no packet comes: the next one finds all of it
    const paused = await during(
      () => stream.run(1, source),
      () => countPaused(vendor),
    );
    await stream.run(300, source);
    expect(await losses(vendor, play)).toEqual({ ...nothing, ...paused });
    for (const on of [true, false]) {
      await during(play, () => vendor.set(0x46, 0, flag(on)));
      await stream.run(50, source);
    }
    for (const on of [false, true]) {
      await during(play, () => enable(vendor, pdm, on));
      await stream.run(70, source);
    }
    expect(await losses(vendor, play)).toEqual({ ...nothing, ...paused });
    expect(device.traps).toEqual([]);
  }, 120_000);

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
