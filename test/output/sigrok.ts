/** Debian's sigrok-cli: protocol decoders that know nothing of this project. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { debianProgram } from "../../tools/debian";

const run = promisify(execFile);

/**
 * Decodes samples of 8 lines, line 0 in bit 0. `decoder` is as in `i2s:sck=1:ws=2:sd=3`; returns the text of each
 * annotation of the given kinds, such as `samples`.
 */
export async function sigrok(samples: Uint8Array, rate: number, decoder: string, kinds: string[]): Promise<string[]> {
  const { path, env } = await sigrokCli();
  const folder = await mkdtemp(join(tmpdir(), "dspi-wire-"));
  const file = join(folder, "lines.bin");
  try {
    await writeFile(file, samples);
    const id = decoder.split(":")[0] as string;
    const input = ["-I", `binary:numchannels=8:samplerate=${rate}`, "-i", file];
    const decode = ["-P", decoder, "-A", `${id}=${kinds.join(":")}`];
    const { stdout } = await run(path, [...input, ...decode], { env, maxBuffer: 1 << 28 });
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(line.indexOf(": ") + 2));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An unpacked package has its decoders, and what of Python the machine lacks, beside the program. */
async function sigrokCli(): Promise<{ path: string; env: NodeJS.ProcessEnv }> {
  const { path, env } = await debianProgram("sigrok-cli");
  const prefix = dirname(dirname(path));
  const decoders = join(prefix, "share/libsigrokdecode/decoders");
  if (prefix === "/usr" || !existsSync(decoders)) return { path, env };
  const libraries = await readdir(join(prefix, "lib"));
  const python = libraries.some((name) => name.startsWith("python3."));
  return { path, env: { ...env, SIGROKDECODE_DIR: decoders, ...(python ? { PYTHONHOME: prefix } : {}) } };
}
