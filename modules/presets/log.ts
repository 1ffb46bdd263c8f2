import type { Area, Flash } from "./flash";
import { headerSize, Medium, recordSize } from "./medium";
import { mount, type LogState } from "./mount";

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
  readonly #state: LogState;

  /** Takes what the area holds, whatever that is. Throws a RangeError only for an area that is not in the flash. */
  constructor(flash: Flash, area: Area, describe = (type: number, key: number): string => `Record ${type}/${key}`) {
    this.#medium = new Medium(flash, area);
    this.#describe = describe;
    this.#state = mount(this.#medium, (id) => describe(id >> 8, id & 255));
  }

  /** What could not be read or written, in plain sentences; empty when all is well. */
  get report(): readonly string[] {
    return this.#state.report;
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
    const sectors = this.#medium.sectorCount - this.#state.shut.size;
    return Math.floor((sectors - 1) / 2) * this.#medium.room;
  }

  /** Whether there is a record, damaged or not. */
  has(type: number, key: number): boolean {
    const id = idOf(type, key);
    return this.#state.damaged.has(id) || (this.#find(id) && this.#medium.length > 0);
  }

  /** A number that is higher the later a record was written or deleted; 0 when it never was. */
  sequence(type: number, key: number): number {
    return this.#find(idOf(type, key)) ? this.#medium.sequence : 0;
  }

  /** Reads as much of a record's content as `into` takes, and returns the length of the whole. */
  read(type: number, key: number, into: Uint8Array): number | "absent" | "damaged" {
    const id = idOf(type, key);
    if (this.#state.damaged.has(id)) return "damaged";
    const at = this.#state.index.get(id);
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
    return this.#append(id, content, size);
  }

  /** Erases everything, other versions' sectors too. */
  erase(): void {
    // The oldest first: as long as there is a record, it is the newest of its id.
    const { sectorCount } = this.#medium;
    for (let i = 1; i <= sectorCount; i++) this.#medium.erase((this.#state.head + i) % sectorCount);
    this.#state.index.clear();
    this.#state.damaged.clear();
    this.#state.shut.clear();
    this.#state.report.length = 0;
    this.#state.end = this.#limit();
  }

  /** Writes a record of `size` bytes; opens sectors until it fits. */
  #append(id: number, content: Uint8Array, size: number): boolean {
    for (let step = 0; step < 4 * this.#medium.sectorCount; step++) {
      if (this.#fits(size)) {
        if (this.#writeHere(id, content)) return true;
        continue;
      }
      const sector = this.#erasable();
      if (sector === undefined) return false;
      if (!this.#open(sector)) this.#leaveOut(sector);
      else if (!this.#fits(size)) this.#fill();
    }
    return false;
  }

  #fits(size: number): boolean {
    return this.#state.end + size <= this.#limit();
  }

  /** Writes a record where the next one goes; closes the sector when the flash does not keep it. */
  #writeHere(id: number, content: Uint8Array): boolean {
    const at = this.#state.end;
    const { length } = content;
    this.#medium.writeContent(at, content, length);
    if (!this.#medium.writeRecord(at, id, ++this.#state.sequence, length, this.#medium.crc32(content))) {
      this.#state.end = this.#limit();
      return false;
    }
    this.#state.end += recordSize(length);
    this.#state.index.set(id, at);
    this.#state.damaged.delete(id);
    return true;
  }

  /** Reads the header of an id's newest record. */
  #find(id: number): boolean {
    const at = this.#state.index.get(id);
    return at !== undefined && this.#medium.readRecord(at);
  }

  #limit(): number {
    return (this.#state.head + 1) * this.#medium.sectorSize;
  }

  /** Bytes of the records that count. */
  #used(): number {
    return this.#sizeOf(this.#state.index.keys());
  }

  #sizeOf(ids: Iterable<number>): number {
    let bytes = 0;
    for (const id of ids) if (this.#find(id)) bytes += recordSize(this.#medium.length);
    return bytes;
  }

  /** Ids of the records in a sector that count. */
  #idsIn(sector: number): number[] {
    const ids: number[] = [];
    const start = sector * this.#medium.sectorSize;
    const limit = start + this.#medium.sectorSize;
    this.#state.index.forEach((at, id) => {
      if (at >= start && at < limit) ids.push(id);
    });
    return ids;
  }

  /** The next sector that is used; the same when there is no other. */
  #after(sector: number): number {
    const { sectorCount } = this.#medium;
    for (let i = 1; i < sectorCount; i++) {
      const next = (sector + i) % sectorCount;
      if (!this.#state.shut.has(next)) return next;
    }
    return sector;
  }

  /** The first sector after the open one that is used and has no records that count. */
  #erasable(): number | undefined {
    const { sectorCount } = this.#medium;
    for (let i = 1; i <= sectorCount; i++) {
      const sector = (this.#state.head + i) % sectorCount;
      if (!this.#state.shut.has(sector) && this.#idsIn(sector).length === 0) return sector;
    }
    return undefined;
  }

  /** Erases a sector and appends to it from now on, after what counts in the sector behind it. */
  #open(sector: number): boolean {
    this.#medium.erase(sector);
    const next = this.#after(sector);
    const ids = this.#idsIn(next);
    const copied = this.#copy(ids, sector * this.#medium.sectorSize + headerSize);
    if (copied === undefined || !this.#medium.writeSector(sector, ++this.#state.sequence)) return false;
    this.#state.head = sector;
    this.#adopt(copied);
    return true;
  }

  #leaveOut(sector: number): void {
    this.#state.shut.add(sector);
    this.#state.report.push(`Sector ${sector} does not keep what is written: it is left out until the next start.`);
  }

  /** Fills the open sector's rest with the next sectors' records, as far as each sector's fit whole: it is empty then. */
  #fill(): void {
    for (let next = this.#after(this.#state.head); next !== this.#state.head; next = this.#after(next)) {
      const ids = this.#idsIn(next);
      if (!this.#fits(this.#sizeOf(ids))) return;
      const copied = this.#copy(ids, this.#state.end);
      if (copied === undefined) {
        this.#state.end = this.#limit();
        return;
      }
      this.#adopt(copied);
    }
  }

  /** Copies the records of some ids to a position; undefined when the flash does not keep them. */
  #copy(ids: readonly number[], at: number): Copies | undefined {
    const positions = new Map<number, number>();
    const { length: count } = ids;
    for (let i = 0; i < count; i++) {
      const id = ids[i] as number;
      const original = this.#state.index.get(id) as number;
      if (!this.#medium.isIntact(original)) {
        this.#lose(id);
        continue;
      }
      const { sequence, length, crc } = this.#medium;
      this.#medium.writeContent(at, original, length);
      if (!this.#medium.writeRecord(at, id, sequence, length, crc)) return undefined;
      positions.set(id, at);
      at += recordSize(length);
    }
    return { positions, end: at };
  }

  #adopt({ positions, end }: Copies): void {
    for (const [id, at] of positions) this.#state.index.set(id, at);
    this.#state.end = end;
  }

  #lose(id: number): void {
    this.#state.index.delete(id);
    this.#state.damaged.add(id);
    this.#state.report.push(`${this.#describe(id >> 8, id & 255)} is damaged and cannot be read.`);
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
