/** The shape of a row of the parameter table, and what follows from a row alone. */
import { bandCount, inputCount, largest, presetCount, storedBands, type Platform } from "./platforms";

/**
 * - `flag`: u8, any value but 0 is 1
 * - `byte`: u8, stored as sent
 * - `choice`: u8, ignored when it has no word
 * - `float`: f32, clamped to `min` … `max`; ignored when not finite
 * - `text`: 32 bytes, the last one 0
 */
export type Kind = "flag" | "byte" | "choice" | "float" | "text";

/** What a parameter is repeated over. `port` is an entry of the pin table: the slots, then PDM. */
export type Axis = "input" | "channel" | "output" | "slot" | "port" | "band" | "preset";

/**
 * How a SET travels:
 * - `plain`: OUT, index in the low byte of wValue, value as payload
 * - `status`: IN, value and index in wValue, answers a status byte
 * - `band`, `route`, `startup`: OUT, together with the other fields of its band, route or startup policy
 */
export type Transport = "plain" | "status" | "band" | "route" | "startup";

/**
 * Where a value is kept:
 * - `live` in live memory, and in every preset
 * - `pins` likewise, but a preset applies it only when presets include pins
 * - `volume` likewise, but a preset applies it only in volume mode 1
 * - `directory` in the preset directory, which the device has once
 */
export type Scope = "live" | "pins" | "volume" | "directory";

/** The part of the engine's parameter block that depends on a row. */
export type Stage =
  "band" | "input" | "bypass" | "route" | "output" | "delay" | "master" | "loudness" | "crossfeed" | "leveller";

export interface Declaration {
  /** Dotted path; `{axis}` stands for the word of an index along that axis. */
  readonly name: string;
  readonly about: string;
  readonly kind: Kind;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** −∞ is accepted and means `min`. */
  readonly minusInfinity?: true;
  /** Words for the values 0, 1, 2 … */
  readonly words?: readonly string[];
  readonly default: number | string | ((platform: Platform, index: number) => number | string);
  readonly set: number;
  readonly get: number;
  readonly transport?: Transport;
  /** Offset in the bulk packet, then the stride along each axis of the name; a value of the directory has none. */
  readonly bulk?: readonly number[];
  readonly scope?: Scope;
  readonly stage?: Stage;
}

export interface Row extends Declaration {
  /** Position in the table. */
  readonly id: number;
  readonly axes: readonly Axis[];
  readonly transport: Transport;
  readonly scope: Scope;
  readonly bulk: readonly number[];
  /** Where each value is in the bulk packet, whose arrays have the largest platform's size; empty for the directory. */
  readonly offsets: readonly number[];
}

/** Bytes a text takes, its final 0 included. */
export const textBytes = 32;

/** The axes that a name has, in its order; the last one varies fastest in an index. */
export function axesOf(name: string): Axis[] {
  return name
    .split(".")
    .filter((part) => part.startsWith("{"))
    .map((part) => part.slice(1, -1) as Axis);
}

/** Number of values along an axis. */
export function axisSize(platform: Platform, axis: Axis): number {
  switch (axis) {
    case "input":
      return inputCount;
    case "channel":
      return platform.channels;
    case "output":
      return platform.outputs;
    case "slot":
      return platform.slots;
    case "port":
      return platform.slots + 1;
    case "band":
      return storedBands;
    case "preset":
      return presetCount;
  }
}

/** What each index along an axis is called; of the bands, those that filter. */
export function axisWords(platform: Platform, axis: Axis): string[] {
  const numbered = (prefix: string, count: number, first = 1) =>
    Array.from({ length: count }, (_, i) => `${prefix}${i + first}`);
  const inputs = ["left", "right"];
  const outputs = [...numbered("out", platform.outputs - 1), "pdm"];
  const slots = numbered("slot", platform.slots);
  const words: Record<Axis, string[]> = {
    input: inputs,
    channel: [...inputs, ...outputs],
    output: outputs,
    slot: slots,
    port: [...slots, "pdm"],
    band: numbered("", bandCount),
    preset: numbered("preset", presetCount, 0),
  };
  return words[axis];
}

/** Number of values that a row has on a platform. */
export function rowCount(platform: Platform, row: Row): number {
  return row.axes.reduce((count, axis) => count * axisSize(platform, axis), 1);
}

/** The `offsets` of a row, from its `bulk`. */
export function offsetsOf([base, ...strides]: readonly number[], axes: readonly Axis[]): number[] {
  if (base === undefined) return [];
  const along = (offset: number, stride: number, axis: Axis) =>
    Array.from({ length: axisSize(largest, axis) }, (_, i) => offset + i * stride);
  return axes.reduce(
    (offsets, axis, i) => offsets.flatMap((offset) => along(offset, strides[i] as number, axis)),
    [base],
  );
}

/** Bytes that a value takes in the bulk packet. */
export function sizeOf(row: Row): number {
  return row.kind === "float" ? 4 : row.kind === "text" ? textBytes : 1;
}

export function defaultOf(platform: Platform, row: Row, index: number): number | string {
  return typeof row.default === "function" ? row.default(platform, index) : row.default;
}

/** The value to store for one that was asked for, or undefined when the request is to be ignored. */
export function accept(row: Row, value: number): number | undefined {
  const { kind, min = 0, max = 0 } = row;
  if (kind === "flag") return value === 0 ? 0 : 1;
  if (kind === "byte") return value;
  if (kind === "choice") return value < (row.words?.length ?? 0) ? value : undefined;
  if (value >= min) return value <= max ? value + 0 : value === Infinity ? undefined : max; // −0 + 0 is 0
  if (value < min) return value > -Infinity || row.minusInfinity ? min : undefined;
  return undefined; // NaN
}
