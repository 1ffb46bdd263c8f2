/** A Cortex-M0+ that runs functions of an image, by rp2040js: results as on the chip, cycles as the core's manual gives them. */
import { BasePeripheral, RP2040 } from "rp2040js";

import type { Image } from "../../tools/bare-metal";

export const ram = 0x20000000;
const ramBytes = 264 * 1024;
/** Where a function returns to: nothing runs there. */
const away = ram + ramBytes - 16;
const stackTop = away - 16;
/** Of the timer, where rp2040js keeps a peripheral by its address. */
const timer = 0x40054;

/** The timer of a chip whose only clock is the core's. */
class CycleTimer extends BasePeripheral {
  override readUint32(): number {
    return this.rp2040.core.cycles >>> 0;
  }
}

export class M0Plus {
  readonly #chip = new RP2040();
  readonly #image: Image;
  #free: number;

  constructor(image: Image) {
    this.#image = image;
    this.#chip.peripherals[timer] = new CycleTimer(this.#chip, "TIMER");
    this.#chip.sram.set(image.bytes, image.base - ram);
    this.#free = (image.base + image.size + 7) & ~7;
  }

  /** Memory that stays, 8-aligned. */
  allocate(bytes: number): number {
    const address = this.#free;
    this.#free = (address + bytes + 7) & ~7;
    if (this.#free > stackTop - 8192) throw new Error(`the image leaves no ${bytes} bytes: RAM has ${ramBytes}`);
    return address;
  }

  write(address: number, bytes: Uint8Array): void {
    this.#chip.sram.set(bytes, address - ram);
  }

  read(address: number, bytes: number): Uint8Array {
    return this.#chip.sram.slice(address - ram, address - ram + bytes);
  }

  /** Calls a function; gives what it returned (`high`: the upper word of 64 bits) and the cycles it took as its cost. */
  call(name: string, ...args: number[]): { result: number; high: number; cost: number } {
    const address = this.#image.symbols.get(name);
    if (address === undefined) throw new Error(`the image has no function ${name}`);
    const { core } = this.#chip;
    args.slice(0, 4).forEach((value, i) => (core.registers[i] = value));
    core.SP = (stackTop - 4 * Math.max(0, args.length - 4)) & ~7;
    const more = new Uint8Array(Uint32Array.from(args.slice(4)).buffer);
    this.write(core.SP, more);
    core.LR = away | 1;
    core.PC = address;
    const before = core.cycles;
    while (core.PC !== away) core.executeInstruction();
    return { result: core.registers[0] as number, high: core.registers[1] as number, cost: core.cycles - before };
  }
}
