/** Names of files that a peer gives: they stay below one folder, symbolic links followed. */
import { mkdir, realpath } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";

export class Folder {
  #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /** The real path of something that exists. Throws when it does not, or is not below the folder. */
  async existing(name: string): Promise<string> {
    const path = resolve(this.#root, name);
    const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
      throw new Error(error.code === "ENOENT" ? `${name}: no such file` : error.message, { cause: error });
    });
    return this.#inside(name, real);
  }

  /** The real path of a folder, made when it is missing. Throws when it would not be below the folder. */
  async made(name: string): Promise<string> {
    const path = resolve(this.#root, name);
    await this.#inside(name, await deepestExisting(path));
    await mkdir(path, { recursive: true });
    return this.existing(name);
  }

  async #inside(name: string, real: string): Promise<string> {
    const from = relative(await realpath(this.#root), real);
    if (from === ".." || from.startsWith(`..${sep}`)) {
      throw new Error(`${name}: not below ${this.#root}, the folder this program was started in`);
    }
    return real;
  }
}

async function deepestExisting(path: string): Promise<string> {
  return realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" || dirname(path) === path) throw error;
    return deepestExisting(dirname(path));
  });
}
