/** Calls, returns and exceptions of both cores as they happen, through filters, to a writer. */
import type { Machine } from "../machine";
import type { CallStacks, FlowListener, Frame, Level } from "./call-stacks";

/** Something that begins and ends: a function, or an exception with its handler in it. */
export interface Span {
  /** Nanoseconds since power-on. */
  time: number;
  core: number;
  /** In which exception, or thread mode. */
  context: string;
  /** How many spans of this core are around it. */
  depth: number;
  kind: "call" | "exception";
  name: string;
  /** Where it was called from or was interrupted, or where it goes back to. */
  place: string;
}

export interface TraceWriter {
  begin(span: Span): void;
  end(span: Span): void;
  close(): void;
}

export interface TraceFilter {
  /** Only this core. */
  core?: number | undefined;
  /** Only from and up to a time, in nanoseconds since power-on. */
  from?: number | undefined;
  to?: number | undefined;
  /** Only functions and exceptions whose names match. */
  match?: RegExp | undefined;
}

export interface TraceNames {
  exception(number: number): string;
  place(address: number): string;
}

const pc = 15;

/** One core's trace. */
export class CoreTrace implements FlowListener {
  readonly #machine: Machine;
  readonly #names: TraceNames;
  readonly #filter: TraceFilter;
  readonly #writer: TraceWriter;
  /** Spans that have begun, innermost last; undefined for what the filter has left out. */
  #open: (Span | undefined)[] = [];
  /** Lengths of #open when exceptions were entered. */
  #levels: number[] = [];
  #depth = 0;

  constructor(machine: Machine, names: TraceNames, filter: TraceFilter, writer: TraceWriter) {
    this.#machine = machine;
    this.#names = names;
    this.#filter = filter;
    this.#writer = writer;
  }

  called(stacks: CallStacks, { fn, from }: Frame): void {
    this.#begin(stacks, "call", fn.name, from, stacks.core.cycles);
  }

  returned(stacks: CallStacks): void {
    this.#end(stacks);
  }

  became(stacks: CallStacks, { fn, from }: Frame): void {
    this.#end(stacks);
    this.#begin(stacks, "call", fn.name, from, stacks.core.cycles);
  }

  entered(stacks: CallStacks, { exception, frames }: Level, cycles: number): void {
    this.#levels.push(this.#open.length);
    this.#begin(stacks, "exception", this.#names.exception(exception), stacks.core.at, cycles);
    this.#begin(stacks, "call", (frames[0] as Frame).fn.name, stacks.core.at, cycles);
  }

  left(stacks: CallStacks): void {
    const length = this.#levels.pop() ?? 0;
    while (this.#open.length > length) this.#end(stacks);
  }

  restarted(stacks: CallStacks): void {
    while (this.#open.length > 0) this.#end(stacks);
    this.#levels = [];
    for (const { exception, frames } of stacks.levels) {
      if (exception !== 0) this.#levels.push(this.#open.length);
      const [frame] = frames as [Frame];
      this.#begin(stacks, "call", frame.fn.name, frame.from, stacks.core.cycles);
    }
  }

  #begin(stacks: CallStacks, kind: Span["kind"], name: string, from: number, cycles: number): void {
    const { core, from: earliest = -Infinity, to = Infinity, match } = this.#filter;
    const time = this.#machine.clock.nanosAt(cycles);
    const wanted =
      time >= earliest &&
      time <= to &&
      (core ?? stacks.core.index) === stacks.core.index &&
      (match?.test(name) ?? true);
    if (!wanted) return void this.#open.push(undefined);
    const context = this.#names.exception(stacks.exception);
    const place = from === 0 ? "" : this.#names.place(from);
    const span = { time, core: stacks.core.index, context, depth: this.#depth++, kind, name, place };
    this.#open.push(span);
    this.#writer.begin(span);
  }

  #end(stacks: CallStacks): void {
    const span = this.#open.pop();
    if (!span) return;
    this.#depth--;
    const place = this.#names.place(stacks.core.registers[pc] as number);
    this.#writer.end({ ...span, time: this.#machine.clock.nanosAt(stacks.core.cycles), place });
  }
}
