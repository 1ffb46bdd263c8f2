import type { Area, Flash } from "./flash";
import { headerSize, Medium, recordSize, type Source } from "./medium";
import { mount } from "./mount";

/**
 * Records in flash, each under a type and a key (0–255), the newest of which counts. They are appended to one sector
 * after the other, round and round, so that all wear alike. Whenever the next sector is opened, the records in the one
 * after it that still count are copied first: the sector after the open one never has any, and can be erased.
 *
 * A record counts from the moment its header is programmed, and an opened sector with the copies in it likewise: power
 * may fail at any time, and each record is its old or its new version. A deleted record is one without content, which
 * is kept as long as any other, lest an older version come back. Only an index of positions is in memory.
 */
export class Log {
  readonly #medium: Medium;
  readonly #describe: (type: number, key: number) => string;
  readonly #index: Map<number, number>;
  readonly #damaged: Set<number>;
  /** Sectors that are not used: another version's until `erase`, worn ones until the next start. */
  readonly #shut: Set<number>;
  readonly #report: string[];
  #head: number;
  /** Where the next record goes; at the sector's limit when it is closed. */
  #end: number;
  #sequence: number;

  /** Takes what the area holds, whatever that is. Throws a RangeError only for an area that is not in the flash. */
  constructor(flash: Flash, area: Area, describe = (type: number, key: number): string => `Record ${type}/${key}`) {
    this.#medium = new Medium(flash, area);
    this.#describe = describe;
    const mounted = mount(this.#medium, (id) => describe(id >> 8, id & 255));
    this.#index = mounted.index;
    this.#damaged = mounted.damaged;
    this.#shut = mounted.shut;
    this.#report = mounted.report;
    this.#head = mounted.head;
    this.#end = mounted.end;
    this.#sequence = mounted.sequence;
  }

  /** What could not be read or written, in plain sentences; empty when all is well. */
  get report(): readonly string[] {
    return this.#report;
  }

  /** Bytes that a record's content can have. */
  get maximumLength(): number {
    return this.#medium.room - headerSize;
  }

  /**
   * Bytes that all records can take with their headers. It is half the area: then there are always two neighbours whose
   * records fit into one sector, and room for any record can be made however they lie.
   */
  get capacity(): number {
    const sectors = this.#medium.sectorCount - this.#shut.size;
    return Math.floor((sectors - 1) / 2) * this.#medium.room;
  }

  /** Whether there is a record, damaged or not. */
  has(type: number, key: number): boolean {
    const id = idOf(type, key);
    return this.#damaged.has(id) || (this.#find(id) && this.#medium.length > 0);
  }

  /** A number that is higher the later a record was written or deleted; 0 when it never was. */
  sequence(type: number, key: number): number {
    return this.#find(idOf(type, key)) ? this.#medium.sequence : 0;
  }

  /** Reads as much of a record's content as `into` takes, and returns the length of the whole. */
  read(type: number, key: number, into: Uint8Array): number | "absent" | "damaged" {
    const id = idOf(type, key);
    if (this.#damaged.has(id)) return "damaged";
    const at = this.#index.get(id);
    if (at === undefined) return "absent";
    if (!this.#medium.isIntact(at)) return "damaged";
    const { length } = this.#medium;
    if (length === 0) return "absent";
    this.#medium.readContent(at, 0, length < into.length ? into.subarray(0, length) : into);
    return length;
  }

  /**
   * Replaces a record; without content, deletes it. Returns whether it is in flash: false when it is too long, when the
   * store is full, or when the flash does not keep it; the old version counts then.
   */
  write(type: number, key: number, content: Uint8Array): boolean {
    const id = idOf(type, key);
    const size = recordSize(content.length);
    const growth = size - (this.#find(id) ? recordSize(this.#medium.length) : 0);
    if (size > this.#medium.room || (growth > 0 && this.#used() + growth > this.capacity)) return false;
    const crc = this.#medium.crc32(content);
    const source: Source = (start, into) => into.set(content.subarray(start, start + into.length));
    for (let attempt = 0; attempt < this.#medium.sectorCount; attempt++) {
      if (this.#end + size > this.#limit() && !this.#makeRoom(size)) return false;
      const at = this.#end;
      this.#end += size;
      if (this.#medium.writeRecord(at, id, ++this.#sequence, content.length, crc, source)) {
        this.#index.set(id, at);
        this.#damaged.delete(id);
        return true;
      }
      this.#end = this.#limit();
    }
    return false;
  }

  /** Erases everything, other versions' sectors too. */
  erase(): void {
    // The oldest first: as long as there is a record, it is the newest of its id.
    const { sectorCount } = this.#medium;
    for (let i = 1; i <= sectorCount; i++) this.#medium.erase((this.#head + i) % sectorCount);
    this.#index.clear();
    this.#damaged.clear();
    this.#shut.clear();
    this.#report.length = 0;
    this.#end = this.#limit();
  }

  /** Reads the header of an id's newest record. */
  #find(id: number): boolean {
    const at = this.#index.get(id);
    return at !== undefined && this.#medium.readRecord(at);
  }

  #limit(): number {
    return (this.#head + 1) * this.#medium.sectorSize;
  }

  /** Bytes of the records that count. */
  #used(): number {
    let bytes = 0;
    for (const id of this.#index.keys()) if (this.#find(id)) bytes += recordSize(this.#medium.length);
    return bytes;
  }

  /** Ids of the records in a sector that count. */
  #idsIn(sector: number): number[] {
    const ids: number[] = [];
    for (const [id, at] of this.#index) if (Math.trunc(at / this.#medium.sectorSize) === sector) ids.push(id);
    return ids;
  }

  /** The next sector that is used; the same when there is no other. */
  #after(sector: number): number {
    const { sectorCount } = this.#medium;
    for (let i = 1; i < sectorCount; i++) {
      const next = (sector + i) % sectorCount;
      if (!this.#shut.has(next)) return next;
    }
    return sector;
  }

  /** The first sector after the open one that is used and has no records that count. */
  #erasable(): number | undefined {
    const { sectorCount } = this.#medium;
    for (let i = 1; i <= sectorCount; i++) {
      const sector = (this.#head + i) % sectorCount;
      if (!this.#shut.has(sector) && this.#idsIn(sector).length === 0) return sector;
    }
    return undefined;
  }

  /** Opens sectors until `size` bytes fit. */
  #makeRoom(size: number): boolean {
    for (let turn = 0; turn < 2 * this.#medium.sectorCount; turn++) {
      const sector = this.#erasable();
      if (sector === undefined) return false;
      if (!this.#open(sector)) {
        this.#shut.add(sector);
        this.#report.push(`Sector ${sector} does not keep what is written: it is left out until the next start.`);
        continue;
      }
      if (this.#end + size <= this.#limit()) return true;
      this.#fill();
    }
    return false;
  }

  /** Erases a sector and appends to it from now on, after what counts in the sector behind it. */
  #open(sector: number): boolean {
    this.#medium.erase(sector);
    const copied = this.#copy(this.#after(sector), sector * this.#medium.sectorSize + headerSize);
    if (copied === undefined || !this.#medium.writeSector(sector, ++this.#sequence)) return false;
    this.#head = sector;
    this.#adopt(copied);
    return true;
  }

  /** Fills the open sector's rest with the next sectors' records, as far as each sector's fit whole: it is empty then. */
  #fill(): void {
    for (let next = this.#after(this.#head); next !== this.#head; next = this.#after(next)) {
      let size = 0;
      for (const id of this.#idsIn(next)) if (this.#find(id)) size += recordSize(this.#medium.length);
      if (this.#end + size > this.#limit()) return;
      const copied = this.#copy(next, this.#end);
      if (copied === undefined) {
        this.#end = this.#limit();
        return;
      }
      this.#adopt(copied);
    }
  }

  /** Copies what counts in a sector to a position; undefined when the flash does not keep it. */
  #copy(from: number, at: number): Copies | undefined {
    const positions = new Map<number, number>();
    for (const id of this.#idsIn(from)) {
      const original = this.#index.get(id) as number;
      if (!this.#medium.isIntact(original)) {
        this.#lose(id);
        continue;
      }
      const { sequence, length, crc } = this.#medium;
      const source: Source = (start, into) => this.#medium.readContent(original, start, into);
      if (!this.#medium.writeRecord(at, id, sequence, length, crc, source)) return undefined;
      positions.set(id, at);
      at += recordSize(length);
    }
    return { positions, end: at };
  }

  #adopt({ positions, end }: Copies): void {
    for (const [id, at] of positions) this.#index.set(id, at);
    this.#end = end;
  }

  #lose(id: number): void {
    this.#index.delete(id);
    this.#damaged.add(id);
    this.#report.push(`${this.#describe(id >> 8, id & 255)} is damaged and cannot be read.`);
  }
}

/** Where copies of records lie, and where the next record can. */
interface Copies {
  readonly positions: Map<number, number>;
  readonly end: number;
}

function idOf(type: number, key: number): number {
  return (type << 8) | key;
}
