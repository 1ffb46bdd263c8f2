/** Traces of small programs, on both chips. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { Observers } from "../../simulator/emulator/observe/observers";
import type { TraceFilter } from "../../simulator/emulator/observe/trace";
import { chipNames, type ChipName } from "./chips";
import { NamedProgram } from "./observed";
import { bxLr, nop, pop, push, stay, withLink } from "./thumb";

const folder = mkdtempSync(join(tmpdir(), "dspi-trace-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** main starts SysTick, calls outer, which calls inner, and stays; ticks come every 100,000 cycles. */
function calls(): NamedProgram {
  const p = new NamedProgram().begin("main");
  p.store(0xe000e014, 99_999).store(0xe000e018, 0).store(0xe000e010, 7).call("outer").add(stay);
  p.begin("outer").add(push(withLink)).call("inner").add(pop(withLink));
  p.begin("inner").add(nop, bxLr);
  return p.begin("tick").add(bxLr);
}

function traced(chip: ChipName, file: string, ms: number, filter: TraceFilter = {}) {
  const path = join(folder, `${chip}-${file}`);
  const observers = new Observers({ trace: path, filter });
  const machine = calls().on(chip, { 15: "tick" }, observers);
  machine.runUntil(ms * 1e6);
  observers.close();
  return { text: readFileSync(path, "utf8"), machine };
}

interface Event {
  ph: string;
  name: string;
  ts: number;
  tid: number;
  args: { from: string };
}

describe.each(chipNames)("a trace of an %s", (chip) => {
  test("has a line for each call and return, with time, core and place", () => {
    const { text } = traced(chip, "calls.txt", 1, { match: /outer|inner/ });
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => /^ *(\d+\.\d) (\d) (thread mode) {5}( *[<>] .*)$/.exec(line));
    expect(lines.map((line) => line?.[4])).toEqual([
      expect.stringMatching(/^> outer from main\+0x\w+$/),
      "  > inner from outer+0x2",
      "  < inner to outer+0x6",
      expect.stringMatching(/^< outer to main\+0x\w+$/),
    ]);
    const times = lines.map((line) => Number(line?.[1]));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(lines.map((line) => line?.[2]))).toEqual(new Set(["0"]));
  });

  test("tells a function's time from call to return", () => {
    const { text, machine } = traced(chip, "time.txt", 1, { match: /inner/ });
    const [called = NaN, returned = NaN] = text.split("\n").map(parseFloat);
    const cycles = ((returned - called) * machine.clock.frequency) / 1e9;
    expect(Math.round(cycles)).toBe(3); // NOP 1, BX 2
  });

  test("shows interrupts, named, with their handlers in them", () => {
    const { text, machine } = traced(chip, "interrupt.txt", 40, { match: /SysTick|tick/ });
    const ticks = Math.floor((machine.cores[0].cycles - 500) / 100_000);
    const marks = text
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(33).replace(/ (from|to) .*/, ""));
    expect(ticks).toBeGreaterThan(1);
    expect(marks.slice(0, 4)).toEqual(["! SysTick", "  > tick", "  < tick", ". SysTick"]);
    expect(marks).toHaveLength(4 * ticks);
  });

  test("as Chrome's trace events begins and ends what it begins, in microseconds", () => {
    const { text, machine } = traced(chip, "events.json", 40);
    const events = JSON.parse(text) as Event[];
    const open: string[] = [];
    const seen = new Set<string>();
    for (const { ph, name, ts, tid } of events) {
      if (ph === "M" || tid !== 0) continue;
      expect(ts).toBeLessThanOrEqual(machine.now / 1e3 + 50);
      if (ph === "B") {
        open.push(name);
        seen.add(open.join(";"));
      } else expect(open.pop()).toBeDefined();
    }
    const within = (suffix: string) => [...seen].some((stack) => stack.endsWith(suffix));
    expect([within("outer;inner"), within("SysTick;tick")]).toEqual([true, true]);
  });

  test("keeps to a core and to a window of time", () => {
    const only = (filter: TraceFilter) => traced(chip, "filter.txt", 40, filter).text;
    expect(only({ core: 1 })).not.toMatch(/^ *\d+\.\d 0/m);
    expect(only({ core: 0 })).toMatch(/> outer/);
    expect(only({ core: 0 })).not.toMatch(/^ *\d+\.\d 1/m);
    expect(only({ from: 10e6 })).not.toContain("outer");
    expect(only({ from: 10e6 })).toContain("SysTick");
    expect(only({ to: 1e6 })).not.toContain("SysTick");
  });
});
