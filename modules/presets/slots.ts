import { presetCount } from "../parameters/platforms";
import { textBytes } from "../parameters/row";
import { encodeText } from "../parameters/text";
import type { Log } from "./log";
import { RecordType } from "./records";
import { PresetStatus } from "./status";

export const slotCount = presetCount;

/** Bytes of a name, the last one always zero. */
const nameBytes = textBytes;

const nothing = new Uint8Array(0);

/**
 * Presets and their names, a record each. A preset's image is its writer's business but for the first byte, the version
 * of its layout. Slots are 0–9.
 */
export class Slots {
  readonly #log: Log;
  readonly #version: number;

  /** `version` is the newest layout of images that can be loaded. */
  constructor(log: Log, version: number) {
    this.#log = log;
    this.#version = version;
  }

  /** A bit per slot that has a preset, readable or not. */
  get occupied(): number {
    let mask = 0;
    for (let slot = 0; slot < slotCount; slot++) if (this.#log.has(RecordType.preset, slot)) mask |= 1 << slot;
    return mask;
  }

  /** What cannot be loaded though it is whole, in plain sentences. */
  get report(): string[] {
    const report: string[] = [];
    const version = new Uint8Array(1);
    for (let slot = 0; slot < slotCount; slot++) {
      if (typeof this.#log.read(RecordType.preset, slot, version) !== "number") continue;
      if ((version[0] as number) > this.#version)
        report.push(
          `Preset ${slot} is from a later firmware (layout ${version[0]}, not ${this.#version}): it is kept.`,
        );
    }
    return report;
  }

  /** Replaces the preset of a slot: ok, invalid or notWritten. The name stays. */
  save(slot: number, image: Uint8Array): number {
    if (!isSlot(slot) || image.length === 0 || image.length > this.#log.maximumLength) return PresetStatus.invalid;
    if (this.#isDeleted(slot) && !this.#log.write(RecordType.presetName, slot, nothing)) return PresetStatus.notWritten;
    return this.#log.write(RecordType.preset, slot, image) ? PresetStatus.ok : PresetStatus.notWritten;
  }

  /**
   * Reads the preset of a slot into the beginning of `into`; `length` is that of its image when the status is ok. The
   * status is invalid for an image that a later firmware wrote, or that is longer than `into`.
   */
  load(slot: number, into: Uint8Array): { status: number; length: number } {
    if (!isSlot(slot)) return { status: PresetStatus.invalid, length: 0 };
    const length = this.#log.read(RecordType.preset, slot, into);
    if (length === "absent") return { status: PresetStatus.empty, length: 0 };
    if (length === "damaged") return { status: PresetStatus.damaged, length: 0 };
    if (length > into.length || (into[0] as number) > this.#version) return { status: PresetStatus.invalid, length: 0 };
    return { status: PresetStatus.ok, length };
  }

  /** Deletes the preset of a slot with its name: ok, invalid or notWritten. */
  delete(slot: number): number {
    if (!isSlot(slot)) return PresetStatus.invalid;
    const isGone = !this.#log.has(RecordType.preset, slot) && this.name(slot).every((byte) => byte === 0);
    return isGone || this.#log.write(RecordType.preset, slot, nothing) ? PresetStatus.ok : PresetStatus.notWritten;
  }

  /** The 32 bytes of a slot's name, zeros at the end. */
  name(slot: number): Uint8Array {
    const name = new Uint8Array(nameBytes);
    if (!isSlot(slot)) return name;
    if (this.#isDeleted(slot)) return name;
    if (slot === 0 && this.#log.sequence(RecordType.presetName, 0) === 0) name.set(encodeText("Default"));
    else this.#log.read(RecordType.presetName, slot, name.subarray(0, nameBytes - 1));
    return name;
  }

  /** Names a slot, occupied or not, with the first 31 bytes of a text: ok, invalid or notWritten. */
  rename(slot: number, text: Uint8Array): number {
    if (!isSlot(slot)) return PresetStatus.invalid;
    let length = Math.min(text.length, nameBytes - 1);
    while (length > 0 && text[length - 1] === 0) length--;
    const isWritten = this.#log.write(RecordType.presetName, slot, text.subarray(0, length));
    return isWritten ? PresetStatus.ok : PresetStatus.notWritten;
  }

  /**
   * Whether a slot's last event is its deletion. A name from before does not count then: preset and name go with one
   * record, and power cannot fail between them.
   */
  #isDeleted(slot: number): boolean {
    if (this.#log.has(RecordType.preset, slot)) return false;
    return this.#log.sequence(RecordType.preset, slot) > this.#log.sequence(RecordType.presetName, slot);
  }
}

function isSlot(slot: number): boolean {
  return Number.isInteger(slot) && slot >= 0 && slot < slotCount;
}
