/** Type-checks what goes on the device as a whole, unless it is as it was at the last check. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

import { buildFolder, projectFolder } from "./folders";

const run = promisify(execFile);
const { resolve } = createRequire(import.meta.url);

/** What the last successful check has read. */
interface Record {
  files: string[];
  hash: string;
}

/** True when the check ran, false when nothing had changed since the last one. Throws an Error with tsc's messages. */
export async function typecheckDevice(config = join(projectFolder, "tsconfig.device.json")): Promise<boolean> {
  const recordFile = join(buildFolder, `${basename(config)}.checked`);
  const record = await readFile(recordFile, "utf8")
    .then((text) => JSON.parse(text) as Record)
    .catch(() => undefined); // none yet, or not one of ours
  if (record && (await hashOf(record.files)) === record.hash) return false;
  const files = [
    config,
    join(projectFolder, "tsconfig.base.json"),
    resolve("typescript/package.json"),
    ...(await filesOf(config)),
  ];
  const hash = await hashOf(files);
  const tsc = resolve("typescript/bin/tsc");
  await run(process.execPath, [tsc, "-p", config, "--pretty", "false"], { cwd: projectFolder }).catch(
    (error: unknown) => {
      throw new Error((error as { stdout?: string }).stdout?.trim() ?? String(error), { cause: error });
    },
  );
  await mkdir(buildFolder, { recursive: true });
  await writeFile(recordFile, JSON.stringify({ files, hash }));
  return true;
}

async function filesOf(config: string): Promise<string[]> {
  const { default: ts } = await import("typescript"); // takes long to load
  const { config: settings } = ts.readConfigFile(config, ts.sys.readFile.bind(ts.sys)) as { config: unknown };
  return ts.parseJsonConfigFileContent(settings, ts.sys, dirname(config)).fileNames.sort();
}

/** Of the files' names and contents; undefined when one is gone. */
async function hashOf(files: string[]): Promise<string | undefined> {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = await readFile(file).catch(() => undefined);
    if (!content) return undefined;
    hash.update(`\0${file}\0`).update(content);
  }
  return hash.digest("hex");
}
