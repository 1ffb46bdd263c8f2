/** A trace as lines of text, or as Chrome's trace events, which Perfetto and chrome://tracing show. */
import { closeSync, openSync, writeSync } from "node:fs";

import type { Span, TraceWriter } from "./trace";

const bufferedCharacters = 1 << 18;
const standardError = 2;

/** Text for a file or for standard error ("-"), written in large pieces. */
class Output {
  readonly #file: number;
  #text = "";

  constructor(path: string) {
    this.#file = path === "-" ? standardError : openSync(path, "w");
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= bufferedCharacters) this.#flush();
  }

  close(): void {
    this.#flush();
    if (this.#file !== standardError) closeSync(this.#file);
  }

  #flush(): void {
    for (let rest = Buffer.from(this.#text); rest.length > 0;) rest = rest.subarray(writeSync(this.#file, rest));
    this.#text = "";
  }
}

/** Nanoseconds, core, context, and a call (>), return (<), exception (!) or the return from it (.), indented by depth. */
export class TextTrace implements TraceWriter {
  readonly #output: Output;

  constructor(path: string) {
    this.#output = new Output(path);
  }

  begin(span: Span): void {
    const from = span.place && ` from ${span.place}`;
    this.#line(span, span.kind === "call" ? ">" : "!", from);
  }

  end(span: Span): void {
    this.#line(span, span.kind === "call" ? "<" : ".", ` to ${span.place}`);
  }

  close(): void {
    this.#output.close();
  }

  #line({ time, core, context, depth, name }: Span, mark: string, place: string): void {
    const at = time.toFixed(1).padStart(14);
    this.#output.write(`${at} ${core} ${context.padEnd(15)} ${"  ".repeat(depth)}${mark} ${name}${place}\n`);
  }
}

/** The format's "Trace Event Format", JSON array: a thread for each core, duration events in microseconds. */
export class EventTrace implements TraceWriter {
  readonly #output: Output;

  constructor(path: string) {
    this.#output = new Output(path);
    const names = [0, 1].map((core) =>
      JSON.stringify({ name: "thread_name", ph: "M", pid: 1, tid: core, args: { name: `core ${core}` } }),
    );
    this.#output.write(`[${names.join(",\n")}`);
  }

  begin({ time, core, kind, name, place }: Span): void {
    this.#event({ ph: "B", name, cat: kind, ts: time / 1e3, pid: 1, tid: core, args: { from: place } });
  }

  end({ time, core }: Span): void {
    this.#event({ ph: "E", ts: time / 1e3, pid: 1, tid: core });
  }

  close(): void {
    this.#output.write("]\n");
    this.#output.close();
  }

  #event(event: object): void {
    this.#output.write(`,\n${JSON.stringify(event)}`);
  }
}
