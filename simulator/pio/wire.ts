/** State machines that start together, and what their pins carry: a logic analyser at the system clock. */
import { Pio, register } from "./pio";
import { PioRunner } from "./runner";
import { setUp, type MachineSetup } from "./setup";

/** A change of any pin. */
export interface Edge {
  /** System clocks since the start. */
  time: number;
  /** All 32 pins from then on, pin 0 in bit 0. */
  levels: number;
}

export interface Sender extends MachineSetup {
  /** What DMA moves into the transmit FIFO, as fast as it empties. */
  words?: Iterable<number>;
}

const machinesPerBlock = 4;
const enableAll = 0xf;

/** Runs the senders from a common start with divider restart, all pins low, for `duration` system clocks. */
export function capture(senders: Sender[], duration: number): Edge[] {
  const sources = senders.map(({ words = [] }) => words[Symbol.iterator]());
  const blocks = Array.from({ length: Math.ceil(senders.length / machinesPerBlock) }, (_, block) => {
    const pio: Pio = new Pio({
      now: () => 0,
      inputs: () => pio.levels,
      interrupt: () => undefined,
      request: (machine, transmit) => transmit && feed(pio, machine, sources[machinesPerBlock * block + machine]),
      enablesChanged: () => undefined,
    });
    return pio;
  });
  const edges: Edge[] = [];
  const runner = new PioRunner(blocks, (time) => {
    const levels = blocks.reduce((all, pio) => all | pio.levels, 0) >>> 0;
    if (levels !== (edges.at(-1)?.levels ?? 0)) edges.push({ time, levels });
  });
  blocks.forEach((pio, block) => {
    const own = senders.slice(machinesPerBlock * block, machinesPerBlock * (block + 1));
    let offset = 0;
    own.forEach((sender, machine) => {
      setUp(pio, machine, offset, sender);
      offset += sender.program.instructions.length;
      feed(pio, machine, sources[machinesPerBlock * block + machine]);
    });
    const control = ((enableAll << 8) | enableAll) & (0x101 * ((1 << own.length) - 1));
    pio.write(register.CTRL, control, control);
  });
  runner.refresh();
  runner.advance(duration);
  return edges;
}

function feed(pio: Pio, machine: number, words: Iterator<number> | undefined): void {
  while (words && pio.requests(machine, true)) {
    const next = words.next();
    if (next.done) return;
    pio.write(register.TXF0 + 4 * machine, next.value, next.value);
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
