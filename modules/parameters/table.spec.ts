import { describe, expect, it } from "vitest";

import { platformOf } from "./platforms";
import { accept, axisSize, defaultOf, rowCount, textBytes, type Row } from "./row";
import { Store } from "./store";
import { liveRows, parameters, rows } from "./table";

const bytesOf = (row: Row) => (row.kind === "float" ? 4 : row.kind === "text" ? textBytes : 1);

/** Offsets of all values of a row in the bulk packet, whose arrays have the RP2350's size. */
function bulkOffsets(row: Row): number[] {
  const [first = 0, ...strides] = row.bulk;
  return row.axes.reduce(
    (offsets, axis, i) =>
      offsets.flatMap((offset) =>
        Array.from({ length: axisSize(platformOf(1), axis) }, (_, j) => offset + j * (strides[i] as number)),
      ),
    [first],
  );
}

describe("the parameter table", () => {
  it("gives every name once", () => {
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
  });

  it("has a default that each row would accept, for every index of both platforms", () => {
    for (const platform of [platformOf(0), platformOf(1)])
      for (const row of rows)
        for (let index = 0; index < rowCount(platform, row); index++) {
          const value = defaultOf(platform, row, index);
          if (typeof value === "number") expect(accept(row, value)).toBe(value);
          else expect(value.length).toBeLessThan(textBytes);
        }
  });

  it("has a stride for every axis, and no two values share a byte of the bulk packet's 2896", () => {
    const owners = new Map<number, string>();
    for (const row of liveRows) {
      expect(row.bulk).toHaveLength(1 + row.axes.length);
      for (const offset of bulkOffsets(row))
        for (let byte = offset; byte < offset + bytesOf(row); byte++) {
          expect(owners.get(byte)).toBeUndefined();
          owners.set(byte, row.name);
        }
    }
    expect(Math.max(...owners.keys())).toBeLessThan(2896);
  });

  it("puts the last value of each section of the bulk packet where the section ends", () => {
    const last = (row: Row) => Math.max(...bulkOffsets(row)) + bytesOf(row);
    expect(last(parameters.channelDelay)).toBe(64 + 44);
    expect(last(parameters.routeGain)).toBe(108 + 144);
    expect(last(parameters.outputDelay)).toBe(252 + 108);
    expect(last(parameters.pin)).toBe(366);
    expect(last(parameters.bandGain)).toBe(368 + 2112);
    expect(last(parameters.channelName)).toBe(2480 + 352);
  });

  it("has a high pass at 80 Hz in band 1 of slot outputs, a low pass in that of PDM, and flat bands elsewhere", () => {
    for (const [id, channels] of [
      [0, 7],
      [1, 11],
    ] as const) {
      const store = new Store(platformOf(id), new ArrayBuffer(Store.bytes));
      for (let channel = 0; channel < channels; channel++)
        for (let band = 0; band < 12; band++) {
          const index = channel * 12 + band;
          const isCrossover = band === 0 && channel >= 2;
          const type = !isCrossover ? 0 : channel === channels - 1 ? 4 : 5;
          expect(store.get(parameters.bandType, index)).toBe(type);
          expect(store.get(parameters.bandFrequency, index)).toBe(isCrossover ? 80 : 1000);
          expect(store.get(parameters.bandQ, index)).toBeCloseTo(0.707, 7);
          expect(store.get(parameters.bandGain, index)).toBe(0);
        }
    }
  });

  it("fits a platform's values into 3 KB of memory", () => {
    expect(Store.bytes).toBeLessThan(3 * 1024);
  });
});
