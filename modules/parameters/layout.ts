/**
 * The bulk packet: every live parameter at its row's offset, behind a header. It is also what a preset contains, and how
 * the store keeps live parameters in memory.
 *
 * Arrays have the RP2350's size; what a platform does not have is zero. A row that is added to the table takes an offset
 * behind all others: one from 2896 on is in presets but not on the wire, where the length is fixed. A preset that was
 * saved before the row was there is shorter, and the row has its default.
 */
import { inputCount, storedBands, type Platform } from "./platforms";
import { sizeOf } from "./row";
import { liveRows } from "./table";

export const bulkLength = 2896;
/** The one that is written. */
export const bulkVersion = 6;

/** Offsets in the header; the length and the firmware's version are u16. */
export const Header = Object.freeze({
  version: 0,
  platform: 1,
  channels: 2,
  outputs: 3,
  inputs: 4,
  bands: 5,
  length: 6,
  major: 8,
  minor: 10,
});
const firmware = Object.freeze({ major: 1, minor: 1 });

/** Bytes of a preset: as far as the rows reach, in whole fours. */
export const imageLength = liveRows.reduce((length, row) => {
  const end = (row.offsets[row.offsets.length - 1] as number) + sizeOf(row);
  return Math.max(length, (end + 3) & -4);
}, bulkLength);

/** For each byte of an image, the row that has a value there, as its place in `liveRows` from 1 on; 0 is no row. */
export const rowAt = new Uint8Array(imageLength);
/** And which of the row's values it is. */
export const indexAt = new Uint16Array(imageLength);
liveRows.forEach((row, place) =>
  row.offsets.forEach((offset, index) => {
    rowAt.fill(place + 1, offset, offset + sizeOf(row));
    indexAt.fill(index, offset, offset + sizeOf(row));
  }),
);

/** Writes the header, but for the length, into an image of zeros. */
export function writeHeader(platform: Platform, into: Uint8Array): void {
  into[Header.version] = bulkVersion;
  into[Header.platform] = platform.id;
  into[Header.channels] = platform.channels;
  into[Header.outputs] = platform.outputs;
  into[Header.inputs] = inputCount;
  into[Header.bands] = storedBands;
  into[Header.major] = firmware.major;
  into[Header.minor] = firmware.minor;
}
