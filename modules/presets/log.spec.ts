import { describe, expect, it } from "vitest";

import { crc32 } from "../testing/crc32";
import { Log } from "./log";
import { RamFlash } from "../testing/ram-flash";

/** Bytes that differ for every seed. */
function content(length: number, seed: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => (seed * 31 + i * 7) & 255);
}

const nothing = new Uint8Array(0);

/** What reading says, or whether it gives the expected bytes. */
function holds(log: Log, type: number, key: number, expected: Uint8Array): boolean | string {
  const into = new Uint8Array(expected.length);
  const length = log.read(type, key, into);
  if (typeof length === "string") return length;
  return length === expected.length && into.every((byte, i) => byte === expected[i]);
}

function mountAll(flash: RamFlash): Log {
  return new Log(flash, { offset: 0, size: flash.size });
}

/** Makes a header valid for its position: its CRC of 12 bytes goes on from there. */
function sign(bytes: Uint8Array, at: number): void {
  new DataView(bytes.buffer).setInt32(at + 12, crc32(bytes.subarray(at, at + 12), at), true);
}

describe("a log in flash", () => {
  it("is empty on blank flash, without complaint", () => {
    const log = mountAll(new RamFlash(4));
    expect(log.report).toEqual([]);
    expect(log.has(1, 0)).toBe(false);
    expect(log.sequence(1, 0)).toBe(0);
    expect(log.read(1, 0, new Uint8Array(1))).toBe("absent");
  });

  it("gives back the newest content, at once and after a restart", () => {
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    for (const length of [1, 16, 255, 256, 1000]) {
      expect(log.write(7, 3, content(length, length))).toBe(true);
      expect(holds(log, 7, 3, content(length, length))).toBe(true);
      expect(holds(mountAll(flash), 7, 3, content(length, length))).toBe(true);
    }
    expect(mountAll(flash).report).toEqual([]);
  });

  it("keeps types and keys apart", () => {
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    const places = [
      [1, 2],
      [2, 1],
      [0, 0],
      [255, 255],
    ] as const;
    places.forEach(([type, key], i) => log.write(type, key, content(20, i)));
    places.forEach(([type, key], i) => expect(holds(mountAll(flash), type, key, content(20, i))).toBe(true));
  });

  it("says the whole length and fills only the given buffer", () => {
    const log = mountAll(new RamFlash(4));
    log.write(1, 1, content(100, 5));
    const into = new Uint8Array(10);
    expect(log.read(1, 1, into)).toBe(100);
    expect([...into]).toEqual([...content(100, 5).subarray(0, 10)]);
  });

  it("writing nothing deletes, for ever", () => {
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    log.write(1, 1, content(500, 1));
    log.write(1, 1, nothing);
    expect(log.has(1, 1)).toBe(false);
    for (let i = 0; i < 100; i++) log.write(1, 2, content(500, i)); // three times round
    expect(holds(mountAll(flash), 1, 1, nothing)).toBe("absent");
  });

  it("numbers what happens, also across rounds and restarts", () => {
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    log.write(1, 1, content(10, 1));
    log.write(1, 2, nothing);
    for (let i = 0; i < 40; i++) log.write(1, 3, content(1000, i));
    const again = mountAll(flash);
    expect(again.sequence(1, 1)).toBeGreaterThan(0);
    expect(again.sequence(1, 2)).toBeGreaterThan(again.sequence(1, 1));
    expect(again.sequence(1, 3)).toBeGreaterThan(again.sequence(1, 2));
  });

  it("keeps old records through many rounds of new ones", () => {
    const flash = new RamFlash(6);
    const log = mountAll(flash);
    for (let key = 0; key < 10; key++) log.write(1, key, content(300, key));
    for (let i = 0; i < 60; i++) expect(log.write(2, 0, content(2900, i))).toBe(true);
    for (let key = 0; key < 10; key++) expect(holds(mountAll(flash), 1, key, content(300, key))).toBe(true);
    expect(holds(mountAll(flash), 2, 0, content(2900, 59))).toBe(true);
  });

  it("takes its area of the flash and nothing beside it", () => {
    const flash = new RamFlash(6);
    const log = new Log(flash, { offset: 4096, size: 4 * 4096 });
    for (let i = 0; i < 30; i++) log.write(1, i % 3, content(1000, i));
    expect(
      [0, 5].every((sector) => flash.bytes.subarray(sector * 4096, (sector + 1) * 4096).every((b) => b === 255)),
    ).toBe(true);
    expect(() => new Log(flash, { offset: 100, size: 4096 })).toThrow();
    expect(() => new Log(flash, { offset: 4096, size: 6 * 4096 })).toThrow();
  });

  it("refuses what does not fit and keeps what it has", () => {
    const log = mountAll(new RamFlash(5));
    expect(log.capacity).toBe(2 * 4080);
    expect(log.write(1, 0, new Uint8Array(log.maximumLength + 1))).toBe(false);
    expect(log.write(1, 0, content(log.maximumLength, 1))).toBe(true);
    expect(log.write(1, 1, content(log.maximumLength, 2))).toBe(true);
    expect(log.write(1, 2, content(1, 3))).toBe(false);
    for (let i = 0; i < 20; i++) expect(log.write(1, i & 1, content(log.maximumLength, i))).toBe(true);
    expect(holds(log, 1, 0, content(log.maximumLength, 18))).toBe(true);
    expect(log.write(1, 0, nothing)).toBe(true);
    expect(log.write(1, 2, content(4000, 3))).toBe(true);
  });

  it("works with a full store of small records, whatever is replaced", () => {
    const flash = new RamFlash(5);
    const log = mountAll(flash);
    let count = 0;
    while (count < 256 && log.write(1, count, content(40, count))) count++;
    expect(count).toBe(Math.floor((2 * 4080) / 64));
    for (let i = 0; i < 400; i++) expect(log.write(1, (i * 37) % count, content(40, (i * 37) % count))).toBe(true);
    const again = mountAll(flash);
    for (let key = 0; key < count; key++) expect(holds(again, 1, key, content(40, key))).toBe(true);
  });

  it("brings together what is scattered when a long record needs the room", () => {
    const log = mountAll(new RamFlash(8));
    for (let key = 0; key < 7; key++) {
      log.write(1, key, content(1100, key)); // each in a sector of its own,
      log.write(2, 0, content(2700, key)); // with what is replaced or deleted then
    }
    log.write(2, 0, nothing);
    expect(log.write(3, 0, content(3500, 9))).toBe(true);
    for (let key = 0; key < 7; key++) expect(holds(log, 1, key, content(1100, key))).toBe(true);
  });

  it("an older version takes the place of a damaged one, and the report says so", () => {
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    log.write(1, 1, content(200, 1));
    log.write(1, 1, content(200, 2));
    flash.bytes[16 + 16 + 208 + 16] = 0; // first byte of the second content
    const again = new Log(flash, { offset: 0, size: flash.size }, (type, key) => `Thing ${type}.${key}`);
    expect(again.report).toEqual(["Thing 1.1 is damaged: an older version is used instead."]);
    expect(holds(again, 1, 1, content(200, 1))).toBe(true);
  });

  it("without an older version says that a record is damaged, until it is written again", () => {
    const flash = new RamFlash(4);
    mountAll(flash).write(1, 1, content(200, 1));
    flash.bytes[40] = 0;
    const log = mountAll(flash);
    expect(log.report).toEqual(["Record 1/1 is damaged and cannot be read."]);
    expect(log.has(1, 1)).toBe(true);
    expect(holds(log, 1, 1, nothing)).toBe("damaged");
    expect(log.write(1, 1, content(200, 2))).toBe(true);
    expect(holds(log, 1, 1, content(200, 2))).toBe(true);
    expect(mountAll(flash).report).toEqual([]);
  });

  it("says that a record is damaged that was not at the start, and works on", () => {
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    log.write(1, 1, content(200, 1));
    flash.bytes[40] = 0;
    expect(holds(log, 1, 1, nothing)).toBe("damaged");
    for (let i = 0; i < 12; i++) expect(log.write(1, 2, content(1500, i))).toBe(true);
    expect(holds(log, 1, 1, nothing)).toBe("damaged");
    expect(log.report).toEqual(["Record 1/1 is damaged and cannot be read."]);
  });

  it("a damaged record does not bring back one that was deleted before", () => {
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    log.write(1, 1, content(16, 1));
    log.write(1, 1, nothing);
    log.write(1, 1, content(16, 3));
    flash.bytes[16 + 32 + 16 + 16] = 0;
    expect(holds(mountAll(flash), 1, 1, nothing)).toBe("damaged");
  });

  it("finds the records behind a damaged header", () => {
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    for (let key = 0; key < 3; key++) log.write(1, key, content(100, key));
    flash.bytes[16 + 128 + 4] = 0; // of the second
    const again = mountAll(flash);
    expect(holds(again, 1, 0, content(100, 0))).toBe(true);
    expect(holds(again, 1, 1, nothing)).toBe("absent");
    expect(holds(again, 1, 2, content(100, 2))).toBe(true);
    expect(again.report).toEqual([
      "Sector 0: some bytes are unreadable after an interrupted write or damage; whole records are kept.",
    ]);
  });

  it("finds the records of a sector with a damaged header", () => {
    const flash = new RamFlash(4);
    mountAll(flash).write(1, 1, content(100, 1));
    flash.bytes[0] = 0;
    const again = mountAll(flash);
    expect(again.report).toHaveLength(1);
    expect(again.report[0]).toContain("Sector 0: no valid beginning");
    for (let i = 0; i < 30; i++) again.write(1, 2, content(1000, i));
    expect(holds(mountAll(flash), 1, 1, content(100, 1))).toBe(true);
    expect(mountAll(flash).report).toEqual([]);
  });

  it("takes no record out of another one's content", () => {
    const other = new RamFlash(3);
    expect(mountAll(other).write(9, 9, content(100, 9))).toBe(true);
    const flash = new RamFlash(4);
    const log = mountAll(flash);
    log.write(1, 1, content(100, 1));
    log.write(1, 2, other.bytes.slice(0, 512)); // a piece of a store, as a record
    flash.bytes[16 + 128] = 0; // the header around it
    const again = mountAll(flash);
    expect(holds(again, 1, 1, content(100, 1))).toBe(true);
    expect(again.has(9, 9)).toBe(false);
  });

  it("reports an interrupted write, and goes on behind it", () => {
    const flash = new RamFlash(4);
    mountAll(flash).write(1, 1, content(100, 1));
    flash.bytes[16 + 128 + 300] = 0; // of content whose header is not there yet
    const again = mountAll(flash);
    expect(again.report).toEqual(["The last write was interrupted: what it was to replace is still there."]);
    expect(again.write(1, 1, content(1000, 2))).toBe(true);
    expect(holds(mountAll(flash), 1, 1, content(1000, 2))).toBe(true);
    expect(mountAll(flash).report).toEqual([]);
  });

  it("starts on other data, uses its place and says so", () => {
    const flash = new RamFlash(4);
    flash.bytes.forEach((_, i) => (flash.bytes[i] = (i * i + (i >> 5)) & 255));
    const log = mountAll(flash);
    expect(log.report).toHaveLength(1);
    expect(log.report[0]).toContain("Sectors 0–3: no valid beginning");
    expect(log.write(1, 1, content(100, 1))).toBe(true);
    expect(holds(mountAll(flash), 1, 1, content(100, 1))).toBe(true);
  });

  it("leaves a later version's sectors as they are until everything is erased", () => {
    const flash = new RamFlash(6);
    const log = mountAll(flash);
    for (let i = 0; i < 3; i++) log.write(1, i, content(4000, i));
    flash.bytes[4096 + 4] = 2;
    sign(flash.bytes, 4096);
    const theirs = flash.bytes.slice(4096, 8192);
    const again = mountAll(flash);
    expect(again.report).toEqual([
      "Sector 1: written by a firmware with another layout than version 1, and left as it was.",
    ]);
    expect(holds(again, 1, 0, content(4000, 0))).toBe(true);
    expect(holds(again, 1, 1, nothing)).toBe("absent");
    for (let i = 0; i < 30; i++) expect(again.write(1, 2, content(2000, i))).toBe(true);
    expect(theirs.every((byte, i) => byte === flash.bytes[4096 + i])).toBe(true);
    again.erase();
    expect(again.report).toEqual([]);
    expect(flash.bytes.every((byte) => byte === 255)).toBe(true);
    expect(again.write(1, 1, content(10, 1))).toBe(true);
  });

  it("refuses to write where every sector is a later version's", () => {
    const flash = new RamFlash(2);
    new DataView(flash.bytes.buffer).setUint32(4096, 0x78707364, true);
    flash.bytes.copyWithin(0, 4096, 4100);
    for (const at of [0, 4096]) {
      flash.bytes.set([9, 0, 0, 0, 1, 0, 0, 0], at + 4);
      sign(flash.bytes, at);
    }
    const log = mountAll(flash);
    expect(log.capacity).toBeLessThanOrEqual(0);
    expect(log.write(1, 1, content(10, 1))).toBe(false);
    expect(log.report[0]).toContain("Sectors 0–1: written by a firmware with another layout");
  });

  it("goes round worn sectors, and says so", () => {
    const flash = new RamFlash(6);
    const program = flash.program.bind(flash);
    const isWorn = (at: number) => at >= 2 * 4096 && at < 3 * 4096;
    flash.program = (at, page) => program(at, isWorn(at) ? page.map((byte) => byte | 1) : page);
    const log = mountAll(flash);
    for (let i = 0; i < 40; i++) expect(log.write(1, i % 3, content(1500, i))).toBe(true);
    for (let i = 37; i < 40; i++) expect(holds(mountAll(flash), 1, i % 3, content(1500, i))).toBe(true);
    expect(log.report).toEqual(["Sector 2 does not keep what is written: it is left out until the next start."]);
  });
});
