import type { ParameterNames, Place } from "../parameters/names";

/**
 * The parameters that a pattern names, in the order of the table: one, a group (`out1.eq`), or all where `*` stands for
 * anything (`*.gain`). Throws a RangeError when there are none.
 */
export function match(names: ParameterNames, pattern: string): Place[] {
  const isMatch = matcher(pattern);
  const places = names
    .paths()
    .filter(isMatch)
    .map((path) => names.find(path));
  if (places.length > 0) return places;
  if (pattern.includes("*")) throw new RangeError(`the ${names.platform.name} has no parameter like "${pattern}"`);
  return [names.find(pattern)]; // which says what may have been meant
}

function matcher(pattern: string): (path: string) => boolean {
  if (!pattern.includes("*")) return (path) => path === pattern || path.startsWith(`${pattern}.`);
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`);
  return (path) => expression.test(path);
}
