/**
 * Writes the JavaScript of one block: code with one entry that leaves at its branches. Registers live in variables and
 * are written through to the core's array, so that whatever is called in between finds them up to date; flags stay
 * expressions until somebody needs them.
 */

import { flow, type Flow } from "../flow";

/** Places in the core's array of words behind r0 to PC. N is the sign of its word, Z whether its word is 0, V a sign. */
export const word = { n: 16, z: 17, c: 18, v: 19, q: 20, ge: 21, limit: 22, fpActive: 23, count: 24 } as const;
/** Places in the core's array of doubles. */
export const counter = { cycles: 0, instructions: 1, until: 2, count: 3 } as const;

const pc = 15;
const sp = 13;

/** Flags as expressions over constants of the block; empty while they are in the core's words. */
interface Flags {
  n: string;
  z: string;
  /** A condition. */
  c: string;
  /** Its sign is the flag. */
  v: string;
  /** What was compared, when the flags are those of a subtraction. */
  compared: readonly [string, string] | undefined;
}

const inMemory: Flags = { n: "", z: "", c: "", v: "", compared: undefined };

export class Emitter {
  /** Address of the first instruction, and of the one being translated. */
  readonly start: number;
  at: number;
  /** Address behind the instruction being translated. */
  next: number;
  /** Cycles and instructions of the block up to and with this instruction. */
  cycles = 0;
  instructions = 0;
  /** ITSTATE for this instruction and the next one (Armv8-M C1.4.1): 0 outside of an IT block. */
  itState = 0;
  nextItState = 0;
  /** Set by whatever the block cannot go on behind. */
  ended = false;
  /** Whether the instruction being translated may leave the block for a fixed address. */
  branches = false;
  /** Whether the block jumps to its own start. */
  loops = false;
  /** Whether a float instruction has made sure that the unit is on. */
  floats = false;
  /** FPSCR asks for other than default arithmetic. */
  readonly controlled: boolean;
  /** Whether somebody follows the core's calls. */
  readonly observed: boolean;
  /** Whether the instruction being translated is a call. */
  calls = false;
  #lines: string[] = [];
  #registers = new Set<number>();
  #flags = inMemory;
  #temporaries = 0;
  /** Changes whenever flags are set. */
  flagsVersion = 0;

  constructor(start: number, controlled: boolean, observed = false) {
    this.observed = observed;
    this.start = this.at = this.next = start;
    this.controlled = controlled;
  }

  emit(text: string): void {
    this.#lines.push(text);
  }

  /** A fresh constant that holds a value. */
  constant(expression: string): string {
    const name = `t${this.#temporaries++}`;
    this.emit(`const ${name}=${expression};`);
    return name;
  }

  /** A register's value; PC's is that of an operand. */
  get(register: number): string {
    if (register === pc) return String((this.at + 4) | 0);
    this.#registers.add(register);
    return `r${register}`;
  }

  /** PC as the base of a literal or a table. */
  get base(): number {
    return ((this.at + 4) & ~3) | 0;
  }

  set(register: number, expression: string): void {
    if (register === pc) throw new RangeError("an instruction that must not write PC does");
    this.#registers.add(register);
    if (register !== sp) return this.emit(`R[${register}]=r${register}=${expression};`);
    const value = this.constant(`${expression}&-4`);
    this.emit(`if((${value}>>>0)<(R[${word.limit}]>>>0))C.stackLow(${value},${this.place});R[13]=r13=${value};`);
  }

  /** Arguments that tell the core where in the block it is: cycles, instructions, address, ITSTATE. */
  get place(): string {
    return `${this.cycles},${this.instructions},${this.at | 0},${this.itState}`;
  }

  // --- flags --------------------------------------------------------------------------------------------------

  /** N and Z of a constant; C and V where they are given. */
  setFlags(result: string, c?: string, v?: string, compared?: readonly [string, string]): void {
    this.flagsVersion++;
    this.#flags = { n: result, z: result, c: c ?? this.#flags.c, v: v ?? this.#flags.v, compared };
  }

  /** Another instruction has written the flags to the core's words. */
  flagsWritten(): void {
    this.flagsVersion++;
    this.#flags = inMemory;
  }

  get carry(): string {
    return this.#flags.c === "" ? `R[${word.c}]!==0` : `(${this.#flags.c})`;
  }

  get carryNumber(): string {
    return this.#flags.c === "" ? `R[${word.c}]` : `(${this.#flags.c}?1:0)`;
  }

  /** Code that brings the core's words up to date. */
  get flush(): string {
    const { n, z, c, v } = this.#flags;
    return (
      (n && `R[${word.n}]=${n};`) +
      (z && `R[${word.z}]=${z};`) +
      (c && `R[${word.c}]=${c}?1:0;`) +
      (v && `R[${word.v}]=${v};`)
    );
  }

  commit(): void {
    this.emit(this.flush);
    this.flagsWritten();
  }

