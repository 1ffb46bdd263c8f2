import type { Area, Flash } from "./flash";

/** Sectors and records begin with a header of this size, and records are aligned to it. */
export const headerSize = 16;

/** Version of the layout below. Every version has magic, version and CRC of a sector's header where this one has them. */
export const layoutVersion = 1;

/** "dspx" */
const magic = 0x78707364;

/** Words of a sector's header, as of all others little-endian; the last one is the CRC of the others. */
const Sector = Object.freeze({ magic: 0, version: 1, sequence: 2 });

/** Words of a record's header: id in the lower and length in the upper half of the first, then the content's CRC. */
const Record = Object.freeze({ idAndLength: 0, sequence: 1, crc: 2 });

/** In both. */
const checkWord = 3;

/** Bytes that a record of `length` bytes of content takes. */
export function recordSize(length: number): number {
  return (headerSize + length + headerSize - 1) & -headerSize;
}

/**
 * Sectors and records as they lie in an area of flash; positions count from the area's beginning. Whatever is written
 * becomes valid with its header, which is programmed last and whole in one page.
 */
export class Medium {
  readonly sectorSize: number;
  readonly sectorCount: number;

  // Of the header that was read last
  id = 0;
  length = 0;
  sequence = 0;
  crc = 0;
  version = 0;

  readonly #flash: Flash;
  readonly #base: number;
  readonly #page: Uint8Array;
  readonly #header = new Uint8Array(headerSize);
  /** Its CRC begins with the position: a copy of a header, in the content of a record for instance, is not a header. */
  readonly #checked = this.#header.subarray(0, 4 * checkWord);
  readonly #words = new Int32Array(this.#header.buffer);

  /** Throws a RangeError when the area is not made of whole sectors of the flash. */
  constructor(flash: Flash, { offset, size }: Area) {
    const isWhole = offset >= 0 && offset % flash.sectorSize === 0 && size > 0 && size % flash.sectorSize === 0;
    if (!isWhole || offset + size > flash.size)
      throw new RangeError(
        `no whole sectors of ${flash.sectorSize} bytes at ${offset} + ${size} in ${flash.size} bytes`,
      );
    this.#flash = flash;
    this.#base = offset;
    this.#page = new Uint8Array(flash.pageSize);
    this.sectorSize = flash.sectorSize;
    this.sectorCount = size / flash.sectorSize;
  }

  /** Bytes of records that a sector has room for. */
  get room(): number {
    return this.sectorSize - headerSize;
  }

  crc32(bytes: Uint8Array): number {
    return this.#flash.crc32(bytes, 0);
  }

  erase(sector: number): void {
    this.#flash.erase(this.#base + sector * this.sectorSize);
  }

  /** Reads a sector's header: "blank", "foreign" when it is no header, or "ours" with its `version` and `sequence`. */
  readSector(sector: number): "blank" | "foreign" | "ours" {
    const at = sector * this.sectorSize;
    this.#flash.read(this.#base + at, this.#header);
    if (this.isBlankHeader()) return "blank";
    const isOurs = this.#words[checkWord] === this.#flash.crc32(this.#checked, at);
    if (!isOurs || this.#words[Sector.magic] !== magic) return "foreign";
    this.version = this.#words[Sector.version] as number;
    this.sequence = this.#words[Sector.sequence] as number;
    return this.sequence > 0 ? "ours" : "foreign";
  }

  /** Makes an erased sector with its records valid; returns whether it is now. */
  writeSector(sector: number, sequence: number): boolean {
    this.#words[Sector.magic] = magic;
    this.#words[Sector.version] = layoutVersion;
    this.#words[Sector.sequence] = sequence;
    this.#writeHeader(sector * this.sectorSize);
    return this.readSector(sector) === "ours" && this.sequence === sequence;
  }

  /** Reads the header of the record at a position: `id`, `length`, `sequence`, `crc`; returns whether there is one. */
  readRecord(at: number): boolean {
    this.#flash.read(this.#base + at, this.#header);
    const idAndLength = this.#words[Record.idAndLength] as number;
    this.id = idAndLength & 0xffff;
    this.length = idAndLength >>> 16;
    this.sequence = this.#words[Record.sequence] as number;
    this.crc = this.#words[Record.crc] as number;
    if (this.sequence <= 0 || (at % this.sectorSize) + headerSize + this.length > this.sectorSize) return false;
    return this.#words[checkWord] === this.#flash.crc32(this.#checked, at);
  }

  /** Whether the header that was read last is blank flash. */
  isBlankHeader(): boolean {
    const words = this.#words;
    return words[0] === -1 && words[1] === -1 && words[2] === -1 && words[3] === -1;
  }

  /** Whether the flash is blank from `at` to `end`. */
  isBlank(at: number, end: number): boolean {
    for (; at < end; at += this.#page.length) {
      const part = this.#page.subarray(0, end - at); // ends with the page, if that is shorter
      const { length } = part;
      this.#flash.read(this.#base + at, part);
      for (let i = 0; i < length; i++) if (part[i] !== 0xff) return false;
    }
    return true;
  }

  /** Whether there is a record at a position whose content has the CRC that its header says. */
  isIntact(at: number): boolean {
    return this.readRecord(at) && this.#contentCrc(at, this.length) === this.crc;
  }

  /** Fills `into` with the content of the record at a position, from `start` on. */
  readContent(at: number, start: number, into: Uint8Array): void {
    this.#flash.read(this.#base + at + headerSize + start, into);
  }

  /** Writes the content of a record on blank flash: bytes, or as many as lie in the record at a position. */
  writeContent(at: number, content: Uint8Array | number, length: number): void {
    const page = this.#page;
    const to = at + headerSize;
    for (let start = 0; start < length;) {
      const inPage = (to + start) % page.length;
      const part = page.subarray(inPage, inPage + length - start); // ends with the page, if that is shorter
      page.fill(0xff);
      if (typeof content === "number") this.readContent(content, start, part);
      else part.set(content.subarray(start, start + part.length));
      this.#flash.program(this.#base + to + start - inPage, page);
      start += part.length;
    }
  }

  /**
   * Makes a record of content that has been written; returns whether both are there now. The content is read back before
   * the header is programmed, so that a header vouches for what follows it.
   */
  writeRecord(at: number, id: number, sequence: number, length: number, crc: number): boolean {
    if (this.#contentCrc(at, length) !== crc) return false;
    this.#words[Record.idAndLength] = id | (length << 16);
    this.#words[Record.sequence] = sequence;
    this.#words[Record.crc] = crc;
    this.#writeHeader(at);
    return this.readRecord(at) && this.id === id && this.sequence === sequence && this.crc === crc;
  }

  #contentCrc(at: number, length: number): number {
    return this.#flash.crc32At(this.#base + at + headerSize, length);
  }

  #writeHeader(at: number): void {
    const inPage = at % this.#page.length;
    this.#words[checkWord] = this.#flash.crc32(this.#checked, at);
    this.#page.fill(0xff);
    this.#page.set(this.#header, inPage);
    this.#flash.program(this.#base + at - inPage, this.#page);
  }
}
