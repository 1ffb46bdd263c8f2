/** Packets and presets, out of the store and into it. */
import { bulkVersion, Header, imageLength, rowAt } from "./layout";
import { legacyOutput, legacyOutputs, type Platform } from "./platforms";
import { textBytes, type Row } from "./row";
import type { Store } from "./store";
import { liveRows, parameters } from "./table";

const oldestVersion = 2;
/** Where the packets of each version end, by version; those of the last one go on as far as they are. */
const ends: readonly number[] = Object.freeze([0, 0, 2832, 2848, 2864, 2864, Infinity]);
const shortestLength = 2832;
/** A packet that says to be shorter has no slot types and clocks, whatever its version. */
const lengthWithSlots = 2864;

/** What older hosts look for: one preamp for both inputs, gain and mute of three outputs, and how many pins there are. */
const Legacy = Object.freeze({ preamp: 16, gain: 48, mute: 60, pinCount: 360 });

const { preamp, outputGain, outputMute, mckMultiplier, pin } = parameters;

/** The live parameters as a packet or preset of `length` bytes: the store's memory, and what older hosts look for. */
export function bulkImage(store: Store, length: number): DataView<ArrayBuffer> {
  const words = new Int32Array(length >> 2);
  words.set(store.words.subarray(0, length >> 2)); // one by one in XS, so that fours are quicker
  const view = new DataView(words.buffer);
  view.setUint16(Header.length, length, true);
  view.setFloat32(Legacy.preamp, store.get(preamp), true);
  for (let i = 0; i < legacyOutputs; i++) {
    const output = legacyOutput(store.platform, i);
    view.setFloat32(Legacy.gain + 4 * i, store.get(outputGain, output), true);
    view.setUint8(Legacy.mute + i, store.get(outputMute, output));
  }
  view.setUint8(Legacy.pinCount, store.count(pin));
  return view;
}

/** A packet or preset that came in, read in place; what it does not have reads as the store has it. */
export class BulkImage {
  readonly platform: Platform;
  readonly bytes: Uint8Array;
  /** Where the fours are that the store had otherwise when this was made: all that there is to check and to set. */
  readonly differences: Uint16Array;
  /** Whether it is as this firmware writes it: it has every row, each as the store keeps it. */
  readonly isPresent: boolean;
  readonly #floats: Float32Array;
  readonly #store: Store;
  readonly #version: number;
  readonly #length: number;

  /** Throws a RangeError when the view is not 4-aligned. */
  constructor(store: Store, view: DataView) {
    const { buffer, byteOffset, byteLength } = view;
    this.platform = store.platform;
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.#floats = new Float32Array(buffer, byteOffset, byteLength >> 2);
    this.#store = store;
    this.#version = view.getUint8(Header.version);
    this.#length = view.getUint16(Header.length, true);
    this.isPresent = this.#version === bulkVersion && this.#length === imageLength;
    this.differences = store.differences(this.bytes);
  }

  /** Whether all of it may be applied: its header fits this device, and all its numbers are finite. */
  isValid(): boolean {
    const { id, channels, outputs } = this.platform;
    const { bytes } = this;
    if (this.#version < oldestVersion || this.#version > bulkVersion) return false;
    if (bytes[Header.platform] !== id) return false;
    if (bytes[Header.channels] !== channels || bytes[Header.outputs] !== outputs) return false;
    if (this.#length < shortestLength || this.#length > bytes.length) return false;
    if (!this.#isFinite(Legacy.preamp)) return false;
    for (let i = 0; i < legacyOutputs; i++) if (!this.#isFinite(Legacy.gain + 4 * i)) return false;
    const { differences } = this;
    const { length } = differences;
    for (let i = 0; i < length; i++) {
      const at = differences[i] as number;
      if (((bytes[at + 3] as number) & 127) !== 127 || this.#isFinite(at)) continue; // below 2^127
      const row = liveRows[(rowAt[at] as number) - 1];
      if (row?.kind === "float" && this.has(row)) return false;
    }
    return true;
  }

  /** Whether it has the values of a row. */
  has(row: Row): boolean {
    if (this.isPresent) return true;
    if (isSlotRow(row) && this.#length < lengthWithSlots) return false;
    return (row.offsets[0] as number) < Math.min(ends[this.#version] as number, this.bytes.length);
  }

  /** Whether it keeps a row's values as the store does. */
  isAlike(row: Row): boolean {
    return row !== mckMultiplier || this.#version >= 5;
  }

  /** A number as `Store.set` may take it; of rows that the image does not have, the store's. */
  get(row: Row, index = 0): number {
    return this.has(row) ? this.own(row, index) : this.#store.get(row, index);
  }

  /** Likewise, of a row that it has. */
  own(row: Row, index: number): number {
    const at = row.offsets[index] as number;
    if (row.kind === "float") return this.#floats[at >> 2] as number;
    const value = this.bytes[at] as number;
    if (!this.isAlike(row)) return value === 0 ? 1 : 0; // the low byte of 128 or 256
    const { words = [] } = row;
    return row.kind === "choice" && value >= words.length ? words.length - 1 : value;
  }

  text(row: Row, index: number): Uint8Array {
    const at = row.offsets[index] as number;
    return this.bytes.subarray(at, at + textBytes);
  }

  /** Of versions without a preamp for each input: that of both. */
  legacyPreamp(): number {
    return this.#floats[Legacy.preamp >> 2] as number;
  }

  #isFinite(at: number): boolean {
    return Number.isFinite(this.#floats[at >> 2]);
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
  const isLeft = (row: Row) => (row.scope === "pins" && !pins) || (row.scope === "volume" && !volume);
  if (!image.isPresent) applyOlder(store, image, isLeft);
  const wanted = liveRows.map((row) => !isLeft(row) && image.has(row) && image.isAlike(row));
  store.visit(store.take(image.differences, image.bytes, wanted), (row, index) => {
    if (wanted[row.id]) store.set(row, index, image.own(row, index));
  });
}

/** Sets what an image of another version does not have, or has otherwise. */
function applyOlder(store: Store, image: BulkImage, isLeft: (row: Row) => boolean): void {
  for (const row of liveRows) {
    if (isLeft(row)) continue;
    if (!image.has(row)) {
      if (row.scope !== "volume" && row.transport !== "status") applyMissing(store, image, row);
    } else if (!image.isAlike(row)) store.set(row, 0, image.own(row, 0));
  }
}

/** Sets what an image is too old for. */
function applyMissing(store: Store, image: BulkImage, row: Row): void {
  const count = store.count(row);
  for (let index = 0; index < count; index++)
    if (row === preamp) store.set(row, index, image.legacyPreamp());
    else store.setDefault(row, index);
}
