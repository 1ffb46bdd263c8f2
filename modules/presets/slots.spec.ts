import { describe, expect, it } from "vitest";

import { encodeText } from "../parameters/text";
import { Directory } from "./directory";
import { Log } from "./log";
import { RamFlash } from "../testing/ram-flash";
import { RecordType } from "./records";
import { Slots } from "./slots";
import { PresetStatus } from "./status";

const { ok, invalid, empty, damaged, notWritten } = PresetStatus;

function start(flash: RamFlash): { log: Log; slots: Slots } {
  const log = new Log(flash, { offset: 0, size: flash.size });
  return { log, slots: new Slots(log, 1) };
}

/** An image of layout 1. */
function image(length: number, seed: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i === 0 ? 1 : (seed * 17 + i) & 255));
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(encodeText(text));
}

/** The text before a name's zeros. */
function nameOf(slots: Slots, slot: number): string {
  const name = slots.name(slot);
  return String.fromCharCode(...name.subarray(0, name.indexOf(0)));
}

describe("preset slots", () => {
  it("are empty on a fresh device, and the first is called Default", () => {
    const { slots } = start(new RamFlash(4));
    expect(slots.occupied).toBe(0);
    expect(nameOf(slots, 0)).toBe("Default");
    for (let slot = 1; slot < 10; slot++) expect([...slots.name(slot)]).toEqual(new Array(32).fill(0));
    expect(slots.load(4, new Uint8Array(10))).toEqual({ status: empty, length: 0 });
  });

  it("give back the image they were given, after a restart too", () => {
    const flash = new RamFlash(8);
    expect(start(flash).slots.save(9, image(2900, 9))).toBe(ok);
    expect(start(flash).slots.save(2, image(100, 2))).toBe(ok);
    const { slots } = start(flash);
    expect(slots.occupied).toBe((1 << 9) | (1 << 2));
    const into = new Uint8Array(3000);
    expect(slots.load(9, into)).toEqual({ status: ok, length: 2900 });
    const expected = image(2900, 9);
    expect(expected.every((byte, i) => byte === into[i])).toBe(true);
  });

  it("refuse slots that do not exist and images that are none", () => {
    const { slots } = start(new RamFlash(4));
    for (const slot of [-1, 10, 255, 0.5, NaN]) {
      expect(slots.save(slot, image(10, 1))).toBe(invalid);
      expect(slots.load(slot, new Uint8Array(10)).status).toBe(invalid);
      expect(slots.delete(slot)).toBe(invalid);
      expect(slots.rename(slot, bytesOf("x"))).toBe(invalid);
      expect([...slots.name(slot)]).toEqual(new Array(32).fill(0));
    }
    expect(slots.save(0, new Uint8Array(0))).toBe(invalid);
    expect(slots.save(0, image(5000, 1))).toBe(invalid);
  });

  it("say when the flash is full", () => {
    const { slots } = start(new RamFlash(3));
    expect(slots.save(0, image(2900, 0))).toBe(ok);
    expect(slots.save(1, image(2900, 1))).toBe(notWritten);
    expect(slots.save(0, image(2900, 2))).toBe(ok);
    expect(slots.occupied).toBe(1);
  });

  it("a damaged preset is occupied and not loaded", () => {
    const flash = new RamFlash(4);
    start(flash).slots.save(0, image(1000, 3));
    flash.bytes[500] = 0;
    const { slots } = start(flash);
    const into = new Uint8Array(1000);
    expect(slots.occupied).toBe(1);
    expect(slots.load(0, into)).toEqual({ status: damaged, length: 0 });
    expect(into.every((byte) => byte === 0)).toBe(true);
  });

  it("keep a later firmware's preset, do not load it, and say so", () => {
    const flash = new RamFlash(4);
    const later = image(40, 1);
    later[0] = 7;
    start(flash).slots.save(3, later);
    const { slots } = start(flash);
    expect(slots.load(3, new Uint8Array(100)).status).toBe(invalid);
    expect(slots.occupied).toBe(1 << 3);
    expect(slots.report).toEqual(["Preset 3 is from a later firmware (layout 7, not 1): it is kept."]);
  });

  it("do not load an image that is longer than its place", () => {
    const { slots } = start(new RamFlash(4));
    slots.save(0, image(40, 1));
    expect(slots.load(0, new Uint8Array(39)).status).toBe(invalid);
  });

  it("names are kept to 31 bytes, occupied or not", () => {
    const flash = new RamFlash(4);
    const { slots } = start(flash);
    expect(slots.rename(5, bytesOf("x".repeat(40)))).toBe(ok);
    expect(slots.rename(6, bytesOf("Bass\0\0"))).toBe(ok);
    expect(nameOf(start(flash).slots, 5)).toBe("x".repeat(31));
    expect(nameOf(start(flash).slots, 6)).toBe("Bass");
    expect(start(flash).slots.occupied).toBe(0);
  });

  it("an empty name replaces Default", () => {
    const flash = new RamFlash(4);
    expect(start(flash).slots.rename(0, bytesOf(""))).toBe(ok);
    expect(nameOf(start(flash).slots, 0)).toBe("");
  });

  it("saving leaves the name, deleting takes it along, and it does not come back", () => {
    const flash = new RamFlash(4);
    for (const slot of [0, 4]) {
      const { slots } = start(flash);
      if (slot !== 0) slots.rename(slot, bytesOf("Cinema"));
      slots.save(slot, image(50, 1));
      expect(nameOf(start(flash).slots, slot)).toBe(slot === 0 ? "Default" : "Cinema");
      expect(slots.delete(slot)).toBe(ok);
      expect(nameOf(start(flash).slots, slot)).toBe("");
      expect(start(flash).slots.occupied).toBe(0);
      slots.save(slot, image(50, 2));
      expect(nameOf(start(flash).slots, slot)).toBe("");
      slots.rename(slot, bytesOf("Concert"));
      expect(nameOf(start(flash).slots, slot)).toBe("Concert");
      slots.delete(slot);
      slots.rename(slot, bytesOf("Club"));
      slots.save(slot, image(50, 3));
      expect(nameOf(start(flash).slots, slot)).toBe("Club");
      slots.delete(slot);
    }
  });

  it("deleting what is not there writes nothing", () => {
    const flash = new RamFlash(4);
    const { slots } = start(flash);
    expect(slots.delete(1)).toBe(ok);
    expect(flash.bytes.every((byte) => byte === 255)).toBe(true);
  });
});

