/** Loudness, crossfeed and leveller as a user meets them: requests and volume over USB, sound from a slot. */
import { describe, expect, test } from "vitest";

import { compensation, isoFrequencies } from "../../tools/iso226";
import { amplitude, channel, chips, plugged, sine } from "./bench";

const rate = 48_000;
const decibels = (ratio: number) => 20 * Math.log10(ratio);
const byte = (value: number) => Uint8Array.of(value);
const float = (value: number) => new Uint8Array(new Float32Array([value]).buffer);

async function playing(chip: (typeof chips)[number]) {
  const { host, vendor } = await plugged({ chip });
  const stream = await host.openStream(rate, 24);
  await vendor.set(0xd2, 0, float(0));
  const level = async (frequency: number, peak: number, seconds = 1) => {
    const source = sine(rate, 24, frequency, peak);
    for (let second = 0; second < seconds; second++) await stream.run(1000, source);
    return decibels(amplitude(channel((await stream.run(100, source)).slots[0], 0), rate, frequency));
  };
  return { host, vendor, level };
}

describe.each(chips)("a playing %s", (chip) => {
  test("compensates for loudness as the host turns its volume, and not as the master volume is turned", async () => {
    const { host, vendor, level } = await playing(chip);
    const bass = async () => (await level(200, 0.1)) - (await level(1000, 0.1));
    const plain = await bass();
    await vendor.set(0x58, 0, byte(1));
    expect(await bass()).toBeCloseTo(plain, 2);
    for (const volume of [-20, -35.5]) {
      await host.setVolume(volume);
      const wanted = compensation(isoFrequencies.indexOf(200), 83 + volume, 83);
      expect(wanted).toBeGreaterThan(3);
      expect(Math.abs((await bass()) - plain - wanted)).toBeLessThan(0.5);
    }
    await host.setVolume(0);
    await vendor.set(0xd2, 0, float(-30));
    expect(await bass()).toBeCloseTo(plain, 2);
  });

  test("gives the other side to a one-sided output, until crossfeed is switched off", async () => {
    const { vendor, level } = await playing(chip);
    // Left is silent at the preamp, so that output 1 hears what crossfeed gives it alone.
    await vendor.set(0xd0, 0, float(-60));
    const alone = await level(300, 0.5);
    await vendor.set(0x5e, 0, byte(1));
    expect(await level(300, 0.5)).toBeGreaterThan(alone + 40);
    await vendor.set(0x5e, 0, byte(0));
    expect(await level(300, 0.5)).toBeCloseTo(alone, 1);
  });

  test("raises quiet music by the leveller's formula, and shows it in the input's meter", async () => {
    const { vendor, level } = await playing(chip);
    const plain = await level(1000, 0.01 * Math.SQRT2);
    const { peaks: before } = await vendor.meters(chip === "rp2040" ? 7 : 11);
    await vendor.set(0xb8, 0, byte(2));
    await vendor.set(0xb6, 0, float(50));
    await vendor.set(0xba, 0, float(35));
    await vendor.set(0xb4, 0, byte(1));
    const gain = (await level(1000, 0.01 * Math.SQRT2, 5)) - plain;
    expect(Math.abs(gain - 20 * (1 - 1 / 10.5))).toBeLessThan(0.1);
    const { peaks: after } = await vendor.meters(chip === "rp2040" ? 7 : 11);
    expect(decibels((after[0] as number) / (before[0] as number))).toBeCloseTo(gain, 1);
  });
});
