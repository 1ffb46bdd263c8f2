/** S/PDIF lines as each board's pins carry them, from their first edge on, by a receiver written from the standard. */
import { describe, expect, test } from "vitest";

import type { EmulatedDevice } from "../../simulator/emulator/emulated-device";
import { boards } from "../../tools/boards";
import { receive, statusBytes } from "../output/spdif-receiver";
import { during, everySlot, noise, outputsOf, players } from "./playing";
import { tools } from "./toolchain";

/** Frames of a block (IEC 60958-1). */
const block = 192;
/** Of a rate in byte 3 of channel status, with a clock accurate to 1000 ppm (IEC 60958-3). */
const code: Record<number, number> = { 44100: 0x00, 96000: 0x0a };

type Levels = [time: number, level: 0 | 1][];

/** What a line sends after the longest time for which its pin was at rest, as half-bits; `from` is when that is watched. */
function afterTheGap(edges: Levels, from: number, halfBit: number): number[] {
  const rest = (i: number) => (edges[i]?.[0] ?? 0) - (edges[i - 1]?.[0] ?? from);
  const first = edges.reduce((longest, _, i) => (rest(i) > rest(longest) ? i : longest), 0);
  const begun = edges.slice(first);
  return begun.flatMap(([time, level], i) => {
    const [next = time] = begun[i + 1] ?? [];
    return new Array<0 | 1>(Math.round((next - time) / halfBit)).fill(level);
  });
}

/** What to ask for, by request and value. */
type Change = [request: number, value: number];
const toI2s: Change = [0xc0, (1 << 8) | 1];
const toSpdif: Change = [0xc0, 1];
const toPin20: Change = [0x7c, (20 << 8) | 1];

describe.skipIf(!tools).each(boards)("an S/PDIF line of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated } = players(board);
  const { slots } = outputsOf(board);

  /** Two blocks that a pin sends while something is done, from the gap before it begins anew on. */
  async function heard({ chip }: EmulatedDevice, pin: number, rate: number, work: () => Promise<unknown>) {
    const edges: Levels = [];
    const from = chip.cycle;
    const stop = chip.pins.observe(1 << pin, (time, levels) => edges.push([time, (levels >>> pin) & 1 ? 1 : 0]));
    await work();
    stop();
    return receive(afterTheGap(edges, from, chip.clock.frequency / (128 * rate)).slice(0, 2 * block * 128));
  }

  test.each<[string, number, number, Change[]]>([
    ["on another pin", 44100, 20, [toPin20]],
    ["after it was I2S", 44100, 7, [toI2s, toSpdif]],
    ["on another pin", 96000, 20, [toPin20]],
  ])(
    "joins those that play %s at %i Hz with the first frame of a block, whose channel status is whole",
    async (_, rate, pin, changes) => {
      const played = await emulated();
      const { device, host, vendor } = played;
      await everySlot(played, slots);
      const stream = await host.openStream(rate, 24);
      await vendor.get(0x7f, 0, 4);
      const source = noise();
      const ask = async ([request, value]: Change) => {
        const status = await during(
          () => stream.run(1, source),
          () => vendor.get(request, value, 1),
        );
        expect(status.getUint8(0)).toBe(0);
      };
      for (const change of changes.slice(0, -1)) await ask(change);
      await stream.run(31, source);
      const subframes = await heard(device, pin, rate, async () => {
        await ask(changes.at(-1) as Change);
        await stream.run(20, source);
      });
      expect(subframes.length).toBe(2 * 2 * block);
      const expected = subframes.map((_, i) => (i % 2 === 1 ? "W" : i % (2 * block) === 0 ? "B" : "M"));
      expect(subframes.map(({ preamble }) => preamble)).toEqual(expected);
      expect(subframes.filter(({ ones, validity }) => ones % 2 !== 0 || validity !== 0)).toEqual([]);
      for (const channel of [0, 1]) {
        const bits = subframes.filter((_, i) => i % 2 === channel).map(({ status }) => status);
        // Consumer, linear PCM, copying permitted; channel number; rate; 24 bits (IEC 60958-3).
        const status = [0x04, 0x00, 0x10 * (channel + 1), code[rate], 0x0b, ...new Array<number>(19).fill(0)];
        for (const from of [0, block]) expect(statusBytes(bits.slice(from, from + block))).toEqual(status);
      }
      expect(device.traps).toEqual([]);
    },
    60_000,
  );
});
