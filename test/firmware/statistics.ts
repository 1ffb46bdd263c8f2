/** What each board's firmware counts when its host pauses, and what it tells of its buffers. */
import { describe, expect, test } from "vitest";

import { boards } from "../../tools/boards";
import { counter, during, losses, nothing, outputsOf, players, setTypes, silence } from "./playing";
import { tools } from "./toolchain";

const starved = 17;
/** Of request 0xB0: bytes of the head, and of each slot (free, prepared, playing, fill, least, most). */
const head = 4;
const record = 8;
const buffers = 16;

describe.skipIf(!tools).each(boards)("statistics of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated } = players(board);
  const { slots } = outputsOf(board);

  test("count a pause of the host once, and for each S/PDIF slot every ms that it ran dry", async () => {
    const { device, host, vendor } = await emulated();
    await setTypes(vendor, [0, 1]); // I2S slots are not counted
    const stream = await host.openStream(48000, 24);
    await vendor.get(0x7f, 0, 4);
    const play = () => stream.run(20, silence);
    await play();
    expect(await losses(vendor, play)).toEqual(nothing);
    await stream.idle(13); // 3 ms of sound are in the rings
    await play();
    const lost = await losses(vendor, play);
    expect(lost).toMatchObject({ overruns: 0, underruns: 1, late: 0 });
    const counts = await during(play, async () => {
      const all: number[] = [];
      for (let slot = 0; slot < slots; slot++) all.push(await counter(vendor, starved + 1 + slot));
      return all;
    });
    const [first = 0] = counts;
    expect(Math.abs(first - 10)).toBeLessThanOrEqual(2);
    expect(counts).toEqual(counts.map((_, slot) => (slot === 1 ? 0 : first)));
    expect(lost.starvations).toBe(first * (slots - 1));
    await stream.close();
    const again = await host.openStream(48000, 24);
    expect(await losses(vendor, () => again.run(20, silence))).toMatchObject({ starvations: 0 });
    expect(device.traps).toEqual([]);
  }, 60_000);

  test("tell how full the buffers are, and have been since they were asked to forget", async () => {
    const { host, vendor } = await emulated();
    const stream = await host.openStream(48000, 24);
    await vendor.get(0x7f, 0, 4);
    const play = () => stream.run(20, silence);
    const ask = () => during(play, () => vendor.get(0xb0, 0, 44));
    await play();
    await during(play, () => vendor.get(0xb1, 1, 1));
    await stream.run(50, silence);
    const [first, second] = [await ask(), await ask()];
    expect(first.getUint8(0)).toBe(slots);
    expect(first.getUint8(1) & 2).toBe(2); // it streams
    expect(second.getUint16(2, true)).toBe(first.getUint16(2, true) + 1);
    for (let slot = 0; slot < slots; slot++) {
      const [free = 0, prepared = 0, playing = 0, fill = 0, least = 0, most = 0] = Array.from(
        { length: 6 },
        (_, field) => first.getUint8(head + record * slot + field),
      );
      expect(free + prepared + playing).toBe(buffers);
      expect(playing).toBe(1);
      expect(fill).toBe(Math.floor(((buffers - free) * 100) / buffers));
      expect(least).toBeGreaterThan(0);
      expect(least).toBeLessThanOrEqual(fill);
      expect(most).toBeGreaterThanOrEqual(fill);
      expect(most).toBeLessThan(100);
    }
  }, 60_000);
});
