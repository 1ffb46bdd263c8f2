/** Configuration files: YAML maps of parameters by name. */
import { readFile } from "node:fs/promises";

import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Alias, type Document, type Scalar } from "yaml";

import type { Setting } from "../modules/client/wire";
import { ParameterNames } from "../modules/parameters/names";
import { platforms } from "../modules/parameters/platforms";
import type { Chip } from "./options";

/** A setting, and where in a file it stands. */
export interface Entry {
  readonly setting: Setting;
  readonly line: number;
  readonly node: Scalar;
  /** The aliases that lead to it, outermost first. */
  readonly aliases: readonly Alias[];
  /** Of the outermost alias: its name's path. */
  readonly aliasPath: string;
}

/** Every setting of a file; throws one Error with a line for each thing that is wrong in it. */
export async function readConfig(file: string, chip: Chip): Promise<Setting[]> {
  return parseConfig(await readText(file), file, chip);
}

/** Throws an Error that names the file. */
export async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file}: ${error.code === "ENOENT" ? "no such file" : error.message}`, { cause: error });
  });
}

export function parseConfig(text: string, file: string, chip: Chip): Setting[] {
  return parseEntries(text, file, namesOf(chip)).map(({ setting }) => setting);
}

/** The names that a chip has. */
export function namesOf(chip: Chip): ParameterNames {
  const platform = platforms.find(({ name }) => name.toLowerCase() === chip);
  if (!platform) throw new Error(`unknown chip ${chip}`);
  return new ParameterNames(platform);
}

/** As readConfig, with where each setting stands. */
export function parseEntries(text: string, file: string, names: ParameterNames): Entry[] {
  const reader = new Reader(text, names);
  const entries = reader.entries();
  if (reader.errors.length === 0) return entries;
  const lines = reader.errors.sort((a, b) => a.line - b.line).map(({ line, message }) => `${file}:${line}: ${message}`);
  throw new Error(`the configuration is wrong, so nothing of it was applied\n${lines.join("\n")}`);
}

/** Names have fewer parts; a deeper file refers to itself. */
const deepest = 16;

/** How a node was reached. */
interface Way {
  path: readonly string[];
  line: number;
  aliases: readonly Alias[];
  aliasPath: string;
}

class Reader {
  errors: { line: number; message: string }[] = [];
  #document: Document;
  #lines = new LineCounter();
  #names: ParameterNames;
  #found = new Map<string, Entry>();

  constructor(text: string, names: ParameterNames) {
    this.#names = names;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { message, pos } of [...this.#document.errors, ...this.#document.warnings]) {
      this.errors.push({ line: this.#lines.linePos(pos[0]).line, message });
    }
  }

  entries(): Entry[] {
    const { contents } = this.#document;
    if (contents !== null) this.#read(contents, { path: [], line: 1, aliases: [], aliasPath: "" });
    return [...this.#found.values()];
  }

  #read(node: unknown, way: Way): void {
    const { path, line } = way;
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (!target) return this.#refuse(line, `*${node.source} refers to no &${node.source} before it`);
      way = { ...way, aliases: [...way.aliases, node], aliasPath: way.aliasPath || path.join(".") };
      node = target;
    }
    if (path.length > deepest) this.#refuse(line, `${path.slice(0, 3).join(".")}… is nested too deep`);
    else if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (isScalar(key)) this.#read(value, { ...way, path: [...path, String(key.value)], line: this.#lineOf(key) });
        else this.#refuse(line, "a name was expected");
      }
    } else if (path.length === 0) this.#refuse(line, "names of parameters were expected, such as master.volume: -20");
    else this.#set(node, way);
  }

  #set(node: unknown, { path, ...way }: Way): void {
    const { line } = way;
    const name = path.join(".");
    const earlier = this.#found.get(name);
    if (earlier) return this.#refuse(line, `${name} is set in line ${earlier.line} already`);
    try {
      const isText = this.#names.find(name).row.kind === "text";
      const setting = this.#names.parse(name, scalarValue(node, isText));
      this.#found.set(name, { setting, node: node as Scalar, ...way });
    } catch (error) {
      this.#refuse(line, (error as Error).message);
    }
  }

  #lineOf(node: Scalar): number {
    return node.range ? this.#lines.linePos(node.range[0]).line : 1;
  }

  #refuse(line: number, message: string): void {
    this.errors.push({ line, message });
  }
}

/** What stands in the file; a text even where YAML reads a number. */
function scalarValue(node: unknown, text: boolean): unknown {
  if (!isScalar(node)) return node === null ? null : "a list";
  return text && typeof node.value !== "string" ? (node.source ?? node.value) : node.value;
}
