/**
 * Where cycles and instructions go: exact, not sampled. Whenever a core goes from one function to another, what it has
 * spent since the last time belongs to the one it leaves. Cycles asleep belong to nobody.
 */
import type { MachineCore } from "../core";
import type { CallStacks, FlowListener, Frame, Level } from "./call-stacks";
import type { CodeFunction } from "./functions";

/** A function as it was called from a certain place in the tree of calls. */
export interface CallNode {
  readonly fn: CodeFunction;
  readonly parent: CallNode | undefined;
  readonly children: Map<CodeFunction, CallNode>;
  /** In the function itself, without what it calls. */
  cycles: number;
  instructions: number;
  calls: number;
}

const nowhere: CodeFunction = { name: "", start: 0, size: 0, known: false };

export class CoreProfile implements FlowListener {
  /** Trees of calls by exception; 0 is thread mode. Their roots are no functions: `calls` counts the exception's entries. */
  readonly trees = new Map<number, CallNode>();
  /** Cycles and instructions of the core since it is followed, as it counts them itself. */
  cycles = 0;
  idle = 0;
  instructions = 0;
  #core!: MachineCore;
  #node: CallNode = node(nowhere, undefined);
  #interrupted: CallNode[] = [];
  /** The core's counts when #node was entered. */
  #busy = 0;
  #done = 0;
  /** The core's counts when they were last added up. */
  #last = { cycles: 0, idle: 0, instructions: 0 };

  /** Follows a core from its power-on, in addition to what was counted before. */
  follow(core: MachineCore, stacks: CallStacks): void {
    this.finish();
    this.#core = core;
    this.#last = { cycles: core.cycles, idle: core.idle, instructions: core.instructions };
    this.#busy = core.cycles - core.idle;
    this.#done = core.instructions;
    this.restarted(stacks);
  }

  /** Counts what has not been counted yet. */
  finish(): void {
    const core = this.#core as MachineCore | undefined;
    if (!core) return;
    this.#account(core.cycles);
    this.cycles += core.cycles - this.#last.cycles;
    this.idle += core.idle - this.#last.idle;
    this.instructions += core.instructions - this.#last.instructions;
    this.#last = { cycles: core.cycles, idle: core.idle, instructions: core.instructions };
  }

  called(_: CallStacks, { fn }: Frame): void {
    this.#goTo(child(this.#node, fn));
  }

  returned(): void {
    this.#goTo(this.#node.parent ?? this.#node, 0);
  }

  became(_: CallStacks, { fn }: Frame): void {
    this.#goTo(child(this.#node.parent ?? this.#node, fn));
  }

  entered(_: CallStacks, { exception, frames }: Level, cycles: number): void {
    this.#interrupted.push(this.#node);
    const tree = this.#tree(exception);
    tree.calls++;
    this.#goTo(child(tree, (frames[0] as Frame).fn), 1, cycles);
  }

  left(): void {
    this.#goTo(this.#interrupted.pop() ?? this.#node, 0);
  }

  restarted(stacks: CallStacks): void {
    this.#interrupted = [];
    for (const { exception, frames } of stacks.levels) {
      this.#interrupted.push(this.#node);
      const tree = this.#tree(exception);
      tree.calls++;
      this.#goTo(child(tree, (frames[0] as Frame).fn));
    }
    this.#interrupted.shift();
  }

  #tree(exception: number): CallNode {
    let tree = this.trees.get(exception);
    if (!tree) this.trees.set(exception, (tree = node(nowhere, undefined)));
    return tree;
  }

  #goTo(next: CallNode, calls = 1, cycles = this.#core.cycles): void {
    this.#account(cycles);
    this.#node = next;
    next.calls += calls;
  }

  #account(cycles: number): void {
    const { idle, instructions } = this.#core;
    const busy = cycles - idle;
    this.#node.cycles += busy - this.#busy;
    this.#node.instructions += instructions - this.#done;
    this.#busy = busy;
    this.#done = instructions;
  }
}

function node(fn: CodeFunction, parent: CallNode | undefined): CallNode {
  return { fn, parent, children: new Map(), cycles: 0, instructions: 0, calls: 0 };
}

function child(parent: CallNode, fn: CodeFunction): CallNode {
  let found = parent.children.get(fn);
  if (!found) parent.children.set(fn, (found = node(fn, parent)));
  return found;
}
