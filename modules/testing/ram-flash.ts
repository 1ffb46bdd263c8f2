import type { Flash } from "../presets/flash";
import { crc32 } from "./crc32";

/** A flash in memory, blank at first. */
export class RamFlash implements Flash {
  readonly sectorSize = 4096;
  readonly pageSize = 256;
  readonly bytes: Uint8Array;

  constructor(sectors: number) {
    this.bytes = new Uint8Array(sectors * this.sectorSize).fill(0xff);
  }

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, into: Uint8Array): void {
    if (offset < 0 || offset + into.length > this.size) throw new RangeError(`read beyond the flash at ${offset}`);
    into.set(this.bytes.subarray(offset, offset + into.length));
  }

  program(offset: number, page: Uint8Array): void {
    this.#check(offset, this.pageSize);
    if (page.length !== this.pageSize) throw new RangeError(`a page has ${this.pageSize} bytes, not ${page.length}`);
    for (let i = 0; i < page.length; i++) (this.bytes[offset + i] as number) &= page[i] as number;
  }

  erase(offset: number): void {
    this.#check(offset, this.sectorSize);
    this.bytes.fill(0xff, offset, offset + this.sectorSize);
  }

  crc32(bytes: Uint8Array, crc: number): number {
    return crc32(bytes, crc);
  }

  crc32At(offset: number, length: number): number {
    return crc32(this.bytes.subarray(offset, offset + length));
  }

  #check(offset: number, unit: number): void {
    if (offset < 0 || offset >= this.size || offset % unit !== 0)
      throw new RangeError(`no place for ${unit} bytes at ${offset} in a flash of ${this.size}`);
  }
}
