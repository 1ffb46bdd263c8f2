/** The UF2 container in which a Pico's bootloader takes firmware: blocks of 512 bytes with 256 of flash each. */

/** Which chip a block is for. */
export const families = { rp2040: 0xe48bff56, rp2350: 0xe48bff59 } as const;

const blockBytes = 512;
const payloadBytes = 256;
const familyPresent = 0x2000;

/** Wraps a binary that lies at `address` (a multiple of 256) of a chip's flash. The last block is padded with zeros. */
export function toUf2(binary: Uint8Array, address: number, family: number): Uint8Array {
  const blocks = Math.ceil(binary.length / payloadBytes);
  const file = new Uint8Array(blocks * blockBytes);
  for (let block = 0; block < blocks; block++) {
    const view = new DataView(file.buffer, block * blockBytes, blockBytes);
    const fields = [
      0x0a324655,
      0x9e5d5157,
      familyPresent,
      address + block * payloadBytes,
      payloadBytes,
      block,
      blocks,
      family,
    ];
    fields.forEach((field, index) => view.setUint32(4 * index, field, true));
    file.set(binary.subarray(block * payloadBytes, (block + 1) * payloadBytes), block * blockBytes + 32);
    view.setUint32(blockBytes - 4, 0x0ab16f30, true);
  }
  return file;
}
