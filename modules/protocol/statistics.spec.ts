import { describe, expect, it } from "vitest";

import { Bench } from "../testing/bench";

/** The bench's host gives figure f of port p as 16 p + f. */
const record = (port: number) => [0, 1, 2, 3, 4, 5].map((figure) => 16 * port + figure).concat(0, 0);
const nothing = new Array<number>(8).fill(0);

describe("buffer statistics 0xB0", () => {
  for (const [id, slots] of [
    [0, 2],
    [1, 4],
  ] as const)
    it(`have slots, flags, a sequence, a record per slot and one for PDM while it runs (platform ${id})`, () => {
      const bench = new Bench(id);
      const records = [0, 1, 2, 3].flatMap((slot) => (slot < slots ? record(slot) : nothing));
      bench.host.counters = { 11: 0 };
      expect(bench.in(0xb0)).toEqual([slots, 0, 0, 0, ...records, ...nothing]);
      bench.host.counters = { 11: 2 };
      expect(bench.in(0xb0)).toEqual([slots, 2, 1, 0, ...records, ...nothing]);
      bench.out(0x72, 2 * slots, [1]);
      expect(bench.in(0xb0)).toEqual([slots, 3, 2, 0, ...records, ...record(slots)]);
    });

  it("count their reading in 16 bits", () => {
    const bench = new Bench(0);
    for (let i = 0; i < 258; i++) bench.in(0xb0);
    expect(bench.in(0xb0)?.slice(2, 4)).toEqual([2, 1]);
  });

  it("are reset by 0xB1, the watermarks only when bit 0 says so", () => {
    const bench = new Bench(1);
    bench.host.configured = [];
    expect(bench.in(0xb1, 0)).toEqual([1]);
    expect(bench.in(0xb1, 2)).toEqual([1]);
    expect(bench.host.configured).toEqual([]);
    expect(bench.in(0xb1, 1)).toEqual([1]);
    expect(bench.host.configured).toEqual(["watermarks reset"]);
  });
});

describe("USB errors 0xB2", () => {
  it("are the total, then CRC, bit stuffing, overflow, timeout and data sequence, until 0xB3", () => {
    const bench = new Bench(1);
    bench.usb.errorCounts = [1, 20, 300, 4000, 50000];
    const words = new DataView(new Uint8Array(bench.in(0xb2) ?? []).buffer);
    expect([0, 4, 8, 12, 16, 20].map((at) => words.getUint32(at, true))).toEqual([54321, 1, 20, 300, 4000, 50000]);
    expect(bench.in(0xb3)).toEqual([1]);
    expect(bench.in(0xb2)).toEqual(new Array<number>(24).fill(0));
  });
});

describe("bootloader 0xF0", () => {
  it("answers 1 and leaves", () => {
    const bench = new Bench(1);
    expect(bench.in(0xf0)).toEqual([1]);
    expect(bench.host.configured[bench.host.configured.length - 1]).toBe("bootloader");
  });
});
