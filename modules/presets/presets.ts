import { applyBulk, bulkImage, BulkImage } from "../parameters/bulk";
import { bulkVersion, imageLength } from "../parameters/layout";
import type { Row } from "../parameters/row";
import type { Store } from "../parameters/store";
import { parameters } from "../parameters/table";
import { PinMap } from "../pins/pin-map";
import { Directory } from "./directory";
import type { Area, Flash } from "./flash";
import { Log } from "./log";
import { describeRecord } from "./records";
import { slotCount, Slots } from "./slots";
import { PresetStatus } from "./status";

/**
 * What saving, loading, deleting and starting do to the live parameters. A preset is a bulk image. Nothing here touches
 * hardware or engine: that is for whoever calls.
 */
export class Presets {
  readonly directory: Directory;
  readonly slots: Slots;
  readonly #store: Store;
  readonly #log: Log;
  /** The active slot, in memory that outlives this object. */
  readonly #active: Uint8Array;

  /** `memory` is a byte that is zero at power-on. Throws a RangeError for an area that is not in the flash. */
  constructor(store: Store, flash: Flash, area: Area, memory: Uint8Array) {
    this.#store = store;
    this.#log = new Log(flash, area, describeRecord);
    this.directory = new Directory(this.#log);
    this.slots = new Slots(this.#log, bulkVersion);
    this.#active = memory;
  }

  /** What could not be read, in plain sentences. */
  report(): string[] {
    return [...this.#log.report, ...this.slots.report];
  }

  /** 0–9. */
  get active(): number {
    const active = this.#active[0] as number;
    return active < slotCount ? active : 0;
  }

  /** After power-on: the start slot's preset over factory defaults, with the saved master volume unless it has its own. */
  start(): void {
    const slot = this.directory.startSlot;
    this.#active[0] = slot;
    this.#store.set(parameters.volume, 0, this.directory.settings.savedVolume);
    this.#apply(slot);
  }

  /** Stores all live parameters in a slot and makes it the active one; returns a PresetStatus, as all of these do. */
  save(slot: number): number {
    const image = bulkImage(this.#store, imageLength);
    const status = this.slots.save(slot, new Uint8Array(image.buffer));
    return status === PresetStatus.ok ? this.#activate(slot) : status;
  }

  /** Makes a slot the active one and its preset live; factory defaults when it has none. What is damaged changes nothing. */
  load(slot: number): number {
    const status = this.#apply(slot);
    if (status === PresetStatus.empty) this.#clear();
    else if (status !== PresetStatus.ok) return status;
    return this.#activate(slot);
  }

  /** Deletes a preset and its name. Without the active one, factory defaults are live. */
  delete(slot: number): number {
    const status = this.slots.delete(slot);
    if (status === PresetStatus.ok && slot === this.active) this.#clear();
    return status;
  }

  /** Makes factory defaults live, pins among them, at the saved master volume. */
  reset(): void {
    this.#store.reset((row) => row.scope === "volume");
    this.#store.set(parameters.volume, 0, this.directory.settings.savedVolume);
  }

  /** Keeps the live master volume for the next power-on. */
  saveVolume(): number {
    return this.directory.update({ savedVolume: this.#store.get(parameters.volume) });
  }

  /** Whether the pins of an image may be applied: all of them or none. */
  takesPins(image: BulkImage): boolean {
    return this.directory.settings.includePins !== 0 && new PinMap(image).isConsistent();
  }

  #apply(slot: number): number {
    const bytes = new Uint8Array(imageLength);
    const { status, length } = this.slots.load(slot, bytes);
    if (status !== PresetStatus.ok) return status;
    const image = new BulkImage(this.#store, new DataView(bytes.buffer, 0, length));
    if (!image.isValid()) return PresetStatus.damaged;
    const pins = this.takesPins(image);
    applyBulk(this.#store, image, { pins, volume: this.#hasPresetVolume() });
    return status;
  }

  /** What an empty slot is like. */
  #clear(): void {
    const keepsPins = this.directory.settings.includePins === 0;
    const isKept = ({ scope }: Row) => scope === "volume" || (scope === "pins" && keepsPins);
    this.#store.reset(isKept);
    if (this.#hasPresetVolume()) this.#store.set(parameters.volume, 0, this.directory.settings.savedVolume);
  }

  #hasPresetVolume(): boolean {
    return this.directory.settings.volumeMode === 1;
  }

  #activate(slot: number): number {
    this.#active[0] = slot;
    return this.directory.update({ lastActiveSlot: slot });
  }
}
