/**
 * Programs and data from Debian's archive for people who have not installed them: unpacked below `build/debian`
 * through a private apt state, so that neither root nor a change to the system is needed (apt.conf(5), dpkg-deb(1)).
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { buildFolder } from "./folders";

const run = promisify(execFile);
const folder = join(buildFolder, "debian");
const state = join(folder, "apt");

/** The machine's own sources and list of installed packages, with lists and archives of our own. */
const privateApt = [
  ["Dir::State::lists", join(state, "lists")],
  ["Dir::State::extended_states", join(state, "extended_states")],
  ["Dir::Cache", join(state, "cache")],
  ["Debug::NoLocking", "1"],
  ["APT::Sandbox::User", "root"],
  ["APT::Install-Recommends", "0"],
].flatMap(([key, value]) => ["-o", `${key}=${value}`]);

/**
 * The folder into which a Debian package is unpacked, together with the packages it needs that the machine lacks.
 * Throws when the machine has no apt or the archive cannot be reached.
 */
export async function debianPackage(name: string): Promise<string> {
  const root = join(folder, name);
  if (existsSync(root)) return root;
  const archives = join(state, "cache", "archives", name);
  const unpacked = `${root}.${process.pid}`;
  try {
    await mkdir(join(archives, "partial"), { recursive: true });
    await mkdir(join(state, "lists", "partial"), { recursive: true });
    await run("apt-get", [...privateApt, "-q", "update"]);
    const download = [
      "-o",
      `Dir::Cache::archives=${archives}`,
      "-q",
      "-y",
      "--download-only",
      "--reinstall",
      "install",
    ];
    await run("apt-get", [...privateApt, ...download, name], { maxBuffer: 1 << 26 });
    await mkdir(unpacked, { recursive: true });
    for (const file of await readdir(archives)) {
      if (file.endsWith(".deb")) await run("dpkg-deb", ["-x", join(archives, file), unpacked]);
    }
    await rename(unpacked, root).catch((error: unknown) => {
      if (!existsSync(root)) throw error; // another build was faster
    });
    return root;
  } catch (error) {
    throw new Error(
      `Debian's package ${name} is not installed and could not be fetched: install it (sudo apt-get install ${name}) and run this again.`,
      { cause: error },
    );
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** A program of the machine, or of Debian's package, and the environment it runs in. */
export async function debianProgram(
  name: string,
  packageName = name,
): Promise<{ path: string; env: NodeJS.ProcessEnv }> {
  for (const entry of (process.env.PATH ?? "").split(delimiter)) {
    if (existsSync(join(entry, name))) return { path: join(entry, name), env: process.env };
  }
  const root = await debianPackage(packageName);
  const { stdout: architecture } = await run("dpkg-architecture", ["-qDEB_HOST_MULTIARCH"]).catch(() => ({
    stdout: process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu",
  }));
  const libraries = ["usr/lib", "lib"].map((lib) => join(root, lib, architecture.trim()));
  return {
    path: join(root, "usr/bin", name),
    env: { ...process.env, LD_LIBRARY_PATH: [...libraries, process.env.LD_LIBRARY_PATH ?? ""].join(delimiter) },
  };
}
