/** TICKS: from clk_ref to the ticks of timers, watchdog and cores, which stand still until theirs runs (RP2350 8.5). */
import type { Block } from "../block";
import type { MachineClock } from "../clock";

export const tick = { proc0: 0, proc1: 1, timer0: 2, timer1: 3, watchdog: 4, riscv: 5 } as const;
const generators = 6;
const stride = 12;
const enable = 1;
const running = 2;

/** Counts ticks, and tells when a count will be reached. */
export class TickCounter {
  readonly #clock: MachineClock;
  #frequency = 0;
  #count = 0;
  #since = 0;
  /** The frequency has changed: alarms have to be set anew. */
  onChange: (() => void) | undefined;

  constructor(clock: MachineClock) {
    this.#clock = clock;
  }

  /** In Hz; 0 stands still. */
  set frequency(frequency: number) {
    if (frequency === this.#frequency) return;
    this.count = this.#exact;
    this.#frequency = frequency;
    this.onChange?.();
  }

  get #exact(): number {
    return this.#count + ((this.#clock.nanos - this.#since) * this.#frequency) / 1e9;
  }

  get count(): number {
    return Math.floor(this.#exact + 1e-6);
  }

  set count(count: number) {
    this.#count = count;
    this.#since = this.#clock.nanos;
  }

  /** Nanoseconds until the count is reached; Infinity while it stands still. */
  until(count: number): number {
    return this.#frequency === 0 ? Infinity : ((count - this.#exact) * 1e9) / this.#frequency;
  }
}

export class Ticks implements Block {
  readonly counters: readonly TickCounter[];
  readonly #reference: () => number;
  readonly #ctrl = new Uint32Array(generators);
  readonly #cycles = new Uint32Array(generators);

  /** `reference` is clk_ref in Hz. */
  constructor(clock: MachineClock, reference: () => number) {
    this.#reference = reference;
    this.counters = Array.from({ length: generators }, () => new TickCounter(clock));
  }

  counter(index: number): TickCounter {
    return this.counters[index] as TickCounter;
  }

  /** clk_ref has changed. */
  update(): void {
    this.counters.forEach((counter, index) => {
      const cycles = this.#cycles[index] as number;
      const on = (this.#ctrl[index] as number) & enable && cycles > 0;
      counter.frequency = on ? this.#reference() / cycles : 0;
    });
  }

  read(offset: number): number {
    const index = Math.floor(offset / stride);
    if (index >= generators) return 0;
    const on = (this.#ctrl[index] as number) & enable;
    if (offset % stride === 0) return on ? enable | running : 0;
    return offset % stride === 4 ? (this.#cycles[index] as number) : 0;
  }

  write(offset: number, value: number): void {
    const index = Math.floor(offset / stride);
    if (index >= generators) return;
    if (offset % stride === 0) this.#ctrl[index] = value & enable;
    else if (offset % stride === 4) this.#cycles[index] = value & 0x1ff;
    this.update();
  }
}
