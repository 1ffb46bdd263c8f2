/** A serial NOR flash: erase by sectors, program by pages, with the time both take and power that may fail in the middle. */

export const sectorBytes = 4096;
export const pageBytes = 256;
export const blockBytes = 65536;

/** Typical times of the W25Q16JV on a Pico (Winbond's data sheet, 9.6 AC characteristics), in ms. */
const times = { erase: 45, eraseBlock: 150, program: 0.7 } as const;

/** The power went away in the middle of an operation. */
export class PowerCut extends Error {}

export class NorFlash {
  readonly bytes: Uint8Array;
  /** JEDEC id: Winbond W25Q16JV. */
  readonly id = [0xef, 0x40, 0x15] as const;
  readonly uniqueId: Uint8Array;
  /** Programs and erases since the object was made. */
  operations = 0;
  /** Bytes have changed. */
  onChange: ((address: number, length: number) => void) | undefined;
  #cutAfter = 0;

  /** `bytes` lives on where the caller keeps it; `uniqueId` has 8 bytes. */
  constructor(bytes: Uint8Array, uniqueId: Uint8Array) {
    this.bytes = bytes;
    this.uniqueId = uniqueId;
  }

  /** Cuts the power in the middle of the n-th operation from now; 0 calls it off. */
  cutPower(after: number): void {
    this.#cutAfter = after;
  }

  /** Erases a sector or a block; returns the ms it takes. Throws PowerCut when the power fails meanwhile. */
  erase(address: number, length: number): number {
    this.#check(address, length, length === blockBytes ? blockBytes : sectorBytes, "erase");
    const cut = this.#cut();
    // Interrupted, part of the cells have been set and part have not: halves, so that records straddle the edge.
    this.bytes.fill(0xff, address, address + (cut ? length / 2 : length));
    this.onChange?.(address, length);
    if (cut) throw new PowerCut(`power cut while erasing ${length} bytes at 0x${address.toString(16)}`);
    return length === blockBytes ? times.eraseBlock : times.erase;
  }

  /** Programs within one page: bits can only be cleared; returns the ms it takes. */
  program(address: number, data: Uint8Array): number {
    if ((address & (pageBytes - 1)) + data.length > pageBytes)
      throw new RangeError(`A program of ${data.length} bytes at 0x${address.toString(16)} leaves its page.`);
    this.#check(address, data.length, 1, "program");
    const cut = this.#cut();
    const length = cut ? data.length >> 1 : data.length;
    for (let i = 0; i < length; i++)
      this.bytes[address + i] = (this.bytes[address + i] as number) & (data[i] as number);
    this.onChange?.(address, data.length);
    if (cut) throw new PowerCut(`power cut while programming ${data.length} bytes at 0x${address.toString(16)}`);
    return times.program;
  }

  #cut(): boolean {
    this.operations++;
    if (this.#cutAfter === 0) return false;
    return --this.#cutAfter === 0;
  }

  #check(address: number, length: number, alignment: number, what: string): void {
    if (address % alignment === 0 && address >= 0 && address + length <= this.bytes.length) return;
    throw new RangeError(`Flash cannot ${what} ${length} bytes at 0x${address.toString(16)}.`);
  }
}
