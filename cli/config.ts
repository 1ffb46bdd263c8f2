/** Configuration files: YAML maps of parameters by name. */
import { readFile } from "node:fs/promises";

import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type Scalar } from "yaml";

import { ParameterNames, type Place } from "../modules/parameters/names";
import { platforms } from "../modules/parameters/platforms";
import type { Chip } from "./options";

/** A parameter and the value it shall have, as the device stores it. */
export type Setting = Place & { readonly value: number | string };

/** Every setting of a file; throws one Error with a line for each thing that is wrong in it. */
export async function readConfig(file: string, chip: Chip): Promise<Setting[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file}: ${error.code === "ENOENT" ? "no such file" : error.message}`, { cause: error });
  });
  return parseConfig(text, file, chip);
}

export function parseConfig(text: string, file: string, chip: Chip): Setting[] {
  const platform = platforms.find(({ name }) => name.toLowerCase() === chip);
  if (!platform) throw new Error(`unknown chip ${chip}`);
  const reader = new Reader(text, new ParameterNames(platform));
  const settings = reader.settings();
  if (reader.errors.length === 0) return settings;
  const lines = reader.errors.sort((a, b) => a.line - b.line).map(({ line, message }) => `${file}:${line}: ${message}`);
  throw new Error(`the configuration is wrong, so nothing of it was applied\n${lines.join("\n")}`);
}

/** Names have fewer parts; a deeper file refers to itself. */
const deepest = 16;

class Reader {
  errors: { line: number; message: string }[] = [];
  #document: Document;
  #lines = new LineCounter();
  #names: ParameterNames;
  #found = new Map<string, { line: number; setting: Setting }>();

  constructor(text: string, names: ParameterNames) {
    this.#names = names;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { message, pos } of [...this.#document.errors, ...this.#document.warnings]) {
      this.errors.push({ line: this.#lines.linePos(pos[0]).line, message });
    }
  }

  settings(): Setting[] {
    const { contents } = this.#document;
    if (contents !== null) this.#read([], contents, 1);
    return [...this.#found.values()].map(({ setting }) => setting);
  }

  #read(path: string[], node: unknown, line: number): void {
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (!target) return this.#refuse(line, `*${node.source} refers to no &${node.source} before it`);
      node = target;
    }
    if (path.length > deepest) this.#refuse(line, `${path.slice(0, 3).join(".")}… is nested too deep`);
    else if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (isScalar(key)) this.#read([...path, String(key.value)], value, this.#lineOf(key) ?? line);
        else this.#refuse(line, "a name was expected");
      }
    } else if (path.length === 0) this.#refuse(line, "names of parameters were expected, such as master.volume: -20");
    else this.#set(path.join("."), node, line);
  }

  #set(path: string, node: unknown, line: number): void {
    const earlier = this.#found.get(path);
    if (earlier) return this.#refuse(line, `${path} is set in line ${earlier.line} already`);
    try {
      const text = this.#names.find(path).row.kind === "text";
      this.#found.set(path, { line, setting: this.#names.parse(path, scalarValue(node, text)) });
    } catch (error) {
      this.#refuse(line, (error as Error).message);
    }
  }

  #lineOf(node: Scalar): number | undefined {
    return node.range ? this.#lines.linePos(node.range[0]).line : undefined;
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
