/**
 * NOR flash: an erase sets all bits of a sector, a program clears bits, and nothing else changes any. Programming a page
 * again is allowed, with ones where nothing is to change. Offsets count from the flash's beginning.
 */
export interface Flash {
  /** Bytes. */
  readonly size: number;
  /** Bytes of the smallest erase: 4096. */
  readonly sectorSize: number;
  /** Bytes of a program: 256. */
  readonly pageSize: number;
  /** Fills `into` with the bytes from `offset` on. */
  read(offset: number, into: Uint8Array): void;
  /** Clears the bits that are zero in `page`, one whole page at a multiple of its size. */
  program(offset: number, page: Uint8Array): void;
  /** Sets all bits of the sector at `offset`, a multiple of its size. */
  erase(offset: number): void;
  /** CRC-32 of bytes (IEEE 802.3), signed; with the `crc` of earlier ones, goes on from there. */
  crc32(bytes: Uint8Array, crc: number): number;
  /** That of what lies from `offset` on. */
  crc32At(offset: number, length: number): number;
}

/** A part of a flash, in whole sectors; bytes. */
export interface Area {
  readonly offset: number;
  readonly size: number;
}
