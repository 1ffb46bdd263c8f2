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
  readonly #image: Image;
  #free: number;

  constructor(image: Image) {
    this.#image = image;
    this.board = new Board(image, [returnAddress]);
    this.#free = (image.base + image.size + 7) & ~7;
    this.board.core.cpacr = 0xf << 20;
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

  /** Calls a function with up to eight words; gives what it returned, and its instructions but for the return. */
  call(name: string, ...args: number[]): { result: number; cost: number } {
    const core = this.board.core;
    const address = this.#image.symbols.get(name);
    if (address === undefined) throw new Error(`the image has no function ${name}`);
    const stack = returnAddress - 64;
    args.slice(0, 4).forEach((value, i) => (core.registers[i] = value));
    this.write(stack, new Uint8Array(Int32Array.from(args.slice(4)).buffer));
    core.registers[sp] = stack;
    core.registers[lr] = returnAddress | 1;
    core.registers[pc] = address;
    const before = core.instructions;
    let returned = false;
    this.board.onHostCall = () => {
      returned = true;
      core.yield();
    };
    core.run(core.cycles + 1e11);
    if (!returned) throw new Error(`${name} did not return: ${this.board.traps.join("; ")}`);
    return { result: (core.registers[0] as number) >>> 0, cost: core.instructions - before - 1 };
  }
}
