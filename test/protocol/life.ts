/** A life of presets as vendor requests: the same on any device that answers them. */
import { Random } from "../presets/random";

export interface Port {
  in(request: number, value: number): Promise<Uint8Array> | Uint8Array;
  out(request: number, value: number, data: Uint8Array): unknown;
}

export interface Operation {
  readonly name: string;
  /** Changes what is live, nothing in flash. */
  prepare(port: Port): Promise<void>;
  act(port: Port): Promise<unknown>;
}

/** What a device keeps: everything but what is live. */
export interface Kept {
  /** Settings of the directory, the saved volume and ten names, each a text to compare. */
  readonly settings: readonly string[];
  /** Ten presets, "empty" where there is none. */
  readonly presets: readonly string[];
}

const slots = 10;

/** Saves, renames, deletions, startup policies and volumes in the same order for the same seed. */
export function life(operations: number, seed: number): Operation[] {
  const random = new Random(seed);
  return Array.from({ length: operations }, (_, i) => {
    const slot = random.below(slots);
    const byte = (value: number) => Uint8Array.of(value);
    const acts: [string, (port: Port) => unknown][] = [
      ["save", (port) => port.in(0x90, slot)],
      ["save", (port) => port.in(0x90, slot)],
      ["save the active preset", (port) => port.in(0x51, 0)],
      ["rename", (port) => port.out(0x94, slot, new TextEncoder().encode(`Preset of step ${i}`))],
      ["delete", (port) => port.in(0x92, slot)],
      ["load", (port) => port.in(0x91, slot)],
      ["choose the startup", (port) => port.out(0x96, 0, Uint8Array.of(i % 2, slot))],
      ["include pins", (port) => port.out(0x98, 0, byte(i % 2))],
      ["choose the volume mode", (port) => port.out(0xd4, 0, byte(i % 2))],
      ["save the volume", (port) => port.in(0xd6, 0)],
    ];
    const [name, act] = acts[random.below(acts.length)] as (typeof acts)[number];
    return {
      name: `${i}: ${name} (slot ${slot})`,
      prepare: async (port) => {
        await port.out(0xd2, 0, f32(-(i % 100)));
        await port.out(0x74, i % 5, f32(-i / 10));
        await port.out(0x42, 0, Uint8Array.of(i % 7, i % 10, 1, 0, ...f32(100 + i), ...f32(1), ...f32(-3)));
      },
      act: async (port) => {
        await act(port);
      },
    };
  });
}

/** Reads what a device keeps; loads every preset for it. */
export async function observe(port: Port): Promise<Kept> {
  const directory = await port.in(0x95, 0);
  const settings = [...directory.subarray(2)].map(String);
  settings.push(hex(await port.in(0xd7, 0)));
  for (let slot = 0; slot < slots; slot++) settings.push(hex(await port.in(0x93, slot)));
  const presets: string[] = [];
  const occupied = (directory[0] as number) | ((directory[1] as number) << 8);
  for (let slot = 0; slot < slots; slot++) {
    if (((occupied >> slot) & 1) === 0) presets.push("empty");
    else presets.push(`${(await port.in(0x91, slot))[0]} ${hex(await port.in(0xa0, 0))}`);
  }
  return { settings, presets };
}

/** What a device keeps that is neither what it was nor what it was to become. */
export function strays(before: Kept, after: Kept, now: Kept): string[] {
  const parts = ["settings", "presets"] as const;
  return parts.flatMap((part) =>
    now[part].flatMap((value, i) =>
      value === before[part][i] || value === after[part][i] ? [] : [`${part} ${i}: ${value.slice(0, 40)}`],
    ),
  );
}

function f32(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
