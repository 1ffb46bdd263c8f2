/** How commands write to the terminal. */
import type { Setting } from "../modules/client/wire";
import { formatValue, plainValue } from "../modules/client/format";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** A name comes from whoever set it: nothing in it may steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

/** `out1.gain: 0 dB → -3 dB`; an absent value is one that is not set. */
export function changeLine(
  { path, row }: Setting,
  before: number | string | undefined,
  after: number | string | undefined,
) {
  const show = (value: number | string | undefined) =>
    value === undefined ? "not set" : printable(typeof value === "string" ? `"${value}"` : formatValue(row, value));
  return `${path}: ${show(before)} → ${show(after)}`;
}

/** The same for programs, with values as files have them. */
export function changeObject(
  { path, row }: Setting,
  before: number | string | undefined,
  after: number | string | undefined,
) {
  const plain = (value: number | string | undefined) => (value === undefined ? null : plainValue(row, value));
  return { name: path, before: plain(before), after: plain(after) };
}
