/** WATCHDOG: counts its tick down to a reset, and keeps eight words over it (RP2350 datasheet 12.9). */
import type { Block } from "../block";
import type { Alarm, MachineClock } from "../clock";
import type { TickCounter } from "./ticks";

const register = { CTRL: 0x00, LOAD: 0x04, REASON: 0x08, SCRATCH0: 0x0c } as const;
const ctrl = { trigger: 1 << 31, enable: 1 << 30, time: 0xffffff } as const;
const reasons = { timer: 1, force: 2 } as const;
const resetCtrl = 0x07000000;

export class Watchdog implements Block {
  readonly scratch = new Uint32Array(8);
  /** REASON: what caused the last reset. */
  reason = 0;
  readonly #counter: TickCounter;
  readonly #alarm: Alarm;
  readonly #reset: () => void;
  #ctrl = resetCtrl;
  /** Of the counter, when the time is over. */
  #end = 0;

  /** `reset` is called when the time is over, or software asks for it. */
  constructor(clock: MachineClock, counter: TickCounter, reset: () => void) {
    this.#counter = counter;
    this.#reset = reset;
    this.#alarm = clock.createAlarm(() => this.#bite(reasons.timer));
    counter.onChange = () => this.#schedule();
  }

  /** Takes over what outlives a reset. */
  survive(previous: Watchdog): void {
    this.scratch.set(previous.scratch);
    this.reason = previous.reason;
  }

  read(offset: number): number {
    if (offset === register.CTRL) return this.#ctrl | Math.max(0, this.#end - this.#counter.count);
    if (offset === register.REASON) return this.reason;
    return this.scratch[(offset - register.SCRATCH0) >> 2] ?? 0;
  }

  write(offset: number, value: number): void {
    if (offset === register.CTRL) {
      this.#ctrl = value & ~(ctrl.trigger | ctrl.time);
      if (value & ctrl.trigger) this.#bite(reasons.force);
      this.#schedule();
    } else if (offset === register.LOAD) {
      this.#end = this.#counter.count + (value & ctrl.time);
      this.#schedule();
    } else if (offset >= register.SCRATCH0) this.scratch[(offset - register.SCRATCH0) >> 2] = value;
  }

  #schedule(): void {
    this.#alarm.cancel();
    if ((this.#ctrl & ctrl.enable) === 0) return;
    const nanos = this.#counter.until(this.#end);
    if (nanos < Infinity) this.#alarm.schedule(Math.max(0, nanos));
  }

  #bite(reason: number): void {
    this.reason = reason;
    this.#reset();
  }
}
