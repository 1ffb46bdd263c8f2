/** Writes docs/parameters.md from the parameter table. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

import { formatValue } from "../modules/client/format";
import { expectation, ParameterNames } from "../modules/parameters/names";
import { platformOf, platforms } from "../modules/parameters/platforms";
import { axesOf, axisWords, defaultOf, type Row } from "../modules/parameters/row";
import { rows } from "../modules/parameters/table";
import { projectFolder } from "./folders";

export const documentFile = join(projectFolder, "docs", "parameters.md");

/** Ranges and defaults are shown as this platform has them. */
const platform = platformOf(1);
const names = new ParameterNames(platform);
const places = names.paths().map((path) => names.find(path));

/** The document as it should be. */
export async function parameterDocument(): Promise<string> {
  const axes = [...new Set(rows.flatMap(({ name }) => axesOf(name)))];
  const axisLines = axes.map((axis) =>
    cells([code(`{${axis}}`), ...platforms.map((each) => axisWords(each, axis).map(code).join(", "))]),
  );
  const text = `# Parameters

<!-- Written by \`npx tsx tools/parameter-docs.ts\` from modules/parameters/table.ts: edit that instead. -->

Every parameter of the device by the name that configuration files and commands use. A word in braces stands for:

${cells(["In a name", ...platforms.map(({ name }) => name)])}
${cells(["---", ...platforms.map(() => "---")])}
${axisLines.join("\n")}

So \`out3.eq.1.frequency\` is the frequency of the first band of output 3. In a YAML file the parts may be nested or dotted.
Ranges and defaults are those of the ${platform.name}; the last column has the vendor requests that set and read the parameter.

${cells(["Name", "What it is", "Takes", "Default", "SET / GET"])}
${cells(["---", "---", "---", "---", "---"])}
${rows.map(rowLine).join("\n")}
`;
  return format(text, { parser: "markdown", printWidth: 120 });
}

function rowLine(row: Row): string {
  const requests = `${hexadecimal(row.set)} / ${hexadecimal(row.get)}`;
  return cells([code(row.name), row.about, expectation(platform, row), describeDefault(row), requests]);
}

/** The commonest default, then the others with what they belong to; all of them when each has its own. */
function describeDefault(row: Row): string {
  const owners = new Map<string, string[]>();
  for (const place of places.filter((each) => each.row === row)) {
    const value = formatValue(row, defaultOf(platform, row, place.index));
    owners.set(value, [...(owners.get(value) ?? []), code(place.path.replace(/\.[^.]*$/, ""))]);
  }
  const groups = [...owners].sort(([, a], [, b]) => b.length - a.length);
  const commonest = groups.length === 1 || (groups[0]?.[1].length ?? 0) > 1 ? groups.shift() : undefined;
  const others = groups.map(([value, paths]) => `${value} (${span(paths)})`);
  return [...(commonest ? [commonest[0]] : []), ...others].join(", ");
}

function span(paths: string[]): string {
  return paths.length > 2 ? `${paths[0]} … ${paths[paths.length - 1]}` : paths.join(", ");
}

function cells(texts: string[]): string {
  return `| ${texts.join(" | ")} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function hexadecimal(request: number): string {
  return `0x${request.toString(16).toUpperCase()}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(documentFile, await parameterDocument());
