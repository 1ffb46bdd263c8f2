import { accept } from "../parameters/row";
import { parameters } from "../parameters/table";
import type { Log } from "./log";
import { RecordType } from "./records";
import { PresetStatus } from "./status";

/** What the device does with its presets. */
export interface Settings {
  /** 0 starts with the default slot, 1 with the last active one. */
  startupMode: number;
  defaultSlot: number;
  lastActiveSlot: number;
  /** Whether loading a preset applies its pins: 0 or 1. */
  includePins: number;
  /** 0: the master volume is the device's own; 1: it is part of a preset. */
  volumeMode: number;
  /** dB, −128 (silence) … 0. */
  savedVolume: number;
}

/** The row that says what a setting may be, and what it is at first. */
const rows = Object.freeze({
  startupMode: parameters.startupMode,
  defaultSlot: parameters.defaultSlot,
  lastActiveSlot: parameters.defaultSlot,
  includePins: parameters.includePins,
  volumeMode: parameters.volumeMode,
  savedVolume: parameters.volume,
});

const defaultSettings: Readonly<Settings> = Object.freeze({
  startupMode: rows.startupMode.default as number,
  defaultSlot: rows.defaultSlot.default as number,
  lastActiveSlot: rows.lastActiveSlot.default as number,
  includePins: rows.includePins.default as number,
  volumeMode: rows.volumeMode.default as number,
  savedVolume: rows.savedVolume.default as number,
});

/** Settings of one byte, in the order of the record; the saved volume follows as f32. */
const byteNames = Object.freeze(["startupMode", "defaultSlot", "lastActiveSlot", "includePins", "volumeMode"] as const);
const volumeOffset = 8;
/** Later firmware may append to it. */
const recordLength = 12;

/** The settings about presets, in one record of the log. */
export class Directory {
  readonly #log: Log;
  readonly #settings: Settings = { ...defaultSettings };

  /** Takes what the log holds; what it does not, or what has no meaning here, has its default. */
  constructor(log: Log) {
    this.#log = log;
    const record = new DataView(new ArrayBuffer(recordLength));
    const length = log.read(RecordType.settings, 0, new Uint8Array(record.buffer));
    if (typeof length !== "number") return;
    const settings = this.#settings;
    byteNames.forEach((name, at) => {
      if (at < length && isValid(name, record.getUint8(at))) settings[name] = record.getUint8(at);
    });
    const volume = record.getFloat32(volumeOffset, true);
    if (length >= recordLength && isValid("savedVolume", volume)) settings.savedVolume = volume;
  }

  get settings(): Readonly<Settings> {
    return this.#settings;
  }

  /** The slot that the device starts with. */
  get startSlot(): number {
    return this.#settings.startupMode === 0 ? this.#settings.defaultSlot : this.#settings.lastActiveSlot;
  }

  /** Changes settings, all or none; what is in flash already is not written again. */
  update(changes: Partial<Settings>): number {
    const settings = { ...this.#settings, ...changes };
    settings.savedVolume = Math.fround(settings.savedVolume);
    const names = Object.keys(settings) as (keyof Settings)[];
    if (!names.every((name) => isValid(name, settings[name]))) return PresetStatus.invalid;
    if (names.every((name) => settings[name] === this.#settings[name])) return PresetStatus.ok;
    return this.#write(settings);
  }

  #write(settings: Settings): number {
    const record = new DataView(new ArrayBuffer(recordLength));
    byteNames.forEach((name, at) => record.setUint8(at, settings[name]));
    record.setFloat32(volumeOffset, settings.savedVolume, true);
    if (!this.#log.write(RecordType.settings, 0, new Uint8Array(record.buffer))) return PresetStatus.notWritten;
    Object.assign(this.#settings, settings);
    return PresetStatus.ok;
  }
}

function isValid(name: keyof Settings, value: number): boolean {
  if (name !== "savedVolume" && !(Number.isInteger(value) && value >= 0)) return false;
  return accept(rows[name], value) === value;
}
