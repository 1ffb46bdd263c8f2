/** State machines that start together, and what their pins carry: a logic analyser at the system clock. */
import { ClockDivider } from "./clock-divider";
import { type PinBases, StateMachine } from "./state-machine";
import type { PioProgram } from "../../tools/pio/program";

/** A change of any pin. */
export interface Edge {
  /** System clocks since the start. */
  time: number;
  /** All 32 pins from then on, pin 0 in bit 0. */
  levels: number;
}

export interface Sender {
  program: PioProgram;
  pins: PinBases;
  divider: { int: number; frac: number };
  /** What DMA moves into the transmit FIFO, as fast as it empties. */
  words?: Iterable<number>;
}

/** Runs the senders from a common start with divider restart, all pins low, for `duration` system clocks. */
export function capture(senders: Sender[], duration: number): Edge[] {
  let levels = 0;
  const write = (base: number, count: number, value: number) => {
    for (let pin = 0; pin < count; pin++) {
      const bit = 1 << ((base + pin) % 32);
      levels = (value >>> pin) & 1 ? levels | bit : levels & ~bit;
    }
  };
  const machines = senders.map(({ program, pins, divider, words = [] }) => ({
    machine: new StateMachine(program, pins, write),
    divider: new ClockDivider(divider.int, divider.frac),
    words: words[Symbol.iterator](),
    next: 0,
  }));

  const edges: Edge[] = [];
  let before = levels;
  for (let time = 0; time < duration; time = Math.min(...machines.map(({ next }) => next))) {
    for (const sender of machines) {
      if (sender.next > time) continue;
      feed(sender.machine, sender.words);
      sender.machine.tick();
      sender.next += sender.divider.next();
    }
    if (levels !== before) edges.push({ time, levels: levels >>> 0 });
    before = levels;
  }
  return edges;
}

function feed(machine: StateMachine, words: Iterator<number>): void {
  while (machine.fifo.length < machine.depth) {
    const next = words.next();
    if (next.done) return;
    machine.fifo.push(next.value);
  }
}

/**
 * Pins 0 to 7 as a logic analyser samples them at the system clock, one byte each, pin 0 in bit 0. Pins have a register:
 * sample 0 is from before the start, and an edge at time t is seen in sample t + 1.
 */
export function sampled(edges: Edge[], duration: number): Uint8Array {
  const samples = new Uint8Array(duration + 1);
  edges.forEach(({ time, levels }, index) => {
    samples.fill(levels & 0xff, time + 1, (edges[index + 1]?.time ?? duration) + 1);
  });
  return samples;
}
