/** Our Cortex-M33 with an image in its memory, whose functions are called as bench/chip/m33.ts calls them in qemu. */
import type { Image } from "../../../tools/bare-metal";
import { Board, ramBase, ramBytes } from "./board";

const sp = 13;
const lr = 14;
const pc = 15;
/** Nothing is there: functions return to it. */
const returnAddress = ramBase + ramBytes - 64;

export class FunctionCore {
  readonly board: Board;
  /** Cycles for which the core runs without being interrupted. */
  slice = 1e9;
  /** Whether the function that was started has come to its end. */
  returned = false;
  readonly #image: Image;
  #free: number;

  constructor(image: Image) {
    this.#image = image;
    this.board = new Board(image, [returnAddress]);
    this.#free = (image.base + image.size + 7) & ~7;
    this.board.core.cpacr = (0xf << 20) | (3 << 14) | (3 << 8) | 3; // float unit and coprocessors 7, 4 and 0
    this.board.core.updateFloat();
  }

  allocate(bytes: number): number {
    const address = this.#free;
    this.#free = (address + bytes + 7) & ~7;
    return address;
  }

  write(address: number, bytes: Uint8Array): void {
    this.board.bytes.set(bytes, address - ramBase);
  }

  read(address: number, bytes: number): Uint8Array {
    return this.board.bytes.slice(address - ramBase, address - ramBase + bytes);
  }

  /** Has a function with up to eight words ready to run. */
  start(name: string, ...args: number[]): void {
    const core = this.board.core;
    const address = this.#image.symbols.get(name);
    if (address === undefined) throw new Error(`the image has no function ${name}`);
    const stack = returnAddress - 64;
    args.slice(0, 4).forEach((value, i) => (core.registers[i] = value));
    this.write(stack, new Uint8Array(Int32Array.from(args.slice(4)).buffer));
    core.registers[sp] = stack;
    core.registers[lr] = returnAddress | 1;
    core.registers[pc] = address;
    core.waiting = false;
    this.returned = false;
    this.board.onHostCall = () => {
      this.returned = true;
      core.yield();
    };
  }

  /** Calls a function; gives what it returned (R0, and R1 of a double word), and its instructions but for the return. */
  call(name: string, ...args: number[]): { result: number; high: number; cost: number } {
    const core = this.board.core;
    this.start(name, ...args);
    const before = core.instructions;
    const end = core.cycles + 1e9;
    while (!this.returned && core.cycles < end) core.run(core.cycles + this.slice);
    if (!this.returned) throw new Error(`${name} did not return: ${this.board.traps.join("; ")}`);
    const [result = 0, high = 0] = core.registers;
    return { result: result >>> 0, high: high >>> 0, cost: core.instructions - before - 1 };
  }
}
