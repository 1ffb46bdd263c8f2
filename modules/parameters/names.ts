/** Parameters by name, as configuration files and commands write them: `out1.eq.2.frequency`. */
import { isValidPin } from "../pins/pin-map";
import type { Platform } from "./platforms";
import { axisSize, axisWords, textBytes, type Axis, type Row } from "./row";
import { rows } from "./table";
import { encodeText } from "./text";

/** One value of one row, and what it is called. */
export interface Place {
  readonly path: string;
  readonly row: Row;
  readonly index: number;
}

/** Before a number that stands for itself where words were expected. */
export const rawPrefix = "raw ";

export class ParameterNames {
  readonly platform: Platform;
  readonly #places = new Map<string, Place>();

  constructor(platform: Platform) {
    this.platform = platform;
    for (const row of rows)
      for (const { path, index } of expand(platform, row)) this.#places.set(path, { path, row, index });
  }

  /** Every name there is, in the order of the table. */
  paths(): string[] {
    return [...this.#places.keys()];
  }

  /** The place that a path names; throws a RangeError that suggests what may have been meant. */
  find(path: string): Place {
    const place = this.#places.get(path);
    if (place === undefined) throw new RangeError(this.#unknown(path));
    return place;
  }

  /**
   * The value as the store has it: numbers for words and booleans, the text of texts. `value` comes from a file or a
   * command: a number, a boolean or a string. Throws a RangeError that says what was expected.
   */
  parse(path: string, value: unknown): Place & { readonly value: number | string } {
    const place = this.find(path);
    const parsed = parseValue(this.platform, place.row, value);
    if (parsed === undefined)
      throw new RangeError(`${path}: expected ${expectation(this.platform, place.row)}, not ${show(value)}`);
    return { ...place, value: parsed };
  }

  /** Every name and every group of names. */
  *#candidates(): Generator<string> {
    yield* this.#places.keys();
    for (const path of this.#places.keys())
      for (let at = path.indexOf("."); at > 0; at = path.indexOf(".", at + 1)) yield path.slice(0, at);
  }

  #unknown(path: string): string {
    const inGroup = this.paths().find((other) => other.startsWith(`${path}.`));
    if (inGroup !== undefined) return `"${path}" is a group of parameters: name one of them, such as "${inGroup}"`;
    let nearest = "";
    let least = Infinity;
    for (const other of this.#candidates()) {
      const distance = editDistance(path, other);
      if (distance < least) [nearest, least] = [other, distance];
    }
    return `the ${this.platform.name} has no parameter "${path}": did you mean "${nearest}"?`;
  }
}

/** What a row takes, in words. */
export function expectation(platform: Platform, row: Row): string {
  if (row.kind === "text") return `a text of at most ${textBytes - 1} bytes`;
  if (row.unit === "GPIO") return `a usable GPIO of the ${platform.name} (0–11, 13–22, 26–${platform.highestPin})`;
  if (row.words !== undefined)
    return row.words.length === 2 ? row.words.join(" or ") : `one of ${row.words.join(", ")}`;
  return `a number ${row.min} … ${row.max}${row.unit === undefined ? "" : ` ${row.unit}`}`;
}

function parseValue(platform: Platform, row: Row, value: unknown): number | string | undefined {
  if (row.kind === "text") {
    const text = typeof value === "number" ? String(value) : value;
    return typeof text === "string" && encodeText(text).length < textBytes ? text : undefined;
  }
  if (row.words !== undefined) return parseWord(row.words, value) ?? parseRaw(row, value);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  if (row.unit === "GPIO") return Number.isInteger(number) && isValidPin(platform, number) ? number : undefined;
  return number >= (row.min as number) && number <= (row.max as number) ? number : undefined;
}

function parseWord(words: readonly string[], value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  const word = String(value).toLowerCase();
  const truth = words[1] === "on" ? ["false", "true"].indexOf(word) : -1;
  const found = truth >= 0 ? truth : words.indexOf(word);
  return found >= 0 ? found : undefined;
}

/** A value that has no word, as another host may have set it, of a row that keeps such values: `raw 200`. */
function parseRaw({ kind, words = [] }: Row, value: unknown): number | undefined {
  if (kind !== "byte" || typeof value !== "string" || !value.startsWith(rawPrefix)) return undefined;
  const number = Number(value.slice(rawPrefix.length));
  return Number.isInteger(number) && number >= words.length && number <= 255 ? number : undefined;
}

function show(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? String(value));
}

/** Every path of a row with its index. */
function expand(platform: Platform, row: Row): { path: string; index: number }[] {
  return row.axes.reduce(
    (places, axis: Axis) =>
      places.flatMap(({ path, index }) =>
        axisWords(platform, axis).map((word, i) => ({
          path: path.replace(`{${axis}}`, word),
          index: index * axisSize(platform, axis) + i,
        })),
      ),
    [{ path: row.name, index: 0 }],
  );
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] as number) + 1, (current[j - 1] as number) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
