/** What the boot ROM of either chip does to flash, with the time it takes. */
import type { BusCore } from "./core";
import { blockBytes, pageBytes, sectorBytes, type NorFlash } from "./nor-flash";

export interface FlashChip {
  readonly nor: NorFlash;
  readonly now: number;
  load(core: BusCore, address: number, bytes: 1 | 2 | 4): number;
  wakeAt(core: BusCore, nanos: number): void;
  /** Bytes of flash have changed. */
  flashChanged(address: number, bytes: number): void;
}

export class FlashCalls {
  readonly #chip: FlashChip;
  readonly #again: (core: BusCore) => void;
  /** Until when the flash is busy, in nanoseconds. */
  #busyUntil = 0;

  /** `again` has a core make its call once more when it wakes up. */
  constructor(chip: FlashChip, again: (core: BusCore) => void) {
    this.#chip = chip;
    this.#again = again;
  }

  /**
   * Erases a piece; the registers with address and length tell how far it is, so that interrupts can be taken between
   * the pieces. True when all is done.
   */
  erase(core: BusCore, address = 0, length = 1): boolean {
    const registers = core.registers;
    const from = (registers[address] as number) >>> 0;
    const bytes = (registers[length] as number) >>> 0;
    if (this.#busy(core)) return false;
    if (bytes === 0) return true;
    const piece = from % blockBytes === 0 && bytes >= blockBytes ? blockBytes : sectorBytes;
    const ms = this.#chip.nor.erase(from, piece);
    this.#chip.flashChanged(from, piece);
    registers[address] = from + piece;
    registers[length] = Math.max(0, bytes - piece);
    this.#start(core, ms);
    return false;
  }

  /** Programs a page, or up to its end. */
  program(core: BusCore, address = 0, source = 1, length = 2): boolean {
    const registers = core.registers;
    const to = (registers[address] as number) >>> 0;
    const from = (registers[source] as number) >>> 0;
    const bytes = (registers[length] as number) >>> 0;
    if (this.#busy(core)) return false;
    if (bytes === 0) return true;
    const piece = Math.min(bytes, pageBytes - (to % pageBytes));
    const data = Uint8Array.from({ length: piece }, (_, index) => this.#chip.load(core, from + index, 1));
    const ms = this.#chip.nor.program(to, data);
    this.#chip.flashChanged(to, piece);
    registers[address] = to + piece;
    registers[source] = from + piece;
    registers[length] = bytes - piece;
    this.#start(core, ms);
    return false;
  }

  #start(core: BusCore, ms: number): void {
    this.#busyUntil = this.#chip.now + ms * 1e6;
    this.#busy(core);
  }

  /** While the flash is busy the core sleeps, and makes its call again as soon as it wakes. */
  #busy(core: BusCore): boolean {
    if (this.#chip.now >= this.#busyUntil) return false;
    this.#again(core);
    this.#chip.wakeAt(core, this.#busyUntil);
    core.sleepForEvent();
    return true;
  }
}
