/** What a shell may complete: names of parameters, and the values that have words. */
import { ParameterNames } from "../modules/parameters/names";
import { platformOf } from "../modules/parameters/platforms";

/** The larger chip's names; a device may have fewer. */
const names = new ParameterNames(platformOf(1));

/** Completes what stands after `dspi get` or `dspi set`; undefined leaves it to the command line's own rules. */
export function completeParameters(words: readonly string[], current: string): string[] | undefined {
  const [command, ...rest] = words;
  if (current.startsWith("-") || (command !== "get" && command !== "set")) return undefined;
  const before = rest.at(-1) === current ? rest.slice(0, -1) : rest;
  const isValue = command === "set" && before.length % 2 === 1;
  const candidates = isValue ? valuesOf(before.at(-1) ?? "") : names.paths();
  return candidates.filter((candidate) => candidate.startsWith(current));
}

function valuesOf(path: string): readonly string[] {
  return names.paths().includes(path) ? (names.find(path).row.words ?? []) : [];
}