  /** A condition code as an expression (Armv8-M C1.3). */
  condition(code: number): string {
    const flags = this.#flags;
    const n = flags.n || `R[${word.n}]`;
    const z = flags.z || `R[${word.z}]`;
    const v = flags.v || `R[${word.v}]`;
    const compared = flags.compared;
    const not = (code & 1) !== 0;
    const compare = (yes: string, no: string) => `(${compared?.[0]}${not ? no : yes}${compared?.[1]})`;
    const unsigned = (yes: string, no: string) => `((${compared?.[0]}>>>0)${not ? no : yes}(${compared?.[1]}>>>0))`;
    switch (code >> 1) {
      case 0:
        return not ? `(${z}!==0)` : `(${z}===0)`;
      case 1:
        return not ? `!(${this.carry})` : `(${this.carry})`;
      case 2:
        return not ? `(${n}>=0)` : `(${n}<0)`;
      case 3:
        return not ? `((${v})>=0)` : `((${v})<0)`;
      case 4:
        if (compared) return unsigned(">", "<=");
        return `${not ? "!" : ""}(${this.carry}&&${z}!==0)`;
      case 5:
        if (compared) return compare(">=", "<");
        return `((${n}^(${v}))${not ? "<" : ">="}0)`;
      case 6:
        if (compared) return compare(">", "<=");
        return `${not ? "!" : ""}(${z}!==0&&(${n}^(${v}))>=0)`;
      default:
        return "true";
    }
  }

  /** Has what `translate` emits happen only under a condition. */
  when(condition: string, translate: () => void): void {
    const outer = this.#lines;
    const before = this.#flags;
    const flushBefore = this.flush;
    this.#lines = [];
    translate();
    const changed = this.#flags !== before;
    if (changed) {
      this.emit(this.flush);
      this.flagsWritten();
    }
    const inner = this.#lines;
    this.#lines = outer;
    if (changed) this.emit(flushBefore);
    this.emit(`if(${condition}){`);
    for (const line of inner) this.emit(line);
    this.emit("}");
  }

  /** What `translate` emits, as text. */
  capture(translate: () => void): string {
    const outer = this.#lines;
    this.#lines = [];
    translate();
    const text = this.#lines.join("\n");
    this.#lines = outer;
    return text;
  }

  // --- ways out -----------------------------------------------------------------------------------------------

  #account(): string {
    return `${this.flush}T[0]+=${this.cycles};T[1]+=${this.instructions};`;
  }

  /** For who follows the core's calls: how the block is left. */
  #leftBy(by: Flow): string {
    return this.observed ? `C.leftBy=${this.calls ? flow.call : by};C.leftFrom=${this.at | 0};` : "";
  }

  /** Goes to a fixed address; `cost` is what the branch costs beside its own cycle. */
  branch(target: number, cost: number): void {
    this.branches = true;
    this.cycles += cost;
    const observedCall = this.observed && this.calls;
    if (target >>> 0 === this.start >>> 0 && this.nextItState === 0 && !observedCall) {
      this.loops = true;
      this.emit(`${this.#account()}if(T[0]<T[2])continue;R[15]=${target | 0};return;`);
    } else this.emit(`${this.#account()}${this.#leftBy(flow.branch)}R[15]=${target | 0};return;`);
    this.cycles -= cost;
  }

  /** Goes to an address in a register, or back from an exception. */
  branchTo(value: string, cost: number): void {
    this.cycles += cost;
    const target = this.constant(value);
    this.emit(
      `${this.#account()}${this.#leftBy(flow.indirect)}R[15]=${target}&-2;if((${target}&1)===0||${target}>>>28===15)C.interwork(${target},${this.at | 0},${this.nextItState});return;`,
    );
    this.cycles -= cost;
  }

  /** Calls the core with everything up to date and PC behind this instruction; the block ends. */
  leave(call: string): void {
    this.emit(`${this.#account()}R[15]=${this.next | 0};C.arrive(${this.at | 0},${this.nextItState});${call};return;`);
  }

  /** Ends the block if a store has had consequences for the core; `rest` is what the instruction still has to do. */
  leaveIfAsked(rest: string): string {
    if (this.itState !== 0) return "";
    return `if(T[2]<0){${rest}${this.#account()}R[15]=${this.next | 0};return;}`;
  }

  /** An exception instead of an instruction. */
  fault(kind: "undefined" | "noCoprocessor", what: number): void {
    this.emit(`${this.flush}C.${kind}(${what},${this.place});`);
    this.ended = this.itState === 0;
  }

  /** An undefined instruction of two halfwords. */
  undefinedLong(first: number, second: number): void {
    this.fault("undefined", ((first << 16) | second) >>> 0);
  }

  // --- the whole ----------------------------------------------------------------------------------------------

  finish(): string {
    if (!this.ended) this.branch(this.next, 0);
    const registers = [...this.#registers].map((n) => `let r${n}=R[${n}];`).join("");
    const body = this.#lines.join("\n");
    return `${registers}${this.loops ? `for(;;){${body}}` : body}`;
  }
}
