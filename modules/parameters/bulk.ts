/**
 * The bulk packet: every live parameter at its row's offset, behind a header. It is also what a preset contains.
 *
 * Arrays have the RP2350's size; what a platform does not have is zero. A row that is added to the table takes an offset
 * behind all others: one from 2896 on is in presets but not on the wire, where the length is fixed. A preset that was
 * saved before the row was there is shorter, and the row has its default.
 */
import { inputCount, legacyOutput, legacyOutputs, platforms, storedBands, type Platform } from "./platforms";
import { axisSize, rowCount, textBytes, type Row } from "./row";
import type { Store } from "./store";
import { liveRows, parameters } from "./table";

export const bulkLength = 2896;
/** The one that is written. */
export const bulkVersion = 6;

/** Offsets in the header; the length and the firmware's version are u16. */
const Header = Object.freeze({
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

const oldestVersion = 2;
/** Where the packets of each version end, by version; those of the last one go on as far as they are. */
const ends: readonly number[] = Object.freeze([0, 0, 2832, 2848, 2864, 2864, Infinity]);
const shortestLength = 2832;
/** A packet that says to be shorter has no slot types and clocks, whatever its version. */
const lengthWithSlots = 2864;

/** What older hosts look for: one preamp for both inputs, gain and mute of three outputs, and how many pins there are. */
const Legacy = Object.freeze({ preamp: 16, gain: 48, mute: 60, pinCount: 360 });

const { preamp, outputGain, outputMute, mckMultiplier, pin } = parameters;

/** The platform that arrays are laid out for. */
const largest = platforms[platforms.length - 1] as Platform;

function offsetOf(row: Row, index: number): number {
  const [base = 0, first = 0, second = 0] = row.bulk;
  const inner = row.axes[1];
  if (inner === undefined) return base + index * first;
  const size = axisSize(largest, inner);
  const rest = index % size;
  return base + ((index - rest) / size) * first + rest * second;
}

function sizeOf(row: Row): number {
  return row.kind === "float" ? 4 : row.kind === "text" ? textBytes : 1;
}

/** Bytes of a preset: as far as the rows reach. */
export const imageLength = liveRows.reduce((length, row) => {
  const last = offsetOf(row, rowCount(largest, row) - 1);
  return Math.max(length, last + sizeOf(row));
}, bulkLength);

/** Writes the live parameters into a view of zeros, as far as it reaches. */
export function writeBulk(store: Store, into: DataView): void {
  const { platform } = store;
  into.setUint8(Header.version, bulkVersion);
  into.setUint8(Header.platform, platform.id);
  into.setUint8(Header.channels, platform.channels);
  into.setUint8(Header.outputs, platform.outputs);
  into.setUint8(Header.inputs, inputCount);
  into.setUint8(Header.bands, storedBands);
  into.setUint16(Header.length, into.byteLength, true);
  into.setUint16(Header.major, firmware.major, true);
  into.setUint16(Header.minor, firmware.minor, true);
  for (const row of liveRows) {
    if (offsetOf(row, 0) >= into.byteLength) continue;
    const count = store.count(row);
    for (let index = 0; index < count; index++) {
      const at = offsetOf(row, index);
      if (row.kind === "float") into.setFloat32(at, store.get(row, index), true);
      else if (row.kind !== "text") into.setUint8(at, store.get(row, index));
      else new Uint8Array(into.buffer, into.byteOffset + at, textBytes).set(store.text(row, index));
    }
  }
  into.setFloat32(Legacy.preamp, store.get(preamp, 0), true);
  for (let i = 0; i < legacyOutputs; i++) {
    const output = legacyOutput(platform, i);
    into.setFloat32(Legacy.gain + 4 * i, store.get(outputGain, output), true);
    into.setUint8(Legacy.mute + i, store.get(outputMute, output));
  }
  into.setUint8(Legacy.pinCount, store.count(pin));
}

/** A packet or preset that came in, read in place; what it does not have reads as the store has it. */
export class BulkImage {
  readonly platform: Platform;
  readonly #store: Store;
  readonly #view: DataView;
  readonly #version: number;
  readonly #length: number;

  constructor(store: Store, view: DataView) {
    this.platform = store.platform;
    this.#store = store;
    this.#view = view;
    this.#version = view.getUint8(Header.version);
    this.#length = view.getUint16(Header.length, true);
  }

  /** Whether all of it may be applied: its header fits this device, and all its numbers are finite. */
  isValid(): boolean {
    const { id, channels, outputs } = this.platform;
    const view = this.#view;
    if (this.#version < oldestVersion || this.#version > bulkVersion) return false;
    if (view.getUint8(Header.platform) !== id) return false;
    if (view.getUint8(Header.channels) !== channels || view.getUint8(Header.outputs) !== outputs) return false;
    if (this.#length < shortestLength || this.#length > view.byteLength) return false;
    if (!this.#isFinite(Legacy.preamp)) return false;
    for (let i = 0; i < legacyOutputs; i++) if (!this.#isFinite(Legacy.gain + 4 * i)) return false;
    for (const row of liveRows) {
      if (row.kind !== "float" || !this.has(row)) continue;
      const count = rowCount(largest, row);
      for (let index = 0; index < count; index++) if (!this.#isFinite(offsetOf(row, index))) return false;
    }
    return true;
  }

  /** Whether it has the values of a row. */
  has(row: Row): boolean {
    if (isSlotRow(row) && this.#length < lengthWithSlots) return false;
    return offsetOf(row, 0) < Math.min(ends[this.#version] as number, this.#view.byteLength);
  }

  /** A number as `Store.set` may take it. */
  get(row: Row, index = 0): number {
    if (!this.has(row)) return this.#store.get(row, index);
    const at = offsetOf(row, index);
    if (row.kind === "float") return this.#view.getFloat32(at, true);
    const value = this.#view.getUint8(at);
    if (row === mckMultiplier && this.#version < 5) return value === 0 ? 1 : 0; // the low byte of 128 or 256
    const { words = [] } = row;
    return row.kind === "choice" && value >= words.length ? words.length - 1 : value;
  }

  text(row: Row, index: number): Uint8Array {
    const { buffer, byteOffset } = this.#view;
    return new Uint8Array(buffer, byteOffset + offsetOf(row, index), textBytes);
  }

  /** Of versions without a preamp for each input: that of both. */
  legacyPreamp(): number {
    return this.#view.getFloat32(Legacy.preamp, true);
  }

  #isFinite(at: number): boolean {
    return Number.isFinite(this.#view.getFloat32(at, true));
  }
}

/** Slot types and I2S clocks: one section of the packet. */
function isSlotRow(row: Row): boolean {
  return row.transport === "status" && row !== pin;
}

/**
 * Sets every parameter that a valid image has. Those it is too old for get their defaults, except slot types, clocks and
 * volume, which stay.
 */
export function applyBulk(store: Store, image: BulkImage, { pins, volume }: { pins: boolean; volume: boolean }): void {
  for (const row of liveRows) {
    if ((row.scope === "pins" && !pins) || (row.scope === "volume" && !volume)) continue;
    const has = image.has(row);
    if (!has && (row.scope === "volume" || row.transport === "status")) continue;
    const count = store.count(row);
    for (let index = 0; index < count; index++) {
      if (row === preamp && !has) store.set(row, index, image.legacyPreamp());
      else if (!has) store.setDefault(row, index);
      else if (row.kind === "text") store.setText(row, index, image.text(row, index));
      else store.set(row, index, image.get(row, index));
    }
  }
}
