/**
 * Assembler for the RP2040's PIO (RP2040 datasheet 3.3, and pioasm's directives for state machine settings):
 * the same bits as pioasm, for builds that have no C++ compiler.
 */
import { readFile } from "node:fs/promises";

import { Cursor } from "./cursor";
import { encodeInstruction, mnemonics } from "./instructions";
import type { PinShift, PioProgram } from "./program";
import { type Line, tokenize } from "./tokens";

const memory = 32; // instructions of a PIO block, datasheet 3.2

/** Words pioasm gives a meaning, which therefore cannot be names. */
const reserved = new Set<string>([
  ...mnemonics,
  ..."pin gpio osre jmppin prev next pins null pindirs block noblock ifempty iffull nowait clear rel x y exec pc".split(
    " ",
  ),
  ..."isr osr opt optional side sideset side_set status public rp2040 rp2350 rxfifo txfifo txrx tx rx".split(" "),
  ..."txput txget putget left right auto manual one zero".split(" "),
]);

interface Symbol {
  public: boolean;
  /** Evaluated when it is used: a define may name a label further down. */
  value: () => number;
}

type Scope = Map<string, Symbol>;

interface Draft {
  name: string;
  symbols: Scope;
  settings: Line[];
  instructions: Line[];
  wrapTarget?: number;
  wrap?: number;
}

export async function assembleFile(path: string): Promise<PioProgram[]> {
  return assemble(await readFile(path, "utf8"), path);
}

/** The programs of a source in order. Throws an Error that names file and line. */
export function assemble(source: string, file: string): PioProgram[] {
  const globals: Scope = new Map();
  const drafts: Draft[] = [];
  for (const line of tokenize(source, file)) {
    if (isWord(line, ".program")) {
      const name = line.tokens[1];
      if (name === undefined || line.tokens.length > 2) throw new Error(`${line.where}: expected .program NAME.`);
      drafts.push({ name, symbols: new Map(), settings: [], instructions: [] });
    } else {
      const draft = drafts.at(-1);
      if (draft) collect(line, draft, globals);
      else if (isWord(line, ".define")) define(line, globals, globals);
      else throw new Error(`${line.where}: expected .program before the first "${line.tokens[0]}".`);
    }
  }
  if (drafts.length === 0) throw new Error(`${file}: expected .program, found none.`);
  return drafts.map((draft) => finish(draft, globals));
}

function isWord(line: Line, word: string): boolean {
  return line.tokens[0]?.toLowerCase() === word;
}

/** First pass: what depends on the place in the source. */
function collect(line: Line, draft: Draft, globals: Scope): void {
  const address = draft.instructions.length;
  const { tokens, where } = line;
  const labelEnd = tokens.indexOf(":");
  if (labelEnd >= 0) {
    declare(line, tokens.slice(0, labelEnd), () => address, draft.symbols, globals);
    if (tokens.length > labelEnd + 1) draft.instructions.push({ tokens: tokens.slice(labelEnd + 1), where });
  } else if (isWord(line, ".define")) {
    define(line, draft.symbols, globals);
  } else if (isWord(line, ".wrap_target")) {
    draft.wrapTarget = once(line, draft.wrapTarget, address);
  } else if (isWord(line, ".wrap")) {
    if (address === 0) throw new Error(`${where}: expected an instruction before .wrap.`);
    draft.wrap = once(line, draft.wrap, address - 1);
  } else if (isWord(line, ".word") || !(tokens[0] as string).startsWith(".")) {
    draft.instructions.push(line);
  } else {
    draft.settings.push(line);
  }
}

function once(line: Line, before: number | undefined, value: number): number {
  if (before !== undefined) throw new Error(`${line.where}: a second ${line.tokens[0]} in one program.`);
  return value;
}

/** `.define [public] NAME EXPRESSION` */
function define(line: Line, scope: Scope, globals: Scope): void {
  const nameEnd = line.tokens[1]?.toLowerCase() === "public" || line.tokens[1] === "*" ? 3 : 2;
  const expression = { tokens: line.tokens.slice(nameEnd), where: line.where };
  let evaluating = false;
  const value = () => {
    if (evaluating) throw new Error(`${line.where}: a definition that needs itself.`);
    evaluating = true;
    const cursor = new Cursor(expression, lookup(scope, globals));
    const result = cursor.expression("the value", -(2 ** 31), 2 ** 32 - 1);
    cursor.end();
    evaluating = false;
    return result;
  };
  declare(line, line.tokens.slice(1, nameEnd), value, scope, globals);
}

