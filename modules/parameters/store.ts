import { imageLength, indexAt, rowAt, writeHeader } from "./layout";
import { type Platform, platforms } from "./platforms";
import { accept, defaultOf, rowCount, textBytes, type Row } from "./row";
import { liveRows } from "./table";
import { encodeText } from "./text";

type Compare = typeof differences;

/** Of the table's shape (FNV-1a): values that another firmware left in memory are not taken for ours. */
const tableHash = liveRows.reduce(
  (hash, row) => hashText(hash, `${row.name} ${row.kind} ${row.min ?? ""} ${row.max ?? ""} ${row.bulk.join()};`),
  0x811c9dc5,
);

function hashText(hash: number, text: string): number {
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function signatureOf(platform: Platform): number {
  return (tableHash ^ platform.id) >>> 0;
}

/**
 * Every live parameter's value, in one flat memory that outlives the store: a word that is the table's hash once the
 * values are whole, then the bulk image.
 */
export class Store {
  readonly platform: Platform;
  /** Whether the memory held the values of an earlier run; otherwise they are the factory defaults. */
  readonly restored: boolean;
  /** Called after a value has changed. */
  onChange: (row: Row, index: number) => void = () => undefined;

  /** The values as a bulk image has them, to be copied and compared; `set` and `setText` change them. */
  readonly image: Uint8Array;
  /** The same bytes in fours, and as numbers. */
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly #signature: Uint32Array;
  readonly #counts: Uint8Array;
  readonly #compare: Compare;

  /** Bytes of memory that the values take. */
  static readonly bytes = 4 + imageLength;

  /** Takes `memory` (4-aligned, `Store.bytes` or more) with what it holds, if that is valid. A host compares faster. */
  constructor(platform: Platform, memory: ArrayBufferLike, compare: Compare = differences) {
    this.platform = platform;
    this.#compare = compare;
    this.image = new Uint8Array(memory, 4, imageLength);
    this.words = new Int32Array(memory, 4, imageLength >> 2);
    this.floats = new Float32Array(memory, 4, imageLength >> 2);
    this.#signature = new Uint32Array(memory, 0, 1);
    this.#counts = Uint8Array.from(liveRows, (row) => rowCount(platform, row));
    this.restored = this.#signature[0] === signatureOf(platform) && this.#isWhole();
    if (this.restored) return;
    this.#signature[0] = 0; // not whole until the end
    this.image.set(factory[platform.id] as Uint8Array);
    this.#signature[0] = signatureOf(platform);
  }

  /** Number of values that a row has. */
  count(row: Row): number {
    return this.#counts[row.id] as number;
  }

  /** The value of a row at an index. */
  get(row: Row, index = 0): number {
    const at = row.offsets[index] as number;
    return (row.kind === "float" ? this.floats[at >> 2] : this.image[at]) as number;
  }

  /** Sets a value within the row's rules, or ignores it; returns whether the value changed. */
  set(row: Row, index: number, value: number): boolean {
    const accepted = accept(row, value);
    if (accepted === undefined || this.get(row, index) === Math.fround(accepted)) return false;
    const at = row.offsets[index] as number;
    if (row.kind === "float") this.floats[at >> 2] = accepted;
    else this.image[at] = accepted;
    this.onChange(row, index);
    return true;
  }

  /** The 32 bytes of a text, as they are in memory. */
  text(row: Row, index: number): Uint8Array {
    const at = row.offsets[index] as number;
    return this.image.subarray(at, at + textBytes);
  }

  /** Keeps the first 31 bytes and fills with zeros; returns whether the text changed. */
  setText(row: Row, index: number, bytes: ArrayLike<number>): boolean {
    const text = this.text(row, index);
    let changed = false;
    for (let i = 0; i < textBytes; i++) {
      const byte = i < textBytes - 1 ? (bytes[i] ?? 0) : 0;
      if (text[i] !== byte) changed = true;
      text[i] = byte;
    }
    if (changed) this.onChange(row, index);
    return changed;
  }

  setDefault(row: Row, index: number): void {
    const value = defaultOf(this.platform, row, index);
    if (typeof value === "string") this.setText(row, index, encodeText(value));
    else this.set(row, index, value);
  }

  /** Factory defaults for all rows but those that are kept. */
  reset(isKept?: (row: Row) => boolean): void {
    this.#signature[0] = 0; // not whole until the end
    this.visit(this.differences(factory[this.platform.id] as Uint8Array), (row, index) => {
      if (!isKept?.(row)) this.setDefault(row, index);
    });
    this.#signature[0] = signatureOf(this.platform);
  }

  /** Where an image, or as much of one as there is, differs from the live one: offsets of fours. */
  differences(bytes: Uint8Array): Uint16Array {
    const shared = bytes.subarray(0, imageLength);
    const found = new Uint16Array(shared.length >> 2);
    return found.subarray(0, this.#compare(shared, this.image, found.buffer));
  }

  /**
   * Sets the numbers and texts that an image of the store's own layout has at some offsets, as `set` does, and returns the
   * other offsets. Rows that are left stay as they are.
   */
  take(offsets: Uint16Array, bytes: Uint8Array, isLeft: (row: Row) => boolean): Uint16Array {
    const { words, floats } = this;
    const newWords = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const newFloats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const others = new Uint16Array(offsets.length);
    let otherCount = 0;
    const { length } = offsets;
    for (let i = 0; i < length; i++) {
      const at = offsets[i] as number;
      const row = liveRows[(rowAt[at] as number) - 1];
      if (row === undefined || (row.kind !== "float" && row.kind !== "text")) {
        others[otherCount++] = at;
        continue;
      }
      const index = indexAt[at] as number;
      if (index >= (this.#counts[row.id] as number) || (row.scope !== "live" && isLeft(row))) continue;
      if (row.kind === "float") {
        const value = newFloats[at >> 2] as number;
        if (value >= (row.min as number) && value <= (row.max as number)) {
          floats[at >> 2] = value + 0; // −0 + 0 is 0
          this.onChange(row, index);
        } else this.set(row, index, value);
      } else {
        const isLast = at - (row.offsets[index] as number) === textBytes - 4;
        words[at >> 2] = (newWords[at >> 2] as number) & (isLast ? 0xffffff : -1); // its last byte is 0
        this.onChange(row, index);
      }
    }
    return others.subarray(0, otherCount);
  }

  /** Calls back with every value of this platform that is at one of the offsets, once. */
  visit(offsets: Uint16Array, callback: (row: Row, index: number) => void): void {
    const { length } = offsets;
    let text = 0; // the one that was visited last: it takes many fours
    for (let i = 0; i < length; i++) {
      const offset = offsets[i] as number;
      for (let at = offset; at < offset + 4; at++) {
        const place = rowAt[at] as number;
        if (place === 0) continue;
        const row = liveRows[place - 1] as Row;
        const index = indexAt[at] as number;
        const { kind } = row;
        const isByte = kind !== "float" && kind !== "text";
        if (index < (this.#counts[row.id] as number)) {
          if (kind !== "text") callback(row, index);
          else if (text !== row.offsets[index]) {
            text = row.offsets[index] as number;
            callback(row, index);
          }
        }
        if (!isByte) break;
      }
    }
  }

  /** Whether the memory is as the store would have written it, between the values too: a crash may have written anywhere. */
  #isWhole(): boolean {
    const bytes = new Uint8Array(imageLength);
    const floats = new Float32Array(bytes.buffer, 0, imageLength >> 2);
    writeHeader(this.platform, bytes);
    for (const row of liveRows) {
      const { offsets, kind } = row;
      const count = this.count(row);
      for (let index = 0; index < count; index++) {
        const at = offsets[index] as number;
        if (kind === "text") bytes.set(this.text(row, index).subarray(0, textBytes - 1), at);
        else if (kind === "float") floats[at >> 2] = accept(row, this.get(row, index)) ?? NaN;
        else bytes[at] = accept(row, this.get(row, index)) ?? 0;
      }
    }
    const { words } = this;
    const expected = new Int32Array(bytes.buffer, 0, words.length);
    for (let i = 0; i < words.length; i++) if (words[i] !== expected[i]) return false;
    return true;
  }
}

/** Images with all defaults, by platform. */
const factory: readonly Uint8Array[] = Object.freeze(platforms.map(factoryImage));

function factoryImage(platform: Platform): Uint8Array {
  const image = new Uint8Array(imageLength);
  const view = new DataView(image.buffer);
  writeHeader(platform, image);
  for (const row of liveRows) {
    const count = rowCount(platform, row);
    for (let index = 0; index < count; index++) {
      const value = defaultOf(platform, row, index);
      const at = row.offsets[index] as number;
      if (typeof value === "string") image.set(encodeText(value).slice(0, textBytes - 1), at);
      else if (row.kind === "float") view.setFloat32(at, value, true);
      else image[at] = value;
    }
  }
  return image;
}

/** Compares bytes in fours as `Host.differences` does. */
export function differences(bytes: Uint8Array, others: Uint8Array, into: ArrayBuffer): number {
  const offsets = new Uint16Array(into);
  let found = 0;
  for (let at = 0; at < bytes.length; at++)
    if (bytes[at] !== others[at]) {
      at &= -4;
      offsets[found++] = at;
      at += 3;
    }
  return found;
}
