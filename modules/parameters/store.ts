import { type Platform } from "./platforms";
import { accept, defaultOf, rowCount, textBytes, type Row } from "./row";
import { liveRows } from "./table";
import { encodeText } from "./text";

/** Of the table's shape (FNV-1a): values that another firmware left in memory are not taken for ours. */
const tableHash = liveRows.reduce(
  (hash, row) => hashText(hash, `${row.name} ${row.kind} ${row.min ?? ""} ${row.max ?? ""};`),
  0x811c9dc5,
);

function hashText(hash: number, text: string): number {
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * Every parameter's value, in one flat memory that outlives the store: a header word, one f32 per number, 32 bytes per
 * text. The header is the table's hash once the values are whole.
 */
export class Store {
  readonly platform: Platform;
  /** Whether the memory held the values of an earlier run; otherwise they are the factory defaults. */
  readonly restored: boolean;
  /** Called after a value has changed. */
  onChange: (row: Row, index: number) => void = () => undefined;

  readonly #header: Uint32Array;
  readonly #values: Float32Array;
  readonly #texts: Uint8Array;
  /** First position of each row, in numbers or in bytes of text. */
  readonly #bases = new Uint16Array(liveRows.length);
  readonly #counts = new Uint16Array(liveRows.length);

  /** Bytes of memory that a platform's values take. */
  static bytes(platform: Platform): number {
    let bytes = 4;
    for (const row of liveRows) bytes += rowCount(platform, row) * (row.kind === "text" ? textBytes : 4);
    return bytes;
  }

  /** Takes `memory` (4-aligned, `Store.bytes(platform)` or more) with what it holds, if that is valid. */
  constructor(platform: Platform, memory: ArrayBufferLike) {
    let numbers = 0;
    let bytes = 0;
    for (const row of liveRows) {
      const count = rowCount(platform, row);
      this.#counts[row.id] = count;
      this.#bases[row.id] = row.kind === "text" ? bytes : numbers;
      if (row.kind === "text") bytes += count * textBytes;
      else numbers += count;
    }
    this.platform = platform;
    this.#header = new Uint32Array(memory, 0, 1);
    this.#values = new Float32Array(memory, 4, numbers);
    this.#texts = new Uint8Array(memory, 4 + 4 * numbers, bytes);
    this.restored = this.#header[0] === this.#signature() && this.#isValid();
    if (!this.restored) this.reset();
  }

  /** Number of values that a row has. */
  count(row: Row): number {
    return this.#counts[row.id] as number;
  }

  /** The value of a row at an index. */
  get(row: Row, index = 0): number {
    return this.#values[(this.#bases[row.id] as number) + index] as number;
  }

  /** Sets a value within the row's rules, or ignores it; returns whether the value changed. */
  set(row: Row, index: number, value: number): boolean {
    const accepted = accept(row, value);
    if (accepted === undefined) return false;
    const at = (this.#bases[row.id] as number) + index;
    if (this.#values[at] === Math.fround(accepted)) return false;
    this.#values[at] = accepted;
    this.onChange(row, index);
    return true;
  }

  /** The 32 bytes of a text, as they are in memory. */
  text(row: Row, index: number): Uint8Array {
    const at = (this.#bases[row.id] as number) + index * textBytes;
    return this.#texts.subarray(at, at + textBytes);
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
    this.#header[0] = 0; // not whole until the end
    for (const row of liveRows) {
      if (isKept?.(row)) continue;
      const count = this.count(row);
      for (let index = 0; index < count; index++) this.setDefault(row, index);
    }
    this.#header[0] = this.#signature();
  }

  #signature(): number {
    return (tableHash ^ this.platform.id) >>> 0;
  }

  /** Whether every value is one that `set` would have stored: a crash may have written anywhere. */
  #isValid(): boolean {
    for (const row of liveRows) {
      const count = this.count(row);
      for (let index = 0; index < count; index++) {
        if (
          row.kind === "text" ? this.text(row, index)[textBytes - 1] !== 0 : !this.#isLegal(row, this.get(row, index))
        )
          return false;
      }
    }
    return true;
  }

  #isLegal(row: Row, value: number): boolean {
    if (row.kind !== "float" && value !== (value & 255)) return false;
    return accept(row, value) === value;
  }
}