/** `words` is `NAME`, `public NAME` or `* NAME`. */
function declare(line: Line, words: string[], value: () => number, scope: Scope, globals: Scope): void {
  const [name, qualifier] = words.reverse();
  const isPublic = qualifier?.toLowerCase() === "public" || qualifier === "*";
  if (name === undefined || !/^[a-z_]/i.test(name) || words.length > (isPublic ? 2 : 1))
    throw new Error(`${line.where}: expected a name.`);
  if (reserved.has(name.toLowerCase()))
    throw new Error(`${line.where}: "${name}" is a reserved word, choose another name.`);
  if (scope.has(name) || globals.has(name)) throw new Error(`${line.where}: "${name}" is defined twice.`);
  scope.set(name, { public: isPublic, value });
}

function lookup(...scopes: Scope[]): (name: string) => number | undefined {
  return (name) =>
    scopes
      .find((scope) => scope.has(name))
      ?.get(name)
      ?.value();
}

/** Second pass: every symbol is known. */
function finish(draft: Draft, globals: Scope): PioProgram {
  const { name, instructions } = draft;
  const first = instructions[0];
  if (!first) throw new Error(`Program ${name}: expected at least one instruction.`);
  const beyond = instructions[memory];
  if (beyond) throw new Error(`${beyond.where}: program ${name} is longer than ${memory} instructions.`);

  const find = lookup(draft.symbols, globals);
  const program: PioProgram = {
    name,
    instructions: [],
    wrapTarget: draft.wrapTarget ?? 0,
    wrap: draft.wrap ?? instructions.length - 1,
    origin: -1,
    sideset: { size: 0, optional: false, pindirs: false },
    fifo: "txrx",
    out: { pins: 0, right: true, auto: false, threshold: 32 },
    in: { pins: 32, right: true, auto: false, threshold: 32 },
    setPins: 0,
    symbols: {},
  };
  for (const line of draft.settings) applySetting(program, new Cursor(line, find));
  program.instructions = instructions.map((line) => {
    const cursor = new Cursor(line, find);
    return cursor.accept(".word")
      ? cursor.value("the word", 0, 0xffff)
      : encodeInstruction(cursor, program.sideset, instructions.length);
  });
  for (const [symbol, { public: isPublic, value }] of [...globals, ...draft.symbols])
    if (isPublic) program.symbols[symbol] = value();
  return program;
}

const settings = [".side_set", ".origin", ".fifo", ".out", ".in", ".set"];

function applySetting(program: PioProgram, line: Cursor): void {
  switch (settings[line.choose(settings)]) {
    case ".side_set": {
      const pins = line.value("the number of side-set pins", 0, 5);
      const optional = line.accept("opt") || line.accept("optional");
      const size = pins + (optional ? 1 : 0);
      if (size > 5) line.fail("expected at most 4 optional side-set pins");
      program.sideset = { size, optional, pindirs: line.accept("pindirs") };
      break;
    }
    case ".origin":
      program.origin = line.value("the origin", 0, memory - 1);
      break;
    case ".fifo":
      program.fifo = (["txrx", "tx", "rx"] as const)[line.choose(["txrx", "tx", "rx"])] as PioProgram["fifo"];
      break;
    case ".out":
      program.out = pinShift(line, 0);
      break;
    case ".in":
      program.in = pinShift(line, 32); // version 0 of the PIO cannot mask its inputs
      break;
    case ".set":
      program.setPins = line.value("the number of pins", 0, 5);
  }
  line.end();
}

/** `PINS [left|right] [auto|manual] [THRESHOLD]` */
function pinShift(line: Cursor, fewest: number): PinShift {
  const pins = line.value("the number of pins", fewest, 32);
  const right = line.choose(["", "right", "left"]) !== 2;
  const auto = line.choose(["", "manual", "auto"]) === 2;
  const threshold = line.peek() === undefined ? 32 : line.value("the threshold", 1, 32);
  return { pins, right, auto, threshold };
}
