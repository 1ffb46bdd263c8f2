import { Directory, type Settings } from "../../modules/presets/directory";
import type { Area, Flash } from "../../modules/presets/flash";
import { Log } from "../../modules/presets/log";
import { describeRecord } from "../../modules/presets/records";
import { slotCount, Slots } from "../../modules/presets/slots";
import { PresetStatus } from "../../modules/presets/status";
import type { Random } from "./random";

/** Bytes of a preset of the larger chip, about those of a bulk packet. */
export const imageLength = 2900;

/** What a device has of its presets once it has started. */
export class Device {
  readonly log: Log;
  readonly slots: Slots;
  readonly directory: Directory;

  constructor(flash: Flash, area: Area = { offset: 0, size: flash.size }) {
    this.log = new Log(flash, area, describeRecord);
    this.slots = new Slots(this.log, 1);
    this.directory = new Directory(this.log);
  }

  /** Everything that a user has stored. */
  contents(): Contents {
    const presets = [];
    for (let slot = 0; slot < slotCount; slot++) {
      const into = new Uint8Array(imageLength);
      const { status, length } = this.slots.load(slot, into);
      const name = Buffer.from(this.slots.name(slot)).toString("latin1").replace(/\0+$/, "");
      const image =
        status === PresetStatus.ok ? Buffer.from(into.subarray(0, length)).toString("latin1") : `status ${status}`;
      presets.push({ name, image });
    }
    return { presets, settings: { ...this.directory.settings } };
  }
}

export interface Contents {
  presets: { name: string; image: string }[];
  settings: Settings;
}

/** A step in the life of a device; saving and loading a preset also make it the active one. */
export type Operation =
  | { kind: "save"; slot: number; image: Uint8Array }
  | { kind: "delete"; slot: number }
  | { kind: "rename"; slot: number; name: Uint8Array }
  | { kind: "update"; changes: Partial<Settings> };

/** A life of presets saved, renamed and deleted, and of settings changed. */
export function randomOperation(random: Random): Operation {
  const slot = random.below(slotCount);
  const kind = random.below(10);
  if (kind < 4) {
    // Mostly of full size; the smaller chip's are shorter
    const image = new Uint8Array(random.below(3) === 0 ? 1 + random.below(imageLength) : imageLength);
    image.forEach((_, i) => (image[i] = random.below(4) === 0 ? 0xff : random.below(256)));
    image[0] = 1;
    return { kind: "save", slot, image };
  }
  if (kind < 5) return { kind: "delete", slot };
  if (kind < 7)
    return { kind: "rename", slot, name: new Uint8Array(random.below(40)).map(() => 0x20 + random.below(90)) };
  const settings: Partial<Settings>[] = [
    { startupMode: random.below(2), defaultSlot: slot },
    { lastActiveSlot: slot }, // a preset load
    { includePins: random.below(2) },
    { volumeMode: random.below(2) },
    { savedVolume: -random.below(128) },
  ];
  return { kind: "update", changes: settings[random.below(settings.length)] as Partial<Settings> };
}

/** Carries out an operation; its status. */
export function carryOut(device: Device, operation: Operation): number {
  if (operation.kind === "delete") return device.slots.delete(operation.slot);
  if (operation.kind === "rename") return device.slots.rename(operation.slot, operation.name);
  if (operation.kind === "update") return device.directory.update(operation.changes);
  const status = device.slots.save(operation.slot, operation.image);
  return status === PresetStatus.ok ? device.directory.update({ lastActiveSlot: operation.slot }) : status;
}

/** What the contents are after an operation, by the protocol's words. */
export function expectedAfter({ presets, settings }: Contents, operation: Operation): Contents {
  const after = { presets: presets.map((preset) => ({ ...preset })), settings: { ...settings } };
  if (operation.kind === "update") {
    Object.assign(after.settings, operation.changes);
    return after;
  }
  const preset = after.presets[operation.slot] as { name: string; image: string };
  if (operation.kind === "delete") Object.assign(preset, { name: "", image: "status 2" });
  else if (operation.kind === "rename") preset.name = Buffer.from(operation.name.subarray(0, 31)).toString("latin1");
  else {
    preset.image = Buffer.from(operation.image).toString("latin1");
    after.settings.lastActiveSlot = operation.slot;
  }
  return after;
}

/** Which parts of the contents are neither as before nor as after. */
export function unexpected(found: Contents, before: Contents, after: Contents): string[] {
  const parts: string[] = [];
  found.presets.forEach((preset, slot) => {
    if (![before, after].some(({ presets }) => isSame(preset, presets[slot]))) parts.push(`preset ${slot}`);
  });
  if (![before, after].some(({ settings }) => isSame(found.settings, settings))) parts.push("settings");
  return parts;
}

/** Whether two contents are the same. */
export function areSame(a: Contents, b: Contents): boolean {
  return unexpected(a, b, b).length === 0;
}

function isSame<T extends object>(a: T, b: T | undefined): boolean {
  return (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b?.[key]);
}
