/**
 * Programs and data from Debian's archive for people who have not installed them: unpacked below `build/debian`
 * through a private apt state, so that neither root nor a change to the system is needed (apt.conf(5), dpkg-deb(1)).
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { buildFolder } from "./folders";

const run = promisify(execFile);
const folder = join(buildFolder, "debian");

/** Options of an apt that keeps its lists and archives in `state`. */
function privateApt(state: string, more: Record<string, string> = {}): string[] {
  return Object.entries({
    "Dir::State::lists": join(state, "lists"),
    "Dir::State::extended_states": join(state, "extended_states"),
    "Dir::Cache": join(state, "cache"),
    "Debug::NoLocking": "1",
    "APT::Sandbox::User": "root",
    "APT::Install-Recommends": "0",
    ...more,
  }).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
}

/** What a package and all it needs may have to be fetched, in bytes: a compiler is a quarter of it, a desktop is more. */
const mostToFetch = 400e6;

/** The machine's own sources and list of installed packages. */
const machineState = join(folder, "apt");

async function update(state: string, apt: string[]): Promise<void> {
  await mkdir(join(state, "lists", "partial"), { recursive: true });
  await mkdir(join(state, "cache", "archives", "partial"), { recursive: true });
  try {
    // Otherwise apt-get calls an archive that it cannot reach a success.
    await run("apt-get", [...apt, "-o", "APT::Update::Error-Mode=any", "-q", "update"]);
  } catch (error) {
    const lists = await readdir(join(state, "lists"));
    if (!lists.some((name) => name.includes("_Packages"))) throw error; // one of several sources may fail
  }
}

/**
 * The folder into which a Debian package is unpacked, together with the packages it needs that the machine lacks, and
 * with those named in `more`. `prune` removes from it what is not wanted.
 * Throws when the machine has no apt or the archive cannot be reached.
 */
export function debianPackage(
  name: string,
  more: string[] = [],
  prune?: (root: string) => Promise<void>,
): Promise<string> {
  return unpackOnce(name, prune, async (archives) => {
    const apt = privateApt(machineState);
    await update(machineState, apt);
    const install = ["-o", `Dir::Cache::archives=${archives}`, "--reinstall", "install", name, ...more];
    await refuseTooMuch([...apt, ...install]);
    await run("apt-get", [...apt, "-q", "-y", "--download-only", ...install], { maxBuffer: 1 << 26 });
  });
}

/** Throws when apt-get would fetch more than anything that is needed here. */
async function refuseTooMuch(install: string[]): Promise<void> {
  const { stdout } = await run("apt-get", ["-qq", "--print-uris", ...install], { maxBuffer: 1 << 26 });
  const bytes = stdout.split("\n").reduce((sum, line) => sum + Number(line.split(" ")[2] ?? 0), 0);
  const megabytes = (size: number) => `${Math.round(size / 1e6)} MB`;
  if (bytes > mostToFetch)
    throw new Error(`it comes to ${megabytes(bytes)}, expected at most ${megabytes(mostToFetch)}`);
}

/**
 * The folder into which a package of another suite of Debian is unpacked, for packages that any system can use: sources
 * and data. It comes from the mirror that the machine uses, signed by the machine's debian-archive-keyring.
 */
export function debianSourcePackage(suite: string, name: string): Promise<string> {
  return unpackOnce(name, undefined, async (archives) => {
    const apt = privateApt(machineState);
    await update(machineState, apt);
    const state = join(folder, `apt-${suite}`);
    const sources = join(state, "sources.list");
    await mkdir(state, { recursive: true });
    const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    await writeFile(sources, `deb [signed-by=${keyring}] ${await debianMirror(apt)} ${suite} main\n`);
    await writeFile(join(state, "status"), "");
    const suiteApt = privateApt(state, {
      "Dir::Etc::sourcelist": sources,
      "Dir::Etc::sourceparts": "-",
      "Dir::Etc::preferencesparts": "-",
      "Dir::State::status": join(state, "status"),
    });
    await update(state, suiteApt);
    await run("apt-get", [...suiteApt, "-q", "download", name], { cwd: archives });
  });
}

async function debianMirror(apt: string[]): Promise<string> {
  const asked = ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian"];
  const { stdout } = await run("apt-get", [...apt, ...asked]);
  const mirror = stdout.split("\n")[0];
  if (!mirror) throw new Error("none of this machine's package sources is Debian's archive");
  return mirror;
}

/** Unpacks below `build/debian/<name>` what `download` puts into the folder it is given, unless it is there already. */
async function unpackOnce(
  name: string,
  prune: ((root: string) => Promise<void>) | undefined,
  download: (archives: string) => Promise<void>,
): Promise<string> {
  const root = join(folder, name);
  if (existsSync(root)) return root;
  const archives = join(machineState, "cache", "archives", name);
  const unpacked = `${root}.${process.pid}`;
  try {
    await mkdir(join(archives, "partial"), { recursive: true });
    await download(archives);
    await mkdir(unpacked, { recursive: true });
    for (const file of await readdir(archives)) {
      if (file.endsWith(".deb")) await run("dpkg-deb", ["-x", join(archives, file), unpacked]);
    }
    await prune?.(unpacked);
    await rename(unpacked, root).catch((error: unknown) => {
      if (!existsSync(root)) throw error; // another build was faster
    });
    return root;
  } catch (error) {
    throw new Error(
      `Debian's package ${name} is not installed and could not be fetched (${reason(error as Error)}): install it (sudo apt-get install ${name}) and run this again.`,
      { cause: error },
    );
  } finally {
    await rm(unpacked, { recursive: true, force: true });
    await rm(archives, { recursive: true, force: true });
  }
}

/** What apt-get says is wrong, or why it does not run. */
function reason(error: Error & { stderr?: string }): string {
  const [said] = /^E: .*/m.exec(error.stderr ?? "") ?? [];
  return said ?? error.message.split("\n")[0] ?? "";
}

/** Whether a package has been fetched. */
export function isUnpacked(name: string): boolean {
  return existsSync(join(folder, name));
}

/** The path of a program of the machine, or undefined. */
export function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((entry) => join(entry, name))
    .find((file) => existsSync(file));
}

/** A program of the machine, or of Debian's package, and the environment it runs in. */
export async function debianProgram(
  name: string,
  packageName = name,
): Promise<{ path: string; env: NodeJS.ProcessEnv }> {
  const installed = findProgram(name);
  if (installed) return { path: installed, env: process.env };
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
