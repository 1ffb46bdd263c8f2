/** A profile in words for a terminal, and as folded stacks for viewers of flame graphs. */
import type { CallNode, CoreProfile } from "./profile";

/** What a function has taken in one core and exception: by itself, and with what it called. */
export interface FunctionCost {
  exception: number;
  name: string;
  cycles: number;
  instructions: number;
  calls: number;
  totalCycles: number;
}

/** Costs of the functions of a core, the most expensive one first. */
export function functionCosts(profile: CoreProfile): FunctionCost[] {
  const costs: FunctionCost[] = [];
  for (const [exception, tree] of profile.trees) {
    const byName = new Map<string, FunctionCost>();
    const on = new Set<FunctionCost>();
    const walk = (node: CallNode): number => {
      const name = node.fn.name;
      let cost = byName.get(name);
      if (!cost) byName.set(name, (cost = { exception, name, cycles: 0, instructions: 0, calls: 0, totalCycles: 0 }));
      cost.cycles += node.cycles;
      cost.instructions += node.instructions;
      cost.calls += node.calls;
      const outermost = !on.has(cost); // what calls itself counts once
      on.add(cost);
      let total = node.cycles;
      for (const child of node.children.values()) total += walk(child);
      if (outermost) {
        cost.totalCycles += total;
        on.delete(cost);
      }
      return total;
    };
    for (const child of tree.children.values()) walk(child);
    costs.push(...byName.values());
  }
  return costs.filter(({ calls }) => calls > 0).sort((a, b) => b.cycles - a.cycles);
}

/** Folded stacks as flamegraph.pl defines them: frames by semicolons, outermost first, then the cycles of the innermost. */
export function* foldedStacks(cores: readonly CoreProfile[], nameOf: (exception: number) => string): Generator<string> {
  for (const [index, core] of cores.entries())
    for (const [exception, tree] of core.trees)
      for (const child of tree.children.values()) yield* fold(child, `core ${index};${nameOf(exception)}`);
}

function* fold(node: CallNode, above: string): Generator<string> {
  const stack = `${above};${node.fn.name}`;
  if (node.cycles > 0) yield `${stack} ${node.cycles}`;
  for (const child of node.children.values()) yield* fold(child, stack);
}

/** A table per core: what thread mode and each interrupt took, then its most expensive functions. */
export function profileText(
  cores: readonly CoreProfile[],
  nameOf: (exception: number) => string,
  rows: number,
): string {
  return cores.flatMap((core, index) => [...coreText(core, index, nameOf, rows), ""]).join("\n");
}

function coreText(core: CoreProfile, index: number, nameOf: (exception: number) => string, rows: number): string[] {
  const busy = core.cycles - core.idle;
  const percent = (cycles: number) => `${((100 * cycles) / Math.max(1, busy)).toFixed(1)} %`;
  const costs = functionCosts(core);
  const load = ((100 * busy) / Math.max(1, core.cycles)).toFixed(1);
  const head = `Core ${index}: ${count(core.cycles)} cycles, ${load} % of them awake: ${count(busy)}; ${count(core.instructions)} instructions`;
  const contexts = [...core.trees].map(([exception, tree]) => {
    const own = costs.filter((cost) => cost.exception === exception);
    const cycles = sum(own.map((cost) => cost.cycles));
    const instructions = sum(own.map((cost) => cost.instructions));
    return { exception, entries: tree.calls, cycles, instructions };
  });
  contexts.sort((a, b) => b.cycles - a.cycles);
  const lines = [head, row(["cycles", "", "instructions", "entries", "in"])];
  for (const { exception, entries, cycles, instructions } of contexts)
    lines.push(row([count(cycles), percent(cycles), count(instructions), count(entries), nameOf(exception)]));
  lines.push("", row(["own cycles", "", "instructions", "calls", "with callees", "", "function"]));
  for (const cost of costs.slice(0, rows)) {
    const { cycles, instructions, calls, totalCycles, name, exception } = cost;
    const where = exception === 0 ? name : `${name} (${nameOf(exception)})`;
    const numbers = [count(cycles), percent(cycles), count(instructions), count(calls)];
    lines.push(row([...numbers, count(totalCycles), percent(totalCycles), where]));
  }
  if (costs.length > rows) {
    const rest = costs.slice(rows);
    const cycles = sum(rest.map((cost) => cost.cycles));
    const instructions = sum(rest.map((cost) => cost.instructions));
    lines.push(row([count(cycles), percent(cycles), count(instructions), "", "", "", `${rest.length} others`]));
  }
  return lines;
}

/** The last column is text, the others are numbers and shares in turn. */
function row(columns: string[]): string {
  const widths = [15, 8, 15, 11, 15, 8];
  const cells = columns.slice(0, -1).map((cell, index) => cell.padStart(widths[index] as number));
  return `${cells.join("")}  ${columns.at(-1)}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
