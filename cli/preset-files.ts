/** Presets as files: one, or a folder with all of them. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { presetCount } from "../modules/parameters/platforms";

/** What a preset of a bank is called in its folder. */
export function presetFile(folder: string, slot: number): string {
  return join(folder, `preset${slot}.yaml`);
}

/** The presets that a folder has files for; throws an Error when there is no such folder. */
export async function presetsIn(folder: string): Promise<number[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${folder}: ${error.code === "ENOENT" ? "no such folder" : error.message}`, { cause: error });
  });
  const slots = Array.from({ length: presetCount }, (_, slot) => slot);
  return slots.filter((slot) => files.includes(`preset${slot}.yaml`));
}
