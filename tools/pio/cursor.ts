/** Reads the tokens of one line: words, values and expressions. */
import type { Line } from "./tokens";

/** Rank and meaning; the tightest have the highest rank. As in pioasm, `|`, `&` and `^` are the tightest. */
const operators: Record<string, { rank: number; apply: (left: number, right: number) => number }> = {
  "<<": { rank: 1, apply: (left, right) => left << right },
  ">>": { rank: 1, apply: (left, right) => left >> right },
  "+": { rank: 2, apply: (left, right) => left + right },
  "-": { rank: 2, apply: (left, right) => left - right },
  "*": { rank: 3, apply: (left, right) => left * right },
  "/": { rank: 3, apply: (left, right) => left / right },
  "|": { rank: 4, apply: (left, right) => left | right },
  "&": { rank: 4, apply: (left, right) => left & right },
  "^": { rank: 4, apply: (left, right) => left ^ right },
};

export class Cursor {
  #next = 0;
  readonly #line: Line;
  readonly #lookup: (name: string) => number | undefined;

  /** `lookup` tells a symbol's value. */
  constructor(line: Line, lookup: (name: string) => number | undefined) {
    this.#line = line;
    this.#lookup = lookup;
  }

  /** The next token in lower case, not taken. */
  peek(): string | undefined {
    return this.#line.tokens[this.#next]?.toLowerCase();
  }

  /** Takes the next token if it is this one. */
  accept(token: string): boolean {
    const found = this.peek() === token;
    if (found) this.#next++;
    return found;
  }

  expect(token: string): void {
    if (!this.accept(token)) this.fail(`expected "${token}"`);
  }

  /** Takes one of these words, or the empty one if it is among them; returns its place in `words`. */
  choose(words: readonly string[]): number {
    const word = this.peek();
    const index = word ? words.indexOf(word) : -1;
    if (index >= 0) {
      this.#next++;
      return index;
    }
    const none = words.indexOf("");
    return none >= 0 ? none : this.fail(`expected ${words.filter(Boolean).join(", ")}`);
  }

  /** A number, a symbol or an expression in parentheses, within limits. */
  value(what: string, low: number, high: number): number {
    return this.#within(this.#primary(), what, low, high);
  }

  /** An expression, within limits. */
  expression(what: string, low: number, high: number): number {
    return this.#within(this.#operations(0), what, low, high);
  }

  end(): void {
    if (this.peek() !== undefined) this.fail("expected the end of the line");
  }

  fail(expected: string): never {
    const found = this.#line.tokens[this.#next];
    throw new Error(
      `${this.#line.where}: ${expected}, found ${found === undefined ? "the end of the line" : `"${found}"`}.`,
    );
  }

  #within(value: number, what: string, low: number, high: number): number {
    if (value >= low && value <= high) return value;
    throw new Error(`${this.#line.where}: ${what} is ${value}, expected ${low} to ${high}.`);
  }

  /** Takes operators of more than the `outer` rank. */
  #operations(outer: number): number {
    let left: number;
    if (this.accept("-")) left = -this.#operations(2);
    else if (this.accept("::")) left = reversed(this.#operations(0));
    else left = this.#primary();
    for (;;) {
      const operator = operators[this.peek() ?? ""];
      if (!operator || operator.rank <= outer) return left;
      this.#next++;
      const result = operator.apply(left, this.#operations(operator.rank));
      if (!Number.isFinite(result)) this.fail("expected a divisor other than 0");
      left = Math.trunc(result);
    }
  }

  #primary(): number {
    const token = this.#line.tokens[this.#next];
    if (token === undefined) this.fail("expected a value");
    if (this.accept("(")) {
      const value = this.#operations(0);
      this.expect(")");
      return value;
    }
    if (/^\d/.test(token)) {
      this.#next++;
      return Number(token);
    }
    const value = this.#lookup(token);
    if (value === undefined) this.fail("expected a number or a symbol that is defined");
    this.#next++;
    return value;
  }
}

function reversed(value: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) result = (result << 1) | ((value >>> bit) & 1);
  return result;
}
