/** The interrupt controller of a Cortex-M33: what is pending, active and masked, and what may interrupt what (Armv8-M B3.9, B3.32). */
import { State } from "./state";

export const exception = {
  nmi: 2,
  hardFault: 3,
  memManage: 4,
  busFault: 5,
  usageFault: 6,
  secureFault: 7,
  svCall: 11,
  pendSv: 14,
  sysTick: 15,
  irq0: 16,
} as const;

const lowestPriority = 256;

export abstract class Nvic extends State {
  /** A bit an interrupt, 32 to a word: request lines, what is pending without its line, enabled, being handled. */
  readonly lines = new Int32Array(2);
  readonly latched = new Int32Array(2);
  readonly enabled = new Int32Array(2);
  readonly active = new Int32Array(2);
  readonly priorities = new Uint8Array(64);
  /** Of exceptions 4 to 15. */
  readonly systemPriorities = new Uint8Array(16);
  systemPending = 0;
  systemActive = 0;
  /** AIRCR.PRIGROUP. */
  priorityGroup = 0;

  setLine(irq: number, high: boolean): void {
    const index = irq >> 5;
    const bit = 1 << (irq & 31);
    if (high === (((this.lines[index] as number) & bit) !== 0)) return;
    if (high) {
      this.lines[index] = (this.lines[index] as number) | bit;
      this.latched[index] = (this.latched[index] as number) | bit;
      this.reconsider();
    } else this.lines[index] = (this.lines[index] as number) & ~bit; // what was latched stays pending
  }

  pend(number: number): void {
    this.systemPending |= 1 << number;
    this.reconsider();
  }

  /** Interrupts that wait for their turn, enabled or not. */
  pendingWord(index: number): number {
    return (this.latched[index] as number) | ((this.lines[index] as number) & ~(this.active[index] as number));
  }

  protected priorityOf(number: number): number {
    if (number === exception.nmi) return -2;
    if (number === exception.hardFault) return -1;
    return ((number < 16 ? this.systemPriorities[number] : this.priorities[number - 16]) as number) << 4;
  }

  protected group(priority: number): number {
    return priority < 0 ? priority : priority & ~((2 << this.priorityGroup) - 1);
  }

  /** The execution priority (B3.9); without PRIMASK, which does not keep a core asleep, when asked. */
  protected executionPriority(withPrimask = true): number {
    let priority = lowestPriority;
    for (let bits = this.systemActive, number = 0; bits !== 0; bits >>>= 1, number++)
      if (bits & 1) priority = Math.min(priority, this.group(this.priorityOf(number)));
    for (let index = 0; index < 2; index++) {
      for (let bits = this.active[index] as number, irq = 32 * index; bits !== 0; bits >>>= 1, irq++)
        if (bits & 1) priority = Math.min(priority, this.group(this.priorityOf(16 + irq)));
    }
    if (this.basepri !== 0) priority = Math.min(priority, this.group(this.basepri << 4));
    if (this.primask && withPrimask) priority = Math.min(priority, 0);
    if (this.faultmask) priority = Math.min(priority, -1);
    return priority;
  }

  protected mostUrgent(): number {
    let best = 0;
    let priority = lowestPriority;
    for (let bits = this.systemPending, number = 0; bits !== 0; bits >>>= 1, number++) {
      if (bits & 1 && this.priorityOf(number) < priority) priority = this.priorityOf((best = number));
    }
    for (let index = 0; index < 2; index++) {
      let bits = (this.pendingWord(index) & (this.enabled[index] as number)) >>> 0;
      for (let irq = 32 * index; bits !== 0; bits >>>= 1, irq++)
        if (bits & 1 && this.priorityOf(16 + irq) < priority) priority = this.priorityOf((best = 16 + irq));
    }
    return best;
  }

  /** The exception ICSR shows as the most urgent one that is pending. */
  get pendingException(): number {
    return this.mostUrgent();
  }

  protected setActive(number: number, on: boolean): void {
    if (number < 16) {
      this.systemActive = on ? this.systemActive | (1 << number) : this.systemActive & ~(1 << number);
      return;
    }
    const index = (number - 16) >> 5;
    const bit = 1 << ((number - 16) & 31);
    this.active[index] = on ? (this.active[index] as number) | bit : (this.active[index] as number) & ~bit;
    if (!on && (this.lines[index] as number) & bit) this.latched[index] = (this.latched[index] as number) | bit;
  }

  isActive(number: number): boolean {
    if (number < 16) return (this.systemActive & (1 << number)) !== 0;
    return ((this.active[(number - 16) >> 5] as number) & (1 << ((number - 16) & 31))) !== 0;
  }

  /** No other exception than the one that runs is active. */
  get returnsToBase(): boolean {
    if (this.ipsr === 0) return false;
    const others = [this.systemActive, this.active[0] as number, this.active[1] as number];
    const words = this.ipsr < 16 ? 0 : 1 + ((this.ipsr - 16) >> 5);
    const bit = this.ipsr < 16 ? 1 << this.ipsr : 1 << ((this.ipsr - 16) & 31);
    others[words] = (others[words] as number) & ~bit;
    return others.every((word) => word === 0);
  }
}
