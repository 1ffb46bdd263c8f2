/**
 * Follows one core's calls: a stack of functions for thread mode and for each exception that is being handled. Returns are
 * told by return address and stack pointer, so that longjmp() and tail calls come out right.
 */
import type { MachineCore } from "../core";
import { flow, type Flow, type FlowObserver } from "../flow";
import type { CodeFunction, Functions } from "./functions";

const sp = 13;
const pc = 15;
const lr = 14;

export interface Frame {
  fn: CodeFunction;
  /** Where it was called from, or what the exception interrupted, and where it returns to. */
  readonly from: number;
  readonly returnTo: number;
  /** The stack pointer at the call, and which of the two it is. */
  readonly sp: number;
  readonly process: boolean;
}

/** An exception, or thread mode (0), and what runs in it, outermost first. */
export interface Level {
  readonly exception: number;
  readonly frames: Frame[];
}

/** Hears what happens; the stacks are those behind it. `cycles` is the core's count. */
export interface FlowListener {
  called(stacks: CallStacks, frame: Frame): void;
  /** The innermost function has returned. */
  returned(stacks: CallStacks, frame: Frame): void;
  /** The innermost function has become another one: a tail call, or code that goes on into the next function. */
  became(stacks: CallStacks, frame: Frame): void;
  entered(stacks: CallStacks, level: Level, cycles: number): void;
  left(stacks: CallStacks, level: Level): void;
  /** The core was reset: thread mode begins anew. */
  restarted(stacks: CallStacks): void;
}

/** Deeper, no stack of a chip goes: what calls then is taken for a jump. */
const deepest = 500;

/** Whether an address is in the caller but not its beginning: helpers for switch statements return to a place they compute. */
function into(caller: Frame, { fn }: Frame, to: number): boolean {
  const offset = (to - caller.fn.start) >>> 0;
  return fn !== caller.fn && offset > 0 && offset < caller.fn.size;
}

export class CallStacks implements FlowObserver {
  readonly core: MachineCore;
  readonly levels: Level[] = [];
  exception = 0;
  start = 0;
  size = 0;
  readonly #functions: Functions;
  readonly #listeners: readonly FlowListener[];

  constructor(core: MachineCore, functions: Functions, listeners: readonly FlowListener[]) {
    this.core = core;
    this.#functions = functions;
    this.#listeners = listeners;
    this.levels.push(this.#level(0, 0));
    this.#follow();
  }

  /** What runs now. */
  get top(): Level {
    return this.levels[this.levels.length - 1] as Level;
  }

  moved(by: Flow, from: number, to: number): void {
    if (by === flow.call && !this.#jumps(to) && this.top.frames.length < deepest) return this.#call(from, to);
    const within = (to - this.start) >>> 0 < this.size;
    if (by !== flow.indirect && within) return;
    this.#return(to);
    if ((to - this.start) >>> 0 < this.size) return;
    const { frames } = this.top;
    const frame = frames[frames.length - 1] as Frame;
    frame.fn = this.#functions.at(to);
    this.#follow();
    for (const listener of this.#listeners) listener.became(this, frame);
  }

  /** BL into its own function is how compilers jump far on a Cortex-M0+, whose branches are short. */
  #jumps(to: number): boolean {
    const { frames } = this.top;
    return (frames[frames.length - 1] as Frame).fn.known && to !== this.start && (to - this.start) >>> 0 < this.size;
  }

  #call(from: number, to: number): void {
    const { registers, processStack } = this.core;
    const frame: Frame = {
      fn: this.#functions.at(to),
      from,
      returnTo: (registers[lr] as number) & ~1,
      sp: (registers[sp] as number) >>> 0,
      process: processStack,
    };
    this.top.frames.push(frame);
    this.#follow();
    for (const listener of this.#listeners) listener.called(this, frame);
  }

  /** Takes away what has returned: whose caller's stack pointer is in force again, or one above it. */
  #return(to: number): void {
    const { registers, processStack } = this.core;
    const now = (registers[sp] as number) >>> 0;
    const { frames } = this.top;
    while (frames.length > 1) {
      const frame = frames[frames.length - 1] as Frame;
      const back = now === frame.sp && (to === frame.returnTo || into(frames[frames.length - 2] as Frame, frame, to));
      if (frame.process !== processStack || !(back || now > frame.sp)) return;
      frames.pop();
      this.#follow();
      for (const listener of this.#listeners) listener.returned(this, frame);
      if (back) return;
    }
  }

  entered(exception: number, cycles: number): void {
    const level = this.#level(exception, this.core.registers[pc] as number);
    this.levels.push(level);
    this.#follow();
    for (const listener of this.#listeners) listener.entered(this, level, cycles);
  }

  left(): void {
    if (this.levels.length < 2) return this.restarted();
    const level = this.levels.pop() as Level;
    for (const listener of this.#listeners) listener.left(this, level);
    this.#follow();
    const { ipsr, registers } = this.core;
    if (this.exception !== ipsr) return this.restarted();
    // A handler may have changed the address it returns to.
    this.moved(flow.indirect, this.start, registers[pc] as number);
  }

  restarted(): void {
    this.levels.splice(0, this.levels.length, this.#level(0, this.core.registers[pc] as number));
    if (this.core.ipsr !== 0) this.levels.push(this.#level(this.core.ipsr, this.core.registers[pc] as number));
    this.#follow();
    for (const listener of this.#listeners) listener.restarted(this);
  }

  #level(exception: number, address: number): Level {
    const from = exception === 0 ? 0 : this.core.at;
    const frame = { fn: this.#functions.at(address), from, returnTo: 0, sp: 0xffffffff, process: false };
    return { exception, frames: [frame] };
  }

  #follow(): void {
    const { exception, frames } = this.top;
    const { fn } = frames[frames.length - 1] as Frame;
    this.exception = exception;
    this.start = fn.start;
    this.size = fn.size;
  }
}
