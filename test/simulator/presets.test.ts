/** Presets while audio plays, and what the buffer statistics say meanwhile. */
import { describe, expect, test } from "vitest";

import type { Output } from "../../simulator/device";
import { channel, chips, counter, plugged, sine } from "./bench";

const rate = 48_000;
const frequency = 1000;
/** Bend of a sine of amplitude 1: its second difference. */
const bendOfSine = (2 * Math.sin((Math.PI * frequency) / rate)) ** 2;

const [save, load, remove, factoryReset] = [0x90, 0x91, 0x92, 0x53] as const;

describe.each(chips)("a %s that plays", (chip) => {
  async function playing() {
    const plug = await plugged({ chip });
    const { host, vendor } = plug;
    const stream = await host.openStream(rate, 24);
    const source = sine(rate, 24, frequency, 0.5);
    const heard: number[] = [];
    const play = async (milliseconds: number): Promise<Output> => {
      const output = await stream.run(milliseconds, source);
      heard.push(...channel(output.slots[0], 0));
      return output;
    };
    const act = async (request: number, value: number) => (await vendor.get(request, value, 1)).getUint8(0);
    const gain = (output: number, decibels: number) => {
      const data = new Uint8Array(Float32Array.of(decibels).buffer);
      return vendor.set(0x74, output, data);
    };
    return { ...plug, stream, heard, play, act, gain };
  }

  test("saves, loads, deletes and resets without a click, a lost packet or a gap", async () => {
    const { vendor, heard, play, act, gain } = await playing();
    await play(200);
    await gain(0, -6);
    await vendor.set(0x78, 0, new Uint8Array(Float32Array.of(20).buffer));
    await play(100);
    const steps: [request: number, slot: number][] = [
      [save, 1],
      [load, 2],
      [save, 2],
      [load, 1],
      [remove, 1],
      [load, 2],
      [load, 1],
      [factoryReset, 0],
    ];
    const begin = heard.length;
    let packets = await counter(vendor, 10);
    for (const [request, slot] of steps) {
      expect(await act(request, slot)).toBe(0);
      await play(150);
      const now = await counter(vendor, 10);
      expect(now - packets).toBe(150);
      packets = now;
    }
    for (const selector of [7, 8, 17, 22]) expect(await counter(vendor, selector)).toBe(0);
    // 0.5 of full scale at the default volume of −20 dB
    const limit = 2 * 0.05 * bendOfSine + 2 / 2 ** 23;
    let largest = 0;
    for (let n = begin; n + 1 < heard.length; n++) {
      const bend = (heard[n - 1] as number) - 2 * (heard[n] as number) + (heard[n + 1] as number);
      largest = Math.max(largest, Math.abs(bend));
    }
    expect(largest).toBeLessThanOrEqual(limit);
  });

  test("goes through silence of its own delay lines when it loads a preset, and not when it saves one", async () => {
    const { heard, play, act, gain } = await playing();
    await play(200);
    const level = (from: number) => heard.slice(from).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    await act(save, 1);
    let from = heard.length;
    for (let ms = 0; ms < 60; ms++) {
      await play(1);
      if (ms % 2 === 1) expect(level(heard.length - 96)).toBeCloseTo(0.05, 3);
    }
    await gain(0, -12);
    await play(100);
    await act(load, 1);
    from = heard.length;
    await play(40);
    const quietest = Math.min(
      ...Array.from({ length: 1800 }, (_, n) => Math.max(...heard.slice(from + n, from + n + 48).map(Math.abs))),
    );
    expect(quietest).toBeLessThan(0.002);
    expect(level(heard.length - 480)).toBeCloseTo(0.05, 3);
  });

  test("counts the buffers in front of its outputs", async () => {
    const { vendor, play, stream } = await playing();
    const statistics = async () => new Uint8Array((await vendor.get(0xb0, 0, 44)).buffer.slice(-44));
    const slots = chip === "rp2040" ? 2 : 4;
    await play(100);
    const playingNow = await statistics();
    expect(playingNow.subarray(0, 2)).toEqual(Uint8Array.of(slots, 2));
    for (let slot = 0; slot < slots; slot++) {
      const [free = 0, prepared = 0, isPlaying = 0, fill = 0, lowest = 0, highest = 0] = playingNow.subarray(
        4 + 8 * slot,
      );
      expect(free + prepared + isPlaying).toBe(16);
      expect(isPlaying).toBe(1);
      expect(fill).toBe(Math.floor(((16 - free) * 100) / 16));
      // The ring of 7 ms is kept at 3 ms, and a packet more when one has just come in.
      expect([lowest, highest].map((x) => x >= 37 && x <= 63)).toEqual([true, true]);
      expect(lowest).toBeLessThanOrEqual(highest);
    }
    expect(playingNow.subarray(36)).toEqual(new Uint8Array(8));
    await vendor.get(0xb1, 1, 1);
    expect((await statistics()).subarray(8, 10)).toEqual(Uint8Array.of(100, 0));
    await play(7);
    await play(1);
    expect((await statistics())[8]).toBeLessThan(100);
    await stream.close();
    const idle = await statistics();
    expect(idle[1]).toBe(0);
    expect(idle.subarray(4, 8)).toEqual(Uint8Array.of(16, 0, 0, 0));
  });
});
