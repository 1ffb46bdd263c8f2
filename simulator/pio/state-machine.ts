/**
 * One PIO state machine, cycle by cycle, as far as our senders go: JMP, OUT and SET with delays, side-set and
 * autopull (RP2040 datasheet 3.4 and 3.5). Anything else throws.
 */
import type { PioProgram } from "../../tools/pio/program";

/** The first pin of each group, 0–31. */
export interface PinBases {
  out?: number;
  set?: number;
  side?: number;
}

type WritePins = (base: number, count: number, value: number) => void;

export class StateMachine {
  /** The transmit FIFO, and how many words it holds: 4, or 8 when joined. */
  readonly fifo: number[] = [];
  readonly depth: number;
  readonly #program: PioProgram;
  readonly #bases: PinBases;
  readonly #write: WritePins;
  #pc: number;
  #delay = 0;
  #x = 0;
  #y = 0;
  #osr = 0;
  #shifted = 32; // bits gone from the OSR: it is empty at first

  /** Starts at the program's public label `start`, or at its beginning. `write` sets the levels of pins. */
  constructor(program: PioProgram, bases: PinBases, write: WritePins) {
    this.depth = program.fifo === "tx" ? 8 : 4;
    this.#program = program;
    this.#bases = bases;
    this.#write = write;
    this.#pc = program.symbols.start ?? 0;
  }

  /** One cycle of the divided clock. */
  tick(): void {
    if (this.#delay > 0) {
      this.#delay--;
      this.#refill();
      return;
    }
    const { size, optional, pindirs } = this.#program.sideset;
    const instruction = this.#program.instructions[this.#pc] as number;
    const field = (instruction >> 8) & 31; // side-set above, delay below
    const done = this.#execute(instruction);
    if (!optional || field >= 16) {
      // Takes effect even while the instruction waits, and wins over OUT and SET (3.5.6).
      if (pindirs) this.#unknown();
      this.#write(this.#bases.side ?? 0, size - (optional ? 1 : 0), field >> (5 - size));
    }
    if (done) this.#delay = field & ((1 << (5 - size)) - 1);
  }

  /** False while the instruction waits: it is then tried again. */
  #execute(instruction: number): boolean {
    const selector = (instruction >> 5) & 7;
    const operand = instruction & 31;
    let next = this.#pc === this.#program.wrap ? this.#program.wrapTarget : this.#pc + 1;
    switch (instruction >> 13) {
      case 0:
        if (this.#jumps(selector)) next = operand;
        this.#refill();
        break;
      case 3:
        if (!this.#out(selector, operand || 32)) return false;
        break;
      case 7:
        if (selector === 0) this.#write(this.#bases.set ?? 0, this.#program.setPins, operand);
        else this.#store(selector, operand);
        this.#refill();
        break;
      default:
        this.#unknown();
    }
    this.#pc = next;
    return true;
  }

  /** The condition of a JMP (3.4.2). */
  #jumps(condition: number): boolean {
    const x = this.#x;
    const y = this.#y;
    switch (condition) {
      case 0:
        return true;
      case 1:
        return x === 0;
      case 2:
        this.#x = (x - 1) >>> 0;
        return x !== 0;
      case 3:
        return y === 0;
      case 4:
        this.#y = (y - 1) >>> 0;
        return y !== 0;
      case 5:
        return x !== y;
      case 7:
        return this.#shifted < this.#program.out.threshold;
      default:
        return this.#unknown();
    }
  }

  /** An OUT that finds the OSR empty spends its cycle on the refill (3.5.4). */
  #out(destination: number, bits: number): boolean {
    const { auto, threshold, right, pins } = this.#program.out;
    if (!auto) this.#unknown();
    if (this.#shifted >= threshold) {
      this.#refill();
      return false;
    }
    const data = right ? this.#osr % 2 ** bits : Math.floor(this.#osr / 2 ** (32 - bits));
    this.#osr = right ? Math.floor(this.#osr / 2 ** bits) : (this.#osr * 2 ** bits) % 2 ** 32;
    this.#shifted = Math.min(32, this.#shifted + bits);
    if (destination === 0) this.#write(this.#bases.out ?? 0, pins, data);
    else this.#store(destination, data);
    this.#refill();
    return true;
  }

  /** Autopull, in any cycle after which the OSR is empty. */
  #refill(): void {
    if (!this.#program.out.auto || this.#shifted < this.#program.out.threshold) return;
    const word = this.fifo.shift();
    if (word === undefined) return;
    this.#osr = word;
    this.#shifted = 0;
  }

  #store(destination: number, value: number): void {
    if (destination === 1) this.#x = value;
    else if (destination === 2) this.#y = value;
    else this.#unknown();
  }

  #unknown(): never {
    throw new Error(`${this.#program.name}, instruction ${this.#pc}: not one of those this model knows.`);
  }
}
