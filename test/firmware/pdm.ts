/** What the firmware's second core sends on the PDM pin of each board. */
import { describe, expect, test } from "vitest";

import { PdmDecoder, pdmDecoderLatency } from "../../simulator/pdm-decoder";
import { type PcmSource } from "../../simulator/usb-host";
import { boards } from "../../tools/boards";
import { level, levels, noise, spectrumOf } from "../output/spectrum";
import {
  counter,
  difference,
  during,
  enable,
  left,
  leftOnPdm,
  losses,
  nothing,
  outputsOf,
  pdmOf,
  players,
  type Plugged,
  route,
  samplesOf,
  setBand,
  slot,
} from "./playing";
import { tools } from "./toolchain";

const rate = 48_000;
/** 1 kHz in 2^13 frames. */
const frames = 8192;
const bin = 171;
/** Selector of 0x50: how often the modulator was late. */
const pdmLate = 6;
const idleByte = 0xaa;
const fullScale = 2 ** 23;
/** Of PDM, by default, and another one. */
const oldPin = 10;
const newPin = 21;
/** Of a channel at 96 kHz: docs/firmware.md. */
const bandsBesidePdm = { rp2040: 9, rp2350: 10 };

describe.skipIf(!tools).each(boards)("PDM of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated, simulated } = players(board);
  const { slots, pdm } = outputsOf(board);

  /** The pin's spectrum while a tone plays. */
  async function play({ host, vendor }: Plugged) {
    const stream = await host.openStream(rate, 24);
    await route(vendor, 0, pdm);
    await enable(vendor, pdm);
    const tone = samplesOf((frame) => Math.sin((2 * Math.PI * bin * frame) / frames));
    await stream.run(100, tone); // the fades
    const bits = pdmOf([await stream.run(180, tone)]);
    return spectrumOf(levels(bits.subarray(-32 * frames), 1 / 0.9), rate);
  }

  test("sounds as the simulator's, unbroken", async () => {
    const { device, ...played } = await emulated();
    const [sent, expected] = [await play({ device, ...played }), await play(await simulated())];
    expect(level(sent, bin)).toBeCloseTo(level(expected, bin), 4);
    expect(noise(sent, 20, 20_000, bin)).toBeLessThan(-105);
    expect(device.traps).toEqual([]);
  }, 120_000);

  test("is what the S/PDIF pin sends, at its level, in step and without a gap", async () => {
    const played = await emulated();
    const { device, host, vendor } = played;
    await leftOnPdm(played, pdm);
    const tones: PcmSource = samplesOf(
      (frame) => 0.2 * Math.sin((2 * Math.PI * 310 * frame) / 48000) + 0.2 * Math.sin((2 * Math.PI * frame ** 2) / 5e6),
    );
    const matches: number[] = [];
    for (let stream = 0; stream < 2; stream++) {
      const opened = await host.openStream(48000, 24);
      await vendor.get(0x7f, 0, 4);
      await opened.run(60, tones); // PDM fades in
      const outputs = [await opened.run(100, tones)];
      await opened.close();
      const beside = left(slot(outputs, 0)).subarray(500, 4000);
      const decoded = new PdmDecoder().push(pdmOf(outputs));
      const off = [-1, 0, 1].map((lag) =>
        difference(beside, decoded.subarray(500 + pdmDecoderLatency + lag).subarray(0, beside.length)),
      );
      matches.push(Math.min(...off));
      // Between streams the pin does not fall to 0, which would be heard.
      await device.frames(new Array<undefined>(60).fill(undefined));
      const rest = await device.frames(new Array<undefined>(3).fill(undefined));
      expect(new Set(pdmOf([rest]))).toEqual(new Set([idleByte]));
    }
    expect(Math.max(...matches)).toBeLessThan(-50);
    expect(await counter(vendor, pdmLate)).toBe(0);
    expect(device.traps).toEqual([]);
  }, 120_000);

  test("is heard on the pin that it moves to while it plays, in step, and no longer on the one before", async () => {
    const played = await emulated();
    const { device, host, vendor } = played;
    await leftOnPdm(played, pdm);
    const stream = await host.openStream(48000, 24);
    await vendor.get(0x7f, 0, 4);
    const sweep = samplesOf((frame) => 0.3 * Math.sin((2 * Math.PI * frame ** 2) / 5e6));
    await stream.run(60, sweep);
    await during(
      () => stream.run(1, sweep),
      async () => {
        await enable(vendor, pdm, false); // else the pin cannot be changed
        expect((await vendor.get(0x7c, (newPin << 8) | slots, 1)).getUint8(0)).toBe(0);
        await enable(vendor, pdm);
      },
    );
    await stream.run(60, sweep); // PDM fades in
    const changes = new Map([oldPin, newPin].map((pin) => [pin, 0]));
    for (const pin of changes.keys())
      device.chip.pins.observe(1 << pin, () => changes.set(pin, (changes.get(pin) ?? 0) + 1));
    const outputs = [await stream.run(60, sweep)];
    expect((await device.pins())[newPin]).toMatchObject({ function: "pdm", direction: "out" });
    expect(changes.get(oldPin)).toBe(0);
    // Of 60 ms with 256 bits a sample; a modulator at these levels changes its level at most bits.
    expect(changes.get(newPin)).toBeGreaterThan((60 * 48 * 256) / 2);
    const beside = left(slot(outputs, 0)).subarray(500, 2000);
    const decoded = new PdmDecoder().push(pdmOf(outputs));
    const off = [-1, 0, 1].map((lag) =>
      difference(beside, decoded.subarray(500 + pdmDecoderLatency + lag).subarray(0, beside.length)),
    );
    expect(off[1]).toBeLessThan(-50);
    expect(await counter(vendor, pdmLate)).toBe(0);
    expect(device.traps).toEqual([]);
  }, 60_000);

  test("keeps up at 96 kHz, beside as many bands on every channel as the chip has time for", async () => {
    const { device, host, vendor } = await emulated();
    await route(vendor, 1, 1);
    await leftOnPdm({ device, host, vendor }, pdm);
    for (const channel of [0, 1, 2, 3, 2 + pdm])
      for (let band = 0; band < bandsBesidePdm[board.chip]; band++) await setBand(vendor, channel, band, 1, 3);
    const stream = await host.openStream(96_000, 24);
    await vendor.get(0x7f, 0, 4);
    const source = samplesOf((frame) => 0.2 * Math.sin(2 * Math.PI * (frame / 96)));
    await stream.run(300, source);
    expect(await losses(vendor, () => stream.run(4, source))).toEqual(nothing);
    expect(await counter(vendor, pdmLate)).toBe(0);
    expect(device.traps).toEqual([]);
  }, 120_000);

  test("begins and ends PDM softly", async () => {
    const played = await emulated();
    const { host, vendor } = played;
    await leftOnPdm(played, pdm);
    const stream = await host.openStream(48000, 24);
    await vendor.get(0x7f, 0, 4);
    const steady = samplesOf(() => 0.5);
    const outputs = [await stream.run(10, steady)];
    await stream.close(); // in the middle of the fade
    const opened = await host.openStream(48000, 24);
    outputs.push(await opened.run(60, steady));
    await opened.close();
    outputs.push(await played.device.frames(new Array<undefined>(60).fill(undefined)));
    const decoded = new PdmDecoder().push(pdmOf(outputs));
    let step = 0;
    for (let i = 1; i < decoded.length; i++)
      step = Math.max(step, Math.abs((decoded[i] as number) - (decoded[i - 1] as number)));
    const level = decoded.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(level).toBeGreaterThan(0.01 * fullScale);
    expect(step).toBeLessThan(level / 100);
  }, 120_000);
});
