/** How the boot ROM of either chip starts core 1: six words through the FIFO (RP2040 datasheet 2.8.2, RP2350 5.3). */
import type { BusCore } from "./core";

const [sp, lr, pc] = [13, 14, 15];

export interface LaunchChip {
  popFifo(core: BusCore): number | undefined;
  pushFifo(core: BusCore, value: number): void;
  signalEvent(): void;
}

export class CoreLaunch {
  readonly #chip: LaunchChip;
  readonly #returnAddress: number;
  #words: number[] = [];
  #drained = false;

  /** Where a core goes when what it was launched with returns. */
  constructor(chip: LaunchChip, returnAddress: number) {
    this.#chip = chip;
    this.#returnAddress = returnAddress;
  }

  /** The core comes out of a reset. */
  restart(): void {
    this.#words = [];
    this.#drained = false;
  }

  /** Waits for 0, 0, 1, vector table, stack pointer and entry, and echoes each; to be called until the core is elsewhere. */
  receive(core: BusCore): void {
    const chip = this.#chip;
    if (!this.#drained) {
      while (chip.popFifo(core) !== undefined);
      this.#drained = true;
      chip.pushFifo(core, 0);
      return chip.signalEvent();
    }
    const word = chip.popFifo(core);
    if (word === undefined) return core.sleepForEvent();
    const expected = [0, 0, 1][this.#words.length];
    if (expected === undefined || word === expected) this.#words.push(word);
    else this.#words = word === 0 ? [0] : [];
    chip.pushFifo(core, word);
    chip.signalEvent();
    const [, , , vectors, stack, entry] = this.#words;
    if (vectors === undefined || stack === undefined || entry === undefined) return;
    this.#words = [];
    core.vtor = vectors;
    core.registers[sp] = stack & ~3;
    core.registers[lr] = this.#returnAddress;
    core.registers[pc] = entry & ~1;
  }
}
