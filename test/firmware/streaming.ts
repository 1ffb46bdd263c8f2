/** The audio path of a chip's real firmware, as what its pins send: fill, losses, slots that change, PDM. */
import { setImmediate as breathe } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import type { Output } from "../../simulator/device";
import { PdmDecoder, pdmDecoderLatency } from "../../simulator/pdm-decoder";
import type { PcmSource } from "../../simulator/usb-host";
import { type Board, boards } from "../../tools/firmware";
import { tools } from "./toolchain";
import {
  counter,
  enable,
  equalFrames,
  leadingSilence,
  left,
  losses,
  noise,
  nothing,
  players,
  type Plugged,
  route,
  samplesOf,
  setBand,
  silence,
  slot,
  withoutLeadingSilence,
} from "./playing";

/** Selector of 0x50: how often the modulator was late. */
const pdmLate = 6;
const idleByte = 0xaa;
const fullScale = 2 ** 23;

/** Slots 0 and 1 with the same two inputs. */
async function twoSlots({ vendor }: Plugged): Promise<void> {
  for (const output of [2, 3]) await enable(vendor, output);
  for (const output of [0, 1, 2, 3]) await route(vendor, output % 2, output);
  for (const channel of [2, 3, 4, 5]) await setBand(vendor, channel, 0, 0);
}

/** The PDM output with the left input, as flat as slot 0 beside it. */
async function leftOnPdm({ vendor }: Plugged, pdm: number): Promise<void> {
  await route(vendor, 0, pdm);
  for (const channel of [2, 3, 2 + pdm]) await setBand(vendor, channel, 0, 0);
  await enable(vendor, pdm);
}

const pdmOf = (outputs: Output[]) => Buffer.concat(outputs.map(({ pdm }) => pdm ?? Buffer.alloc(0)));

/** What is left of one signal beside another, in dB of the other. */
function difference(one: Int32Array, other: Int32Array): number {
  let error = 0;
  let power = 0;
  one.forEach((value, i) => {
    error += (value - (other[i] as number)) ** 2;
    power += value ** 2;
  });
  return 10 * Math.log10(error / power);
}

