/** A firmware's files: UF2 for the flash, and ELF for what addresses mean. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { SourceLines } from "./crash/source-lines";
import { readElf } from "./elf";
import { Functions } from "./observe/functions";
import { readUf2, type Uf2 } from "./uf2";

/** What the ELF file tells; nothing when there is none. */
interface Meaning {
  symbols: ReadonlyMap<string, number>;
  functions: Functions;
  sourceLines: SourceLines | undefined;
}

export interface Firmware extends Uf2 {
  meaning: Meaning;
}

/** Reads a UF2 file, and an ELF file of the same name that lies beside it; throws when the first one is no good. */
export async function readFirmware(path: string): Promise<Firmware> {
  const file = await readFile(path).catch((error: unknown) => {
    throw new Error(`The firmware ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  const beside = path.replace(/\.uf2$/i, ".elf");
  const elf = beside !== path && existsSync(beside) ? beside : undefined;
  return { ...readUf2(file), meaning: await meaningOf(elf) };
}

async function meaningOf(elf: string | undefined): Promise<Meaning> {
  if (elf === undefined) return { symbols: new Map(), functions: new Functions(), sourceLines: undefined };
  const { symbols, functions } = readElf(await readFile(elf));
  return { symbols, functions: new Functions(functions), sourceLines: SourceLines.of(elf) };
}
