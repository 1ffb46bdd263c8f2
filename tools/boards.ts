/** The boards that there is firmware for: folders of hosts/rp2 with what differs between them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { projectFolder } from "./folders";

export interface Board {
  /** Its folder, and what the Pico SDK calls it. */
  name: "pico" | "pico2";
  chip: "rp2040" | "rp2350";
  /** As manifest.json calls it. */
  platform: string;
  /** Outputs of the engine. */
  outputs: number;
  /** What has been planned of the chip's memories, by area, in KB. */
  budget: Record<AreaName, number>;
}

/** docs/firmware.md says what they hold. */
export type AreaName = "audio" | "delay" | "buffers" | "heap" | "stack" | "cStacks" | "rest" | "image" | "flash";

function read(name: Board["name"]): Board {
  const file = join(projectFolder, "hosts/rp2", name, "board.json");
  return { name, ...(JSON.parse(readFileSync(file, "utf8")) as Omit<Board, "name">) };
}

export const boards = [read("pico"), read("pico2")] as const;
