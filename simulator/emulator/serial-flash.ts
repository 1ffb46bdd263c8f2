/** The flash as it answers serial commands, byte by byte (W25Q16JV data sheet, 8.1.2). */
import type { NorFlash } from "./nor-flash";

const command = { readStatus1: 0x05, readStatus2: 0x35, uniqueId: 0x4b, jedecId: 0x9f } as const;
const quadEnabled = 0x02;

export class SerialFlash {
  readonly #flash: NorFlash;
  #sent: number[] = [];

  constructor(flash: NorFlash) {
    this.#flash = flash;
  }

  /** Chip select falls: a command begins. */
  select(): void {
    this.#sent = [];
  }

  /** A byte to the flash; returns what it sends meanwhile. */
  exchange(byte: number): number {
    const at = this.#sent.push(byte & 0xff) - 1;
    if (at === 0) return 0;
    switch (this.#sent[0]) {
      case command.readStatus1:
        return 0;
      case command.readStatus2:
        return quadEnabled;
      case command.jedecId:
        return this.#flash.id[at - 1] ?? 0;
      case command.uniqueId:
        return this.#flash.uniqueId[at - 5] ?? 0;
      default:
        return 0;
    }
  }
}
