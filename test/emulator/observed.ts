/** The same small programs on both chips, with what their functions are called. */
import type { Symbol } from "../../simulator/emulator/elf";
import type { ChipName, Machine } from "../../simulator/emulator/machine";
import { Functions } from "../../simulator/emulator/observe/functions";
import type { Observers } from "../../simulator/emulator/observe/observers";
import { chips } from "./chips";
import { programStart } from "./machine";
import { bl, Program } from "./thumb";

/** Functions one after the other, at addresses that the ones before can name: "main" comes first, and runs. */
export class NamedProgram {
  readonly symbols: Symbol[] = [];
  readonly #program = new Program(programStart);
  readonly #calls: { at: number; to: string }[] = [];

  get here(): number {
    return this.#program.here;
  }

  begin(name: string): this {
    this.#end();
    this.symbols.push({ name, address: this.here, size: 0 });
    return this;
  }

  add(...halfwords: number[]): this {
    this.#program.add(...halfwords);
    return this;
  }

  load(register: number, value: number): this {
    this.#program.load(register, value);
    return this;
  }

  store(address: number, value: number): this {
    this.#program.store(address, value);
    return this;
  }

  /** Calls a function that may come later. */
  call(to: string): this {
    this.#calls.push({ at: this.here, to });
    return this.add(0, 0);
  }

  at(name: string): number {
    return this.symbols.find((symbol) => symbol.name === name)?.address as number;
  }

  /** A machine that has not run yet; handlers are functions by exception number. Flash takes no time. */
  on(chip: ChipName, handlers: Record<number, string> = {}, observers?: Observers): Machine {
    this.#end();
    for (const { at, to } of this.#calls)
      this.#program.halfwords.splice((at - programStart) / 2, 2, ...bl(at, this.at(to)));
    const addresses = Object.fromEntries(Object.entries(handlers).map(([number, name]) => [number, this.at(name)]));
    const machine = chips[chip].with(this.#program, addresses);
    machine.xip.modelled = false;
    observers?.follow(machine, chip, new Functions(this.symbols));
    return machine;
  }

  #end(): void {
    const last = this.symbols.at(-1);
    if (last) last.size = this.here - last.address;
  }
}
