/** What a host's audio driver does to each board: volume, mute, 16 bits, packets by its own clock; and the loads it is told. */
import { describe, expect, test } from "vitest";

import type { Output } from "../../simulator/device";
import { boards } from "../../tools/boards";
import {
  everySlot,
  left,
  losses,
  nothing,
  outputsOf,
  players,
  type Plugged,
  route,
  samplesOf,
  setBand,
  slot,
} from "./playing";
import { tools } from "./toolchain";

const fullScale = 2 ** 23;
/** Frames that a host sends a ms when it follows nothing. */
const nominal = 48;
/** Frames by which the rings may be off before a frame is left out or one more made: native/usb's window of 0.75 ms. */
const window = 0.75 * nominal;

describe.skipIf(!tools).each(boards)("a host of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated } = players(board);
  const { slots } = outputsOf(board);

  const steady = samplesOf(() => 0.5);

  /** What slot 0 sends of a constant of half of full scale, in dB of it, once it has settled; −Infinity is silence. */
  async function heard({ host, device }: Plugged, bits: 16 | 24, act: () => Promise<void>): Promise<number> {
    const stream = await host.openStream(48000, bits);
    const source = bits === 24 ? steady : (frames: number) => Buffer.alloc(4 * frames, Uint8Array.of(0, 0x40));
    await stream.run(60, source);
    await act();
    await stream.run(100, source);
    const sent = left(slot([await stream.run(5, source)], 0));
    await stream.close();
    await device.frames([undefined]);
    return 20 * Math.log10(Math.abs(sent.at(-1) as number) / (0.5 * fullScale));
  }

  test("turns its volume, mutes it, and sends 16 bits as well as 24", async () => {
    const played = await emulated();
    const { device, host, vendor } = played;
    await setBand(vendor, 2, 0, 0); // lets constants pass
    await vendor.set(0xd2, 0, new Uint8Array(Float32Array.of(0).buffer)); // master volume
    for (const bits of [24, 16] as const) {
      expect(await heard(played, bits, async () => host.setVolume(0))).toBeCloseTo(0, 3);
      expect(await heard(played, bits, async () => host.setVolume(-20))).toBeCloseTo(-20, 2);
      expect(await heard(played, bits, async () => host.setMute(true))).toBe(-Infinity);
      expect(await heard(played, bits, async () => host.setMute(false))).toBeCloseTo(-20, 2);
      expect(await heard(played, bits, async () => host.setVolume(-60))).toBe(-Infinity);
    }
    expect(device.traps).toEqual([]);
  }, 120_000);

  test.each([
    ["fast", 500, "overruns"],
    ["slow", -500, "underruns"],
  ] as const)(
    "that is 500 ppm too %s and follows no feedback has as many frames left out or added as it is off",
    async (_, hostPpm, slips) => {
      const { device, host, vendor } = await emulated({ hostPpm });
      await host.openStream(48000, 24);
      await vendor.get(0x7f, 0, 4);
      const packet = steady(nominal);
      const outputs: Output[] = [];
      const play = (ms: number) => device.frames(new Array<Uint8Array | undefined>(ms).fill(packet));
      const ms = 2500;
      for (let at = 0; at < ms; at += 100) outputs.push(await play(100));
      const lost = await losses(vendor, () => play(10));
      const off = Math.abs(hostPpm) * 1e-6 * ms * nominal - window;
      expect(off).toBeGreaterThan(20);
      expect(Math.abs(lost[slips] - off)).toBeLessThanOrEqual(4);
      expect({ ...lost, [slips]: 0 }).toEqual(nothing);
      expect(device.traps).toEqual([]);
    },
    120_000,
  );

  test("hears every output 85 ms late when all are delayed so", async () => {
    const played = await emulated();
    const { host, vendor } = played;
    await everySlot(played, slots);
    for (let output = 0; output < 2 * slots; output++)
      await vendor.set(0x78, output, new Uint8Array(Float32Array.of(85).buffer));
    const stream = await host.openStream(48000, 24);
    await vendor.get(0x7f, 0, 4);
    const silence = samplesOf(() => 0);
    const pulse = samplesOf((frame) => (frame === 0 ? 0.5 : 0));
    await stream.run(150, silence); // delays glide
    const outputs = [await stream.run(1, pulse), await stream.run(99, silence)];
    for (let index = 0; index < slots; index++)
      for (const channel of [0, 1]) {
        const sent = left(slot(outputs, index).subarray(3 * channel));
        const at = sent.findIndex((sample) => Math.abs(sample) > fullScale / 100);
        expect(at / nominal, `slot ${index}`).toBeGreaterThan(85 + 3);
        expect(at / nominal, `slot ${index}`).toBeLessThanOrEqual(85 + 4);
      }
  }, 60_000);

  test("is told the time that each core does not rest, within a percent or two", async () => {
    const played = await emulated();
    const { device, host, vendor } = played;
    await everySlot(played, slots);
    for (let channel = 0; channel < 2 + 2 * slots; channel++)
      for (let band = 0; band < 5; band++) await setBand(vendor, channel, band, 1, 3);
    for (let output = 0; output < 2 * slots; output++) await route(vendor, output % 2, output);
    const stream = await host.openStream(48000, 24);
    await stream.run(150, steady);
    const { cores } = device.chip;
    const before = cores.map(({ cycles, idle }) => ({ cycles, idle }));
    await stream.run(130, steady); // two windows of 65.536 ms
    const truth = cores.map(
      ({ cycles, idle }, core) =>
        100 * (1 - (idle - (before[core]?.idle ?? 0)) / (cycles - (before[core]?.cycles ?? 0))),
    );
    const told = (await vendor.get(0x50, 2, 4)).getUint32(0, true);
    expect(truth[0]).toBeGreaterThan(15);
    for (const [core, shift] of [16, 24].entries())
      expect(Math.abs(((told >>> shift) & 0xff) - (truth[core] as number))).toBeLessThanOrEqual(2);
  }, 120_000);
});