export function streaming(board: Board): void {
  describe.skipIf(!tools)(`audio on an emulated ${board.name} (skipped without the firmware's toolchain)`, () => {
    const { emulated, simulated } = players(board);
    const pdm = board.chip === "rp2040" ? 4 : 8;

    test("is heard on the S/PDIF pin at most 4 ms after its packet was due at 48 kHz", async () => {
      const { host, vendor } = await emulated();
      const stream = await host.openStream(48000, 24);
      await vendor.get(0x7f, 0, 4);
      await stream.run(50, silence);
      const outputs: Output[] = [];
      await stream
        .run(
          1,
          samplesOf((frame) => (frame === 0 ? 0.5 : 0)),
        )
        .then((output) => outputs.push(output));
      outputs.push(await stream.run(9, silence));
      const heard = left(slot(outputs, 0));
      const loudest = heard.reduce(
        (best, value, i) => (Math.abs(value) > Math.abs(heard[best] as number) ? i : best),
        0,
      );
      expect(loudest / 48).toBeGreaterThan(3);
      expect(loudest / 48).toBeLessThanOrEqual(4);
    });

    test.each([-500, 500])(
      "loses nothing while the host's clock is %i ppm off",
      async (hostPpm) => {
        const { device, host, vendor } = await emulated({ hostPpm });
        const stream = await host.openStream(96000, 24);
        await vendor.get(0x7f, 0, 4);
        const source = noise();
        let feedback = 0;
        for (let ms = 0; ms < 1500; ms += 50) ({ feedback } = await stream.run(50, source)); // the host follows at each end
        expect(Math.sign(feedback / 16384 - 96)).toBe(-Math.sign(hostPpm));
        expect(await losses(vendor, () => stream.run(80, silence))).toEqual(nothing);
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

    test("sends on two slots in the same cycle, bit for bit, what the simulator sends", async () => {
      const play = async (played: Plugged) => {
        await twoSlots(played);
        const stream = await played.host.openStream(48000, 24);
        await played.vendor.get(0x7f, 0, 4);
        return [await stream.run(100, noise()), await stream.idle(8)];
      };
      const sent = await play(await emulated());
      const expected = await play(await simulated());
      expect(leadingSilence(slot(sent, 1))).toBe(leadingSilence(slot(sent, 0)));
      for (const index of [0, 1])
        expect(
          equalFrames(withoutLeadingSilence(slot(sent, index)), withoutLeadingSilence(slot(expected, index))),
        ).toBeGreaterThan(4700);
    }, 60_000);

    test.each([
      ["another pin", [[0x7c, (20 << 8) | 1]], 48000],
      [
        "I2S and back",
        [
          [0xc0, (1 << 8) | 1],
          [0xc0, 1],
        ],
        48000,
      ],
      [
        "I2S and back at 96 kHz",
        [
          [0xc0, (1 << 8) | 1],
          [0xc0, 1],
        ],
        96000,
      ],
    ] as [string, [number, number][], number][])(
      "changes a slot to %s with a gap there alone, and in step with the other slot again",
      async (_, requests, rate) => {
        const play = async (played: Plugged, change: boolean) => {
          const { host, vendor } = played;
          await twoSlots(played);
          const stream = await host.openStream(rate, 24);
          await vendor.get(0x7f, 0, 4);
          const source = noise();
          const outputs: Output[][] = [[await stream.run(60, source)]];
          for (const [request, value] of requests) {
            const running = stream.run(60, source);
            await breathe();
            if (change) expect((await vendor.get(request, value, 1)).getUint8(0)).toBe(0);
            outputs.push([await running]);
          }
          return outputs;
        };
        const { device, ...played } = await emulated();
        const parts = await play({ device, ...played }, true);
        const expected = slot((await play(await simulated(), false)).flat(), 0);
        const sent = slot(parts.flat(), 0);
        expect(equalFrames(withoutLeadingSilence(sent), withoutLeadingSilence(expected))).toBeGreaterThan(
          sent.length / 6 - leadingSilence(sent) - 2,
        );
        for (const part of parts.slice(1)) {
          const [one, other] = [slot(part, 0), slot(part, 1)].map((samples) =>
            samples.subarray(-6 * 20 * (rate / 1000)),
          );
          expect(other?.equals(one as Buffer)).toBe(true);
        }
        expect(parts.slice(1).some((part) => !slot(part, 1).equals(slot(part, 0)))).toBe(true); // the gap
        expect(device.traps).toEqual([]);
      },
      120_000,
    );

    test("moves the I2S clocks to another slot, and stays in step with a slot that has none", async () => {
      const played = await emulated();
      const { device, host, vendor } = played;
      await twoSlots(played);
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

    test.each([48000, 96000])(
      "plays a second with all bands of both slots at %i Hz, bit for bit as the simulator, and loses nothing",
      async (rate) => {
        const play = async (played: Plugged) => {
          await twoSlots(played);
          for (let channel = 0; channel < 6; channel++)
            for (let band = 0; band < 10; band++) await setBand(played.vendor, channel, band, 1, band % 2 ? 3 : -3);
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
        for (const index of [0, 1])
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

    test("sends on the PDM pin what the S/PDIF pin sends, at its level, in step and without a gap", async () => {
      const played = await emulated();
      const { device, host, vendor } = played;
      await leftOnPdm(played, pdm);
      const tones: PcmSource = samplesOf(
        (frame) =>
          0.2 * Math.sin((2 * Math.PI * 310 * frame) / 48000) + 0.2 * Math.sin((2 * Math.PI * frame ** 2) / 5e6),
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
}

for (const board of boards) streaming(board);
