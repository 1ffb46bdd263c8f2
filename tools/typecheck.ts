/** Type-checks what goes on the device as a whole, unless it is as it was at the last check. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

import ts from "typescript";

import { buildFolder, projectFolder } from "./folders";

const run = promisify(execFile);

/** True when the check ran, false when nothing had changed since the last one. Throws an Error with tsc's messages. */
export async function typecheckDevice(config = join(projectFolder, "tsconfig.device.json")): Promise<boolean> {
  const { fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile.bind(ts.sys)).config,
    ts.sys,
    dirname(config),
  );
  const hash = createHash("sha256").update(ts.version);
  for (const file of [config, join(projectFolder, "tsconfig.base.json"), ...fileNames.sort()]) {
    hash.update(`\0${file}\0`).update(await readFile(file));
  }
  const key = hash.digest("hex");
  const record = join(buildFolder, `${basename(config)}.checked`);
  if ((await readFile(record, "utf8").catch(() => "")) === key) return false;
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  await run(process.execPath, [tsc, "-p", config, "--pretty", "false"], { cwd: projectFolder }).catch(
    (error: unknown) => {
      throw new Error((error as { stdout?: string }).stdout?.trim() ?? String(error), { cause: error });
    },
  );
  await mkdir(buildFolder, { recursive: true });
  await writeFile(record, key);
  return true;
}
