/** Values as people read them. */
import { rawPrefix } from "../parameters/names";
import type { Row } from "../parameters/row";
import { shortestDecimal } from "./decimal";

/** A value as files have it, so that `parse` gives it back: a word, a number, a text. */
export function plainValue(row: Row, value: number | string): number | string {
  if (typeof value === "string") return value;
  if (row.words === undefined) return row.kind === "float" ? shortestDecimal(value) : value;
  const word = row.words[value] ?? `${rawPrefix}${value}`;
  return String(Number(word)) === word ? Number(word) : word;
}

/** A value in words and units: `peaking`, `-3 dB`. */
export function formatValue(row: Row, value: number | string): string {
  if (typeof value === "string") return value;
  if (row.unit === "GPIO") return `GPIO ${value}`;
  const text = String(plainValue(row, value));
  return row.unit === undefined ? text : `${text} ${row.unit}`;
}
