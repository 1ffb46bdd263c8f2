/** Writes configuration files: the settings of a device as text, new or into a file that exists. */
import { isMap, parseDocument } from "yaml";

import { isSame } from "../modules/client/snapshot";
import type { Setting } from "../modules/client/wire";
import { plainValue } from "../modules/client/format";
import type { ParameterNames } from "../modules/parameters/names";
import { parseEntries, type Entry } from "./config";

/** Settings as a new file: nested by their names, in their order. */
export function writeConfig(settings: readonly Setting[]): string {
  return lines(treeOf(settings), "").join("");
}

/**
 * A file with its values brought up to date and what it lacks added at its end. Comments, order and spelling of all else
 * stay; an anchor stays, and so do its aliases where they still mean the same. Throws when the file is wrong.
 */
export function updateConfig(text: string, settings: readonly Setting[], file: string, names: ParameterNames): string {
  const wanted = new Map(settings.map((setting) => [setting.path, setting]));
  for (let round = 0; ; round++) {
    const entries = parseEntries(text, file, names);
    const edits = editsOf(entries, wanted, text);
    if (edits.length === 0) return append(text, entries, settings);
    if (round > entries.length) throw new Error(`${file}: its aliases cannot be brought up to date`);
    for (const { start, end, value } of edits.sort((a, b) => b.start - a.start))
      text = text.slice(0, start) + value + text.slice(end);
  }
}

/** A value as it stands in a file. */
function scalarText({ row, value }: Setting): string {
  const plain = plainValue(row, value);
  return typeof plain === "number" || row.kind !== "text" ? String(plain) : textScalar(plain);
}

/** One parameter on a line of its own, as a file has it. */
export function settingLine(setting: Setting): string {
  return `${setting.path}: ${scalarText(setting)}${unitComment(setting)}`;
}

interface Edit {
  start: number;
  end: number;
  value: string;
}

/** Values to be replaced, and aliases that no longer mean the same by what they should mean. */
function editsOf(entries: readonly Entry[], wanted: ReadonlyMap<string, Setting>, text: string): Edit[] {
  const edits: Edit[] = [];
  const written = new Map<unknown, number | string>();
  for (const { setting, node, aliases } of entries) {
    const target = wanted.get(setting.path);
    if (aliases.length > 0) continue;
    written.set(node, target?.value ?? setting.value);
    if (!target || isSame(target.value, setting.value) || !node.range) continue;
    const [start, end] = node.range;
    const isBlock = text.slice(start, end).endsWith("\n");
    edits.push({ start, end, value: scalarText(target) + (isBlock ? "\n" : "") });
  }
  const expanded = new Set<unknown>();
  for (const { setting, node, aliases, aliasPath } of entries) {
    const [alias] = aliases;
    const target = wanted.get(setting.path);
    if (!alias?.range || !target || expanded.has(alias)) continue;
    if (isSame(target.value, written.get(node) ?? setting.value)) continue;
    expanded.add(alias);
    const [start, end] = alias.range;
    edits.push({ start, end, value: meaning(entries, wanted, alias, aliasPath) });
  }
  return edits;
}

/** What an alias shall mean, on one line. */
function meaning(
  entries: readonly Entry[],
  wanted: ReadonlyMap<string, Setting>,
  alias: unknown,
  path: string,
): string {
  const below = entries.filter(({ aliases }) => aliases[0] === alias);
  const settings = below.map(({ setting }) => wanted.get(setting.path) ?? setting);
  const [only] = settings;
  if (only?.path === path) return scalarText(only);
  return flow(treeOf(settings, path.length + 1));
}

function append(text: string, entries: readonly Entry[], settings: readonly Setting[]): string {
  const present = new Set(entries.map(({ setting }) => setting.path));
  const missing = settings.filter(({ path }) => !present.has(path));
  if (missing.length === 0) return text;
  const document = parseDocument(text);
  const { contents } = document;
  if (isMap(contents) && contents.flow) {
    contents.flow = false; // there is no end to add lines at
    text = document.toString({ lineWidth: 0 });
  }
  const taken = new Set(isMap(contents) ? contents.items.map(({ key }) => String(key)) : []);
  const indent = isMap(contents) && contents.range ? (/[ ]*$/.exec(text.slice(0, contents.range[0]))?.[0] ?? "") : "";
  const end = /^\.\.\.\s*$/m.exec(text)?.index ?? text.length;
  const head = text.slice(0, end);
  const gap = head === "" || head.endsWith("\n") ? "" : "\n";
  return head + gap + lines(treeOf(missing, 0, taken), indent).join("") + text.slice(end);
}

type Tree = Map<string, Tree | Setting>;

/**
 * Settings by the parts of their names, from a position in the name on. A first part that is taken is joined with those
 * after it.
 */
function treeOf(settings: readonly Setting[], from = 0, taken: ReadonlySet<string> = new Set()): Tree {
  const root: Tree = new Map();
  for (const setting of settings) {
    const [first = "", ...parts] = setting.path.slice(from).split(".");
    let head = first;
    while (taken.has(head) && parts.length > 0) head += `.${parts.shift()}`;
    let tree = root;
    for (const part of [head, ...parts].slice(0, -1)) tree = branch(tree, part);
    tree.set(parts.at(-1) ?? head, setting);
  }
  return root;
}

function branch(tree: Tree, part: string): Tree {
  const found = tree.get(part);
  if (found instanceof Map) return found;
  const made: Tree = new Map();
  tree.set(part, made);
  return made;
}

/** What travels together is on one line, all else in blocks. */
function lines(tree: Tree, indent: string): string[] {
  return [...tree].flatMap(([name, node]) => {
    if (!(node instanceof Map)) return [`${indent}${name}: ${scalarText(node)}${unitComment(node)}\n`];
    if (isRecord(node)) return [`${indent}${name}: ${flow(node)}\n`];
    return [`${indent}${name}:\n`, ...lines(node, `${indent}  `)];
  });
}

function isRecord(tree: Tree): boolean {
  return [...tree.values()].every(
    (node) => !(node instanceof Map) && (node.row.transport === "band" || node.row.transport === "route"),
  );
}

function flow(tree: Tree): string {
  const members = [...tree].map(([name, node]) => `${name}: ${node instanceof Map ? flow(node) : scalarText(node)}`);
  return `{ ${members.join(", ")} }`;
}

function unitComment({ row }: Setting): string {
  return row.unit === undefined || row.unit === "GPIO" ? "" : ` # ${row.unit}`;
}

/**
 * Plain where YAML can mean nothing else by it, in quotes otherwise: a JSON string is a YAML one. No control character
 * is left in it to steer a terminal.
 */
function textScalar(text: string): string {
  const isPlain = /^[A-Za-z](?:[\w .()+/-]*[\w.()+/-])?$/.test(text);
  const isWord = /^(?:null|true|false|yes|no|on|off|y|n)$/i.test(text);
  if (isPlain && !isWord) return text;
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, escape);
}
