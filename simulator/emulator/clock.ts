/** Emulated time: nanoseconds that follow system clock cycles at whatever frequency the PLL is set to. */
import type { RP2040 } from "rp2040js";

/** What rp2040js' blocks need of a clock. */
type PeripheralClock = RP2040["clock"];

/** A call at a time of the emulated clock. Ones that fall due together fire in the order in which they were scheduled. */
export class Alarm {
  /** When it fires, in nanoseconds; Infinity while it is not scheduled. */
  at = Infinity;
  readonly callback: () => void;
  readonly #clock: MachineClock;

  constructor(clock: MachineClock, callback: () => void) {
    this.#clock = clock;
    this.callback = callback;
  }

  schedule(deltaNanos: number): void {
    this.#clock.add(this, this.#clock.nanos + deltaNanos);
  }

  cancel(): void {
    this.#clock.remove(this);
  }
}

export class MachineClock implements PeripheralClock {
  /** Cycles of the system clock since power-on: the machine moves it. */
  cycles = 0;
  #frequency: number;
  #baseCycles = 0;
  #baseNanos = 0;
  #alarms: Alarm[] = [];

  constructor(frequency: number) {
    this.#frequency = frequency;
  }

  get frequency(): number {
    return this.#frequency;
  }

  /** The system clock in Hz, from now on. */
  set frequency(frequency: number) {
    this.#baseNanos = this.nanos;
    this.#baseCycles = this.cycles;
    this.#frequency = frequency;
  }

  get nanos(): number {
    return this.nanosAt(this.cycles);
  }

  /** When a cycle was or will be, in nanoseconds, at the frequency of now. */
  nanosAt(cycles: number): number {
    return this.#baseNanos + ((cycles - this.#baseCycles) * 1e9) / this.#frequency;
  }

  /** The first cycle at or after a time in nanoseconds. */
  cyclesAt(nanos: number): number {
    return this.#baseCycles + Math.ceil(((nanos - this.#baseNanos) * this.#frequency) / 1e9 - 1e-6);
  }

  /** When the next alarm fires, in nanoseconds. */
  get nextAlarm(): number {
    return this.#alarms[0]?.at ?? Infinity;
  }

  createAlarm(callback: () => void): Alarm {
    return new Alarm(this, callback);
  }

  add(alarm: Alarm, at: number): void {
    this.remove(alarm);
    alarm.at = at;
    const later = this.#alarms.findIndex((other) => other.at > at);
    this.#alarms.splice(later < 0 ? this.#alarms.length : later, 0, alarm);
  }

  remove(alarm: Alarm): void {
    if (alarm.at === Infinity) return;
    alarm.at = Infinity;
    this.#alarms.splice(this.#alarms.indexOf(alarm), 1);
  }

  /** Fires what is due, each once: a watchdog that has run out is due for ever. */
  fire(): void {
    const now = this.nanos + 1e-3;
    if (this.nextAlarm > now) return;
    for (const alarm of this.#alarms.filter(({ at }) => at <= now)) {
      if (alarm.at > now) continue; // one before it has cancelled it
      this.remove(alarm);
      alarm.callback();
    }
  }
}