describe("the preset directory", () => {
  const fresh = {
    startupMode: 0,
    defaultSlot: 0,
    lastActiveSlot: 0,
    includePins: 1,
    volumeMode: 0,
    savedVolume: -20,
  };

  it("of a fresh device has the defaults", () => {
    const directory = new Directory(start(new RamFlash(4)).log);
    expect(directory.settings).toEqual(fresh);
    expect(directory.startSlot).toBe(0);
  });

  it("keeps every setting over a restart", () => {
    const flash = new RamFlash(4);
    const changes = [
      { startupMode: 1 },
      { defaultSlot: 9, lastActiveSlot: 7 },
      { includePins: 0 },
      { volumeMode: 1 },
      { savedVolume: -33.5 },
      { savedVolume: -128 },
    ];
    const expected = { ...fresh };
    for (const change of changes) {
      expect(new Directory(start(flash).log).update(change)).toBe(ok);
      Object.assign(expected, change);
      expect(new Directory(start(flash).log).settings).toEqual(expected);
    }
  });

  it("starts with the default slot or the last active one", () => {
    const directory = new Directory(start(new RamFlash(4)).log);
    directory.update({ defaultSlot: 3, lastActiveSlot: 8 });
    expect(directory.startSlot).toBe(3);
    directory.update({ startupMode: 1 });
    expect(directory.startSlot).toBe(8);
  });

  it("refuses what has no meaning, and changes nothing then", () => {
    const { log } = start(new RamFlash(4));
    const directory = new Directory(log);
    for (const change of [
      { startupMode: 2 },
      { defaultSlot: 10 },
      { lastActiveSlot: -1 },
      { includePins: 0.5 },
      { volumeMode: NaN, includePins: 0 },
      { savedVolume: 0.01 },
      { savedVolume: -Infinity },
      { savedVolume: NaN },
    ])
      expect(directory.update(change)).toBe(invalid);
    expect(directory.settings).toEqual(fresh);
    expect(log.has(RecordType.settings, 0)).toBe(false);
  });

  it("writes only what changes", () => {
    const { log } = start(new RamFlash(4));
    const directory = new Directory(log);
    directory.update({ savedVolume: -12.3 });
    const sequence = log.sequence(RecordType.settings, 0);
    expect(directory.update({ savedVolume: -12.3, startupMode: 0 })).toBe(ok);
    expect(log.sequence(RecordType.settings, 0)).toBe(sequence);
  });

  it("takes what it knows of a shorter or longer record", () => {
    const { log } = start(new RamFlash(4));
    log.write(RecordType.settings, 0, new Uint8Array([1, 5]));
    expect(new Directory(log).settings).toEqual({ ...fresh, startupMode: 1, defaultSlot: 5 });
    log.write(RecordType.settings, 0, new Uint8Array([0, 77, 6, 0, 1, 0, 0, 0, 0, 0, 0x20, 0xc1, 9, 9]));
    expect(new Directory(log).settings).toEqual({
      ...fresh,
      lastActiveSlot: 6,
      includePins: 0,
      volumeMode: 1,
      savedVolume: -10,
    });
  });
});
