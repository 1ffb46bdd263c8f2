/** The stereo slots of each board's firmware: in step whatever their types, changed while they play. */
import { setImmediate as breathe } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import type { Output } from "../../simulator/device";
import { PdmDecoder, pdmDecoderLatency } from "../../simulator/pdm-decoder";
import { boards } from "../../tools/boards";
import { tools } from "./toolchain";
import {
  difference,
  equalFrames,
  everySlot,
  leadingSilence,
  left,
  leftOnPdm,
  noise,
  outputsOf,
  pdmOf,
  players,
  type Plugged,
  samplesOf,
  setTypes,
  slot,
  withoutLeadingSilence,
} from "./playing";

/** The slot that changes, and what to ask for: request and value. */
const changed = 1;
type Change = [request: number, value: number];
const toPin20: Change = [0x7c, (20 << 8) | changed];
const toI2s: Change = [0xc0, (1 << 8) | changed];
const toSpdif: Change = [0xc0, changed];

/** The frames in which two slots differ. */
function differing(one: Buffer, other: Buffer): number[] {
  const frames = Array.from({ length: one.length / 6 }, (_, frame) => 6 * frame);
  return frames.filter((at) => one.compare(other, at, at + 6, at, at + 6) !== 0).map((at) => at / 6);
}

describe.skipIf(!tools).each(boards)("the slots of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated, simulated } = players(board);
  const { slots, pdm } = outputsOf(board);
  const all = Array.from({ length: slots }, (_, index) => index);

  test("start with the same frame whatever their types, stream after stream", async () => {
    const played = await emulated();
    const { device, host, vendor } = played;
    await everySlot(played, slots);
    const masks = [0b0000, 0b0101, 0b1010, 0b1111, 0b0001, 0b1000];
    for (const mask of masks) {
      await setTypes(
        vendor,
        all.map((index) => (mask >> index) & 1),
      );
      const stream = await host.openStream(48000, 24);
      await vendor.get(0x7f, 0, 4);
      const sent = [await stream.run(15, noise())];
      await stream.close();
      expect(leadingSilence(slot(sent, 0))).toBeLessThan(240);
      for (const index of all)
        expect(slot(sent, index).equals(slot(sent, 0)), `slot ${index}, types ${mask}`).toBe(true);
    }
    expect(device.traps).toEqual([]);
  }, 60_000);

  test.each([
    ["starts with an S/PDIF slot", 0, false],
    ["joins an I2S slot", 1, true],
  ])(
    "has PDM in step with it, to the sample, that %s",
    async (_, type, later) => {
      const played = await emulated();
      const { host, vendor } = played;
      await setTypes(vendor, [type]);
      if (!later) await leftOnPdm(played, pdm);
      const stream = await host.openStream(48000, 24);
      await vendor.get(0x7f, 0, 4);
      const sweep = samplesOf((frame) => 0.3 * Math.sin((2 * Math.PI * frame ** 2) / 2e6));
      const running = stream.run(60, sweep);
      await breathe();
      if (later) await leftOnPdm(played, pdm);
      await running;
      await stream.run(60, sweep); // it has faded in
      const outputs = [await stream.run(60, sweep)];
      const beside = left(slot(outputs, 0)).subarray(500, 2000);
      const decoded = new PdmDecoder().push(pdmOf(outputs));
      const off = [-1, 0, 1].map((lag) =>
        difference(beside, decoded.subarray(500 + pdmDecoderLatency + lag).subarray(0, beside.length)),
      );
      expect(off[1]).toBeLessThan(-50);
    },
    60_000,
  );

  test("sends on all slots in the same cycle, bit for bit, what the simulator sends", async () => {
    const play = async (played: Plugged) => {
      await everySlot(played, slots);
      const stream = await played.host.openStream(48000, 24);
      await played.vendor.get(0x7f, 0, 4);
      return [await stream.run(100, noise()), await stream.idle(8)];
    };
    const sent = await play(await emulated());
    const expected = await play(await simulated());
    for (const index of all) expect(leadingSilence(slot(sent, index))).toBe(leadingSilence(slot(sent, 0)));
    for (const index of all)
      expect(
        equalFrames(withoutLeadingSilence(slot(sent, index)), withoutLeadingSilence(slot(expected, index))),
      ).toBeGreaterThan(4700);
  }, 60_000);

  test.each<[string, Change[], number]>([
    ["another pin", [toPin20], 48000],
    ["I2S and back", [toI2s, toSpdif], 48000],
    ["I2S and back at 96 kHz", [toI2s, toSpdif], 96000],
  ])(
    "changes a slot to %s with a gap of 3 to 5 ms there alone, and in step with the others again",
    async (_, requests, rate) => {
      const others = all.filter((index) => index !== changed);
      const play = async (played: Plugged, change: boolean) => {
        const { host, vendor } = played;
        await everySlot(played, slots);
        const stream = await host.openStream(rate, 24);
        await vendor.get(0x7f, 0, 4);
        const source = noise();
        const outputs: Output[][] = [[await stream.run(60, source)]];
        for (const [request, value] of requests) {
          // By the ms: what a line sends in the one in which it ends is not heard.
          const part: Output[] = [];
          const running = (async () => {
            for (let ms = 0; ms < 60; ms++) part.push(await stream.run(1, source));
          })();
          await breathe();
          if (change) expect((await vendor.get(request, value, 1)).getUint8(0)).toBe(0);
          await running;
          outputs.push(part);
        }
        return outputs;
      };
      const { device, ...played } = await emulated();
      const parts = await play({ device, ...played }, true);
      const expected = (await play(await simulated(), false)).flat();
      for (const index of others) {
        const sent = slot(parts.flat(), index);
        expect(
          equalFrames(withoutLeadingSilence(sent), withoutLeadingSilence(slot(expected, index))),
          `slot ${index}`,
        ).toBeGreaterThan(sent.length / 6 - leadingSilence(sent) - 2);
      }
      for (const part of parts.slice(1)) {
        const missing = differing(slot(part, changed), slot(part, 0));
        const [first = 0, last = 0] = [missing[0], missing.at(-1)];
        expect(missing.length).toBe(last - first + 1);
        // What is in the rings, 3 ms; until the next packet, 1 ms; and that in which the line ended.
        expect((1000 * missing.length) / rate).toBeGreaterThan(3);
        expect((1000 * missing.length) / rate).toBeLessThan(5.2);
      }
      expect(device.traps).toEqual([]);
    },
    120_000,
  );

  test("moves the I2S clocks to another slot, and stays in step with a slot that has none", async () => {
    const played = await emulated();
    const { device, host, vendor } = played;
    await everySlot(played, slots);
    const stream = await host.openStream(96000, 24);
    await vendor.get(0x7f, 0, 4);
    const source = noise();
    await stream.run(30, source);
    const i2s = 1 << 8;
    for (const change of [i2s | 1, i2s | 0, 1, i2s | 1]) {
      const running = stream.run(40, source);
      await breathe();
      expect((await vendor.get(0xc0, change, 1)).getUint8(0)).toBe(0);
      const part = [await running];
      const [one, other] = [0, 1].map((index) => slot(part, index).subarray(-6 * 960));
      expect(one?.some((byte) => byte !== 0)).toBe(true);
      expect(other?.equals(one as Buffer)).toBe(true);
    }
    expect(device.traps).toEqual([]);
  }, 120_000);
});
