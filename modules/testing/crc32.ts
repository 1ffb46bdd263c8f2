/** CRC-32 (IEEE 802.3: polynomial 0x04C11DB7, reflected). */

/** Remainders of 0–255, as signed integers: XS keeps larger ones as doubles. */
const remainders: readonly number[] = Object.freeze(Array.from({ length: 256 }, (_, byte) => remainder(byte)));

function remainder(byte: number): number {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest | 0;
}

/** The CRC of the bytes, signed; with `crc` that of earlier bytes, goes on from there. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  let rest = ~crc;
  const { length } = bytes;
  for (let i = 0; i < length; i++) rest = (rest >>> 8) ^ (remainders[(rest ^ (bytes[i] as number)) & 255] as number);
  return ~rest;
}
