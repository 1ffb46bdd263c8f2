/** TIMER0 and TIMER1: 64 bits of ticks with four alarms (RP2350 datasheet 12.8). */
import type { Block } from "../block";
import type { Alarm, MachineClock } from "../clock";
import type { TickCounter } from "./ticks";

const register = {
  TIMEHW: 0x00,
  TIMELW: 0x04,
  TIMEHR: 0x08,
  TIMELR: 0x0c,
  ALARM0: 0x10,
  ARMED: 0x20,
  TIMERAWH: 0x24,
  TIMERAWL: 0x28,
  INTR: 0x3c,
  INTE: 0x40,
  INTF: 0x44,
  INTS: 0x48,
} as const;
const word = 2 ** 32;
const alarms = 4;

export class Timer implements Block {
  readonly #counter: TickCounter;
  readonly #interrupt: (alarm: number, high: boolean) => void;
  readonly #targets = new Uint32Array(alarms);
  readonly #alarms: readonly Alarm[];
  #armed = 0;
  #intr = 0;
  #inte = 0;
  #intf = 0;
  /** What reading TIMELR has latched, and writing TIMELW waits with. */
  #high = 0;
  #low = 0;

  constructor(clock: MachineClock, counter: TickCounter, interrupt: (alarm: number, high: boolean) => void) {
    this.#counter = counter;
    this.#interrupt = interrupt;
    this.#alarms = Array.from({ length: alarms }, (_, index) => clock.createAlarm(() => this.#fire(index)));
    counter.onChange = () => this.#scheduleAll();
  }

  reset(): void {
    this.#counter.count = 0;
    this.#armed = this.#intr = this.#inte = this.#intf = 0;
    for (const alarm of this.#alarms) alarm.cancel();
    this.#update();
  }

  read(offset: number): number {
    switch (offset) {
      case register.TIMEHR:
        return this.#high;
      case register.TIMELR:
        this.#high = Math.floor(this.#counter.count / word);
        return (this.#counter.count % word) | 0;
      case register.ARMED:
        return this.#armed;
      case register.TIMERAWH:
        return Math.floor(this.#counter.count / word);
      case register.TIMERAWL:
        return (this.#counter.count % word) | 0;
      case register.INTR:
        return this.#intr;
      case register.INTE:
        return this.#inte;
      case register.INTF:
        return this.#intf;
      case register.INTS:
        return (this.#intr & this.#inte) | this.#intf;
      default:
        return this.#targets[(offset - register.ALARM0) >> 2] ?? 0;
    }
  }

  write(offset: number, value: number, raw: number): void {
    switch (offset) {
      case register.TIMELW:
        this.#low = value >>> 0;
        return;
      case register.TIMEHW:
        this.#counter.count = (value >>> 0) * word + this.#low;
        return this.#scheduleAll();
      case register.ARMED:
        this.#armed &= ~raw;
        return this.#scheduleAll();
      case register.INTR:
        this.#intr &= ~raw;
        break;
      case register.INTE:
        this.#inte = value & 15;
        break;
      case register.INTF:
        this.#intf = value & 15;
        break;
      default:
        if (offset < register.ALARM0 || offset >= register.ARMED) return;
        this.#targets[(offset - register.ALARM0) >> 2] = value;
        this.#armed |= 1 << ((offset - register.ALARM0) >> 2);
        return this.#schedule((offset - register.ALARM0) >> 2);
    }
    this.#update();
  }

  #scheduleAll(): void {
    for (let index = 0; index < alarms; index++) this.#schedule(index);
  }

  /** An alarm compares the lower 32 bits. */
  #schedule(index: number): void {
    const alarm = this.#alarms[index] as Alarm;
    alarm.cancel();
    if ((this.#armed & (1 << index)) === 0) return;
    const now = this.#counter.count;
    const ticks = ((this.#targets[index] as number) - (now % word)) >>> 0;
    const nanos = this.#counter.until(now + ticks);
    if (nanos < Infinity) alarm.schedule(Math.max(0, nanos));
  }

  #fire(index: number): void {
    this.#armed &= ~(1 << index);
    this.#intr |= 1 << index;
    this.#update();
  }

  #update(): void {
    const status = (this.#intr & this.#inte) | this.#intf;
    for (let index = 0; index < alarms; index++) this.#interrupt(index, (status & (1 << index)) !== 0);
  }
}
