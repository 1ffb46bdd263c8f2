/** The bench operations of dspi-link/1: what their arguments must be, and what they do. */
import { sampleRates, WavReader } from "../wav";
import type { Workbench } from "../workbench";
import type { Folder } from "./folder";

/** What operations work on; files that peers name are below `folder`. */
export interface Premises {
  readonly bench: Workbench;
  readonly folder: Folder;
}

export interface Operation {
  /** Served only to peers that may name files of this machine. */
  touchesFiles?: boolean;
  /** Lasts as long as what it plays; in real time other operations run meanwhile. */
  takesTime?: boolean;
  /** Resolves to the reply's `out`; throws an Error with a text for the peer. */
  run(premises: Premises, arg: unknown): Promise<unknown>;
}

export const operations = new Map<string, Operation>([
  ["power-cycle", { run: ({ bench }, arg) => (none(arg), bench.powerCycle()) }],
  ["flash-erase", { touchesFiles: true, run: ({ bench }, arg) => (none(arg), bench.eraseFlash()) }],
  ["power-cut", { touchesFiles: true, run: powerCut }],
  ["play", { touchesFiles: true, takesTime: true, run: play }],
  ["capture", { touchesFiles: true, run: capture }],
  ["gpio", { run: gpio }],
  ["pins", { run: ({ bench }, arg) => (none(arg), bench.pins()) }],
  ["usb", { run: usb }],
]);

async function play({ bench, folder }: Premises, arg: unknown): Promise<{ frames: number }> {
  const { file, alt } = members(arg, ["file", "alt"]);
  if (typeof file !== "string") throw new Error('file must be the name of a WAV file: {"file":"in.wav","alt":1}');
  if (alt !== undefined && alt !== 1 && alt !== 2) throw new Error("alt must be 1 (16 bit) or 2 (24 bit)");
  const source = await WavReader.open(await folder.existing(file));
  return { frames: await bench.play(source, alt === undefined ? undefined : alt === 1 ? 16 : 24) };
}

async function capture({ bench, folder }: Premises, arg: unknown): Promise<unknown> {
  const { dir } = members(arg, ["dir"]);
  if (dir === null) return bench.stopCapture();
  if (typeof dir !== "string") throw new Error('dir must be the name of a folder, or null to end: {"dir":"out"}');
  await bench.startCapture(await folder.made(dir));
  return undefined;
}

async function powerCut({ bench }: Premises, arg: unknown): Promise<void> {
  const { after } = members(arg, ["after"]);
  if (typeof after !== "number" || !Number.isInteger(after) || after < 1 || after >= 2 ** 32) {
    throw new Error('after must be a number of flash operations from 1 on: {"after":1}');
  }
  await bench.cutPower(after);
}

async function gpio({ bench }: Premises, arg: unknown): Promise<void> {
  const { pin, level } = members(arg, ["pin", "level"]);
  if (typeof pin !== "number" || !Number.isInteger(pin) || pin < 0 || pin > 29) {
    throw new Error("pin must be an integer of 0 to 29");
  }
  if (level !== 0 && level !== 1 && level !== null) throw new Error("level must be 0, 1 or null");
  await bench.gpio(pin, level);
}

async function usb({ bench }: Premises, arg: unknown): Promise<void> {
  const { volume, mute, rate } = members(arg, ["volume", "mute", "rate"]);
  if (volume !== undefined && (typeof volume !== "number" || volume < -128 || volume >= 128)) {
    throw new Error("volume must be in dB, of -128 to below 128");
  }
  if (mute !== undefined && mute !== 0 && mute !== 1) throw new Error("mute must be 0 or 1");
  if (rate !== undefined && (typeof rate !== "number" || !sampleRates.includes(rate))) {
    throw new Error(`rate must be one of ${sampleRates.join(", ")}`);
  }
  await bench.setUsb({
    ...(volume === undefined ? {} : { volume }),
    ...(mute === undefined ? {} : { mute: mute === 1 }),
    ...(rate === undefined ? {} : { rate }),
  });
}

/** The members of an argument, each known; a misspelt one is an error and not silently ignored. */
function members(arg: unknown, names: string[]): Record<string, unknown> {
  if (typeof arg !== "object" || arg === null || Array.isArray(arg)) throw new Error("arg must be an object");
  for (const name of Object.keys(arg)) {
    if (!names.includes(name)) throw new Error(`arg has no member ${JSON.stringify(name)}; known: ${names.join(", ")}`);
  }
  return arg as Record<string, unknown>;
}

function none(arg: unknown): void {
  if (arg !== undefined && arg !== null) throw new Error("arg must be absent");
}
