/** What `dspi start` plays. */
import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

import type { AudioSource } from "../simulator/player";
import { Sweep } from "../simulator/sweep";
import { WavReader } from "../simulator/wav";
import { debianPackage } from "../tools/debian";

export interface Recording {
  name: string;
  open(): Promise<AudioSource>;
}

/** Where Debian's alsa-utils has its spoken channel names. */
const alsaSounds = "usr/share/sounds/alsa";

/** The user's file; else Debian's voice recordings, fetched when they are not installed; else a generated sweep. */
export async function recordings(file: string | undefined, note: (text: string) => void): Promise<Recording[]> {
  if (file !== undefined) {
    const path = resolve(callersFolder(), file);
    await (await WavReader.open(path)).close(); // a wrong file is an error at once
    return [recording(path)];
  }
  const installed = await voices(join("/", alsaSounds));
  if (installed.length > 0) return installed;
  note("Playing Debian's voice recordings, out of its package alsa-utils.");
  try {
    const fetched = await voices(join(await debianPackage("alsa-utils"), alsaSounds));
    if (fetched.length > 0) return fetched;
  } catch (error) {
    note((error as Error).message);
  }
  note(
    "No recording is at hand: a generated sweep of 20 Hz to 20 kHz plays instead. Give a file: npm start -- file.wav",
  );
  return [{ name: "sweep of 20 Hz to 20 kHz", open: () => Promise.resolve(new Sweep()) }];
}

async function voices(folder: string): Promise<Recording[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(".wav") && name !== "Noise.wav")
    .sort()
    .map((name) => recording(join(folder, name)));
}

function recording(path: string): Recording {
  return { name: basename(path), open: () => WavReader.open(path) };
}

/** npm runs scripts in the project's folder and says where the user is. */
function callersFolder(): string {
  const { npm_lifecycle_event: script, INIT_CWD: folder } = process.env;
  return (script === "start" && folder) || process.cwd();
}
