/** The audio path of each board's real firmware, as what its pins send: latency, fill, losses. */
import { describe, expect, test } from "vitest";

import type { Output } from "../../simulator/device";
import { boards } from "../../tools/boards";
import { tools } from "./toolchain";
import {
  during,
  equalFrames,
  everySlot,
  left,
  leftOnPdm,
  losses,
  noise,
  nothing,
  outputsOf,
  players,
  type Plugged,
  route,
  samplesOf,
  setBand,
  silence,
  slot,
  withoutLeadingSilence,
} from "./playing";
import { followPulses, pulsesIn } from "./pulses";

/** Packets that a host sends by one value of the feedback. */
const follows = 8;
/** Requests that turn loudness, crossfeed and the leveller on. */
const everyEffect = [0x58, 0x5e, 0xb4];

describe.skipIf(!tools).each(boards)("audio on an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated, simulated } = players(board);
  const { slots, pdm } = outputsOf(board);

  /** Ten bands on channels. */
  async function allBands({ vendor }: Plugged, channels: number[]): Promise<void> {
    for (const channel of channels)
      for (let band = 0; band < 10; band++) await setBand(vendor, channel, band, 1, band % 2 ? 3 : -3);
  }

  const seconds = { rp2040: 10, rp2350: 2 }[board.chip];
  test.each([-500, 500])(
    `is on the S/PDIF pin at most 4 ms after its packet was due at 48 kHz, ${seconds} s long, the host %i ppm off`,
    async (hostPpm) => {
      const { device, host, vendor } = await emulated({ hostPpm });
      const stream = await host.openStream(48000, 24);
      await vendor.get(0x7f, 0, 4);
      const { took, fills } = await followPulses(stream, 48000, seconds);
      expect(took.length).toBe(pulsesIn(seconds));
      expect(Math.min(...took)).toBeGreaterThan(3);
      expect(Math.max(...took)).toBeLessThanOrEqual(4);
      expect(Math.max(...fills) - Math.min(...fills)).toBeLessThanOrEqual(2);
      expect(await losses(vendor, () => stream.run(follows, silence))).toEqual(nothing);
      expect(device.traps).toEqual([]);
    },
    600_000,
  );

  test.each([-500, 500])(
    "keeps the rings within a frame of their fill while the host's clock is %i ppm off",
    async (hostPpm) => {
      const { device, host, vendor } = await emulated({ hostPpm });
      await device.frames(Array.from({ length: 100 }, () => undefined)); // 64 of them tell how fast the host's clock is
      const stream = await host.openStream(96000, 24);
      await vendor.get(0x7f, 0, 4);
      const fills: number[] = [];
      let fill = 0;
      for (let ms = 0; ms < 600; ms += follows) {
        const { frames, feedback } = await stream.run(follows, (count) => {
          fill += count;
          return silence(count);
        });
        fill -= frames;
        fills.push(fill);
        if (ms > 0) expect(feedback / 16384 / 96 - 1).toBeCloseTo(-hostPpm * 1e-6, 3);
      }
      const settled = fills.slice(200 / follows);
      const [least, most] = [Math.min(...settled), Math.max(...settled)];
      expect(most - least).toBeLessThanOrEqual(2);
      for (const early of fills) expect(Math.abs(early - (least + most) / 2)).toBeLessThanOrEqual(3); // of 96 kHz
      expect(await losses(vendor, () => stream.run(follows, silence))).toEqual(nothing);
      expect(device.traps).toEqual([]);
    },
    120_000,
  );

  test.each([
    ["fast", 2000],
    ["slow", -2000],
  ])(
    "keeps up with a host that is too %s and does not follow the feedback, without a click",
    async (_, hostPpm) => {
      const { device, host, vendor } = await emulated({ hostPpm });
      await setBand(vendor, 2, 0, 0);
      await host.openStream(48000, 24);
      await vendor.get(0x7f, 0, 4);
      const pitch = (2 * Math.PI * 500) / 48000;
      const sine = samplesOf((frame) => 0.5 * Math.sin(pitch * frame));
      const outputs: Output[] = [];
      for (let ms = 0; ms < 700; ms += 50)
        outputs.push(await device.frames(Array.from({ length: 50 }, () => sine(48))));
      const lost = await losses(vendor, () => device.frames(Array.from({ length: 80 }, () => sine(48))));
      const slips = hostPpm > 0 ? "overruns" : "underruns";
      expect(lost[slips]).toBeGreaterThan(5);
      expect({ ...lost, [slips]: 0 }).toEqual(nothing);
      // Of a sine, each sample follows from the two before; a frame that was left out would be off by `pitch`.
      const heard = left(slot(outputs, 0)).subarray(4800);
      const peak = heard.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      let worst = 0;
      for (let i = 2; i < heard.length; i++) {
        const [a, b, c] = heard.subarray(i - 2, i + 1) as unknown as [number, number, number];
        worst = Math.max(worst, Math.abs(c - 2 * Math.cos(pitch) * b + a) / peak);
      }
      expect(worst).toBeLessThan(pitch / 10);
    },
    120_000,
  );

  test.each([48000, 96000])(
    "plays a second with all bands of all slots at %i Hz, bit for bit as the simulator, and loses nothing",
    async (rate) => {
      const play = async (played: Plugged) => {
        await everySlot(played, slots);
        await allBands(
          played,
          Array.from({ length: 2 + 2 * slots }, (_, channel) => channel),
        );
        const stream = await played.host.openStream(rate, 24);
        await played.vendor.get(0x7f, 0, 4);
        const source = noise();
        const outputs = [await stream.run(1000, source)];
        return { outputs, lost: await losses(played.vendor, () => stream.run(80, source)) };
      };
      const { device, ...played } = await emulated();
      const sent = await play({ device, ...played });
      const expected = await play(await simulated());
      expect(sent.lost).toEqual(nothing);
      for (let index = 0; index < slots; index++)
        expect(
          equalFrames(
            withoutLeadingSilence(slot(sent.outputs, index)),
            withoutLeadingSilence(slot(expected.outputs, index)),
          ),
        ).toBeGreaterThan(0.99 * rate);
      expect(device.traps).toEqual([]);
    },
    300_000,
  );

  test("plays all there is at 96 kHz from the first packet on: bands, loudness, crossfeed, leveller", async () => {
    const played = await emulated();
    const { device, host, vendor } = played;
    await everySlot(played, slots);
    await allBands(
      played,
      Array.from({ length: 2 + 2 * slots }, (_, channel) => channel),
    );
    for (const request of everyEffect) await vendor.set(request, 0, Uint8Array.of(1));
    const stream = await host.openStream(96000, 24);
    await vendor.get(0x7f, 0, 4);
    const source = noise();
    await stream.run(100, source);
    expect(await losses(vendor, () => stream.run(20, source))).toEqual(nothing);
    expect(device.traps).toEqual([]);
  }, 120_000);

  test.runIf(board.chip === "rp2040")(
    "loses nothing with PDM and nine bands a channel at 96 kHz; with more what it counts, until there is less again",
    async () => {
      const played = await emulated();
      const { device, host, vendor } = played;
      await route(vendor, 1, 1);
      await leftOnPdm(played, pdm);
      const channels = [0, 1, 2, 3, 2 + pdm];
      await allBands(played, channels);
      for (const channel of channels) await setBand(vendor, channel, 9, 0, 3);
      const stream = await host.openStream(96000, 24);
      await vendor.get(0x7f, 0, 4);
      const source = noise();
      const play = () => stream.run(20, source);
      await play();
      expect(await losses(vendor, play)).toEqual(nothing);
      let slowest = 0;
      const timed = async (request: () => Promise<unknown>) => {
        const asked = device.milliseconds;
        await request();
        slowest = Math.max(slowest, device.milliseconds - asked);
      };
      const change = async (on: 0 | 1) => {
        for (const channel of channels) await timed(() => setBand(vendor, channel, 9, on, 3));
        for (const request of everyEffect) await timed(() => vendor.set(request, 0, Uint8Array.of(on)));
      };
      await during(play, () => change(1));
      expect((await losses(vendor, play)).overruns).toBeGreaterThan(0);
      await during(play, () => change(0));
      expect(slowest).toBeLessThan(200);
      await stream.run(300, source); // effects fade by the frames that are played
      const before = await losses(vendor, play);
      await stream.run(50, source);
      expect(await losses(vendor, play)).toEqual(before);
      expect(device.traps).toEqual([]);
    },
    120_000,
  );
});
