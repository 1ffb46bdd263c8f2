/** Accesses of 1, 2 and 4 bytes: to memory, and to peripherals of whole words. */

export function view(memory: DataView, offset: number, bytes: number): number {
  if (bytes === 4) return memory.getInt32(offset, true);
  return bytes === 2 ? memory.getUint16(offset, true) : memory.getUint8(offset);
}

export function put(memory: DataView, offset: number, bytes: number, value: number): void {
  if (bytes === 4) memory.setInt32(offset, value, true);
  else if (bytes === 2) memory.setInt16(offset, value, true);
  else memory.setInt8(offset, value);
}

/** The part of a word that a narrow read takes. */
export function lane(word: number, address: number, bytes: number): number {
  if (bytes === 4) return word | 0;
  const shifted = word >>> (8 * (address & 3));
  return bytes === 2 ? shifted & 0xffff : shifted & 0xff;
}

/** Narrow writes to peripherals are repeated over the whole word (datasheet 2.1.4). */
export function spread(value: number, bytes: number): number {
  if (bytes === 4) return value;
  return bytes === 2 ? (value & 0xffff) * 0x10001 : (value & 0xff) * 0x01010101;
}

export function hex(address: number): string {
  return `0x${(address >>> 0).toString(16).padStart(8, "0")}`;
}
