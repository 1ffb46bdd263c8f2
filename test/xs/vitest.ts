/**
 * The part of vitest that specs of `modules/` may use, for running them inside XS: describe, describe.each, it, it.each,
 * and expect(value) with or without `.not`, followed by
 *   toBe toEqual toStrictEqual toBeCloseTo toBeUndefined toBeDefined toBeNull toBeTruthy toBeFalsy toBeNaN
 *   toBeInstanceOf toBeLessThan toBeLessThanOrEqual toBeGreaterThan toBeGreaterThanOrEqual toContain toHaveLength toThrow
 * expect takes a message as its second argument. The title of an `each` may hold %s, %d, %i, %f, %j and %#.
 */

import { log } from "../../native/xs/host";

type Body = () => void | Promise<void>;
type Row = unknown;

interface Spec {
  name: string;
  body: Body;
}

const specs: Spec[] = [];
let path: string[] = [];

/** Makes the titles that follow start with the name of their spec file. */
export function file(name: string): void {
  path = [name];
}

export function describe(title: string, body: () => void): void {
  path.push(title);
  body();
  path.pop();
}

export function it(title: string, body: Body): void {
  specs.push({ name: [...path, title].join(" > "), body });
}

export const test = it;

describe.each = forEach((title, body) => {
  describe(title, () => void body());
});
it.each = forEach(it);

function forEach(define: (title: string, body: Body) => void) {
  return (rows: readonly Row[]) => (title: string, body: (...row: never[]) => void | Promise<void>) => {
    rows.forEach((row, index) => {
      const values: unknown[] = Array.isArray(row) ? row : [row];
      define(fillIn(title, values, index), () => (body as (...row: unknown[]) => void | Promise<void>)(...values));
    });
  };
}

/** printf-style titles, as vitest has them. */
function fillIn(title: string, values: unknown[], index: number): string {
  let next = 0;
  return title
    .split("%")
    .map((part, position) => {
      if (position === 0) return part;
      const rest = part.slice(1);
      switch (part[0]) {
        case "s":
        case "d":
        case "f":
          return String(values[next++]) + rest;
        case "i":
          return String(Math.trunc(Number(values[next++]))) + rest;
        case "j":
          return JSON.stringify(values[next++]) + rest;
        case "#":
          return String(index) + rest;
        default:
          return `%${part}`;
      }
    })
    .join("");
}

/** Runs every spec, one after another; each gives a line of JSON for the host to read. */
export async function run(): Promise<void> {
  for (const { name, body } of specs) {
    let error: string | undefined;
    try {
      await body();
    } catch (thrown) {
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    log(JSON.stringify({ name, error }));
  }
}

export function expect(value: unknown, message = ""): Expectation & { not: Expectation } {
  return Object.assign(new Expectation(value, message, false), { not: new Expectation(value, message, true) });
}

class Expectation {
  readonly #value: unknown;
  readonly #message: string;
  readonly #not: boolean;

  constructor(value: unknown, message: string, not: boolean) {
    this.#value = value;
    this.#message = message;
    this.#not = not;
  }

  #check(passed: boolean, what: string): void {
    if (passed !== this.#not) return;
    const message = this.#message === "" ? "" : `${this.#message}: `;
    throw new Error(`${message}${show(this.#value)}, expected ${this.#not ? "not " : ""}${what}`);
  }

  #number(): number {
    if (typeof this.#value !== "number") throw new Error(`${show(this.#value)}, expected a number`);
    return this.#value;
  }

  toBe(expected: unknown): void {
    this.#check(Object.is(this.#value, expected), show(expected));
  }
  toEqual(expected: unknown): void {
    this.#check(equal(this.#value, expected), show(expected));
  }
  toStrictEqual(expected: unknown): void {
    this.#check(equal(this.#value, expected), show(expected));
  }
  /** Within half a unit of a decimal place. */
  toBeCloseTo(expected: number, digits = 2): void {
    const value = this.#number();
    const close = value === expected || Math.abs(value - expected) < Math.pow(10, -digits) / 2;
    this.#check(close, `${show(expected)} to ${digits} digits`);
  }
  toBeUndefined(): void {
    this.#check(this.#value === undefined, "undefined");
  }
  toBeDefined(): void {
    this.#check(this.#value !== undefined, "something defined");
  }
  toBeNull(): void {
    this.#check(this.#value === null, "null");
  }
  toBeTruthy(): void {
    this.#check(Boolean(this.#value), "something truthy");
  }
  toBeFalsy(): void {
    this.#check(!this.#value, "something falsy");
  }
  toBeNaN(): void {
    this.#check(Number.isNaN(this.#value), "NaN");
  }
  toBeInstanceOf(expected: abstract new (...args: never[]) => unknown): void {
    this.#check(this.#value instanceof expected, `an instance of ${expected.name}`);
  }
  toBeLessThan(limit: number): void {
    this.#check(this.#number() < limit, `less than ${show(limit)}`);
  }
  toBeLessThanOrEqual(limit: number): void {
    this.#check(this.#number() <= limit, `at most ${show(limit)}`);
  }
  toBeGreaterThan(limit: number): void {
    this.#check(this.#number() > limit, `greater than ${show(limit)}`);
  }
  toBeGreaterThanOrEqual(limit: number): void {
    this.#check(this.#number() >= limit, `at least ${show(limit)}`);
  }
  toContain(item: unknown): void {
    const value = this.#value;
    const contains =
      typeof value === "string" ? value.includes(String(item)) : [...(value as Iterable<unknown>)].includes(item);
    this.#check(contains, `something with ${show(item)}`);
  }
  toHaveLength(length: number): void {
    this.#check((this.#value as ArrayLike<unknown>).length === length, `a length of ${length}`);
  }
  /** A string must be part of the message, a class be that of the error. */
  toThrow(expected?: string | (abstract new (...args: never[]) => unknown)): void {
    let thrown: unknown;
    let threw = false;
    try {
      (this.#value as () => void)();
    } catch (error) {
      threw = true;
      thrown = error;
    }
    if (typeof expected === "string") {
      this.#check(
        threw && String((thrown as Error).message).includes(expected),
        `throwing "${expected}", got ${show(thrown)}`,
      );
    } else if (expected) {
      this.#check(threw && thrown instanceof expected, `throwing ${expected.name}, got ${show(thrown)}`);
    } else {
      this.#check(threw, "throwing");
    }
  }
}

function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof ArrayBuffer) return equal(new Uint8Array(a), new Uint8Array(b as ArrayBuffer));
  if (a instanceof Map || a instanceof Set) return equal([...a], [...(b as Iterable<unknown>)]);
  const left = entries(a);
  const right = entries(b);
  return (
    left.length === right.length && left.every(([key, value]) => equal(value, (b as Record<string, unknown>)[key]))
  );
}

/** Properties that are there; vitest's toEqual, too, takes an undefined property for a missing one. */
function entries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

function show(value: unknown): string {
  const text = describeValue(value);
  return text.length > 200 ? `${text.slice(0, 200)} …` : text;
}

function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Error) return String(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer [${new Uint8Array(value).join(", ")}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} [${(value as Uint8Array).join(", ")}]`;
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return String(value);
}
