/** Runs the state machines of all PIO blocks side by side, each cycle at its time on the system clock. */
import type { Pio } from "./pio";
import type { StateMachine } from "./state-machine";

export class PioRunner {
  /** System clocks up to which all machines have run. */
  time = 0;
  readonly #blocks: readonly Pio[];
  readonly #pinsChanged: (time: number) => void;
  #running: StateMachine[] = [];

  /** `pinsChanged` is called after all cycles that fall on one system clock. */
  constructor(blocks: readonly Pio[], pinsChanged: (time: number) => void) {
    this.#blocks = blocks;
    this.#pinsChanged = pinsChanged;
  }

  get idle(): boolean {
    return this.#running.length === 0;
  }

  /** Looks which machines are enabled. */
  refresh(): void {
    this.#running = this.#blocks.flatMap(({ machines }) => machines.filter(({ enabled }) => enabled));
  }

  /** Runs every cycle before a time, or until `stop` holds after one; returns the time up to which it has run. */
  advance(to: number, stop?: () => boolean): number {
    for (;;) {
      const running = this.#running;
      let time = Infinity;
      for (const machine of running) if (machine.next < time) time = machine.next;
      if (time >= to) break;
      this.time = time;
      for (const machine of running) {
        if (machine.next <= time) machine.tick();
      }
      this.#update();
      if (stop?.()) return time + 1;
    }
    this.time = Math.max(this.time, to);
    this.#update();
    return to;
  }

  #update(): void {
    let dirty = false;
    for (const block of this.#blocks) {
      dirty ||= block.dirty;
      block.dirty = false;
    }
    if (dirty) this.#pinsChanged(this.time);
  }
}
