/** Exceptions of a Cortex-M0+ core: NVIC with four priorities, entry, return and sleep (ARMv6-M B1.5, B3.4). */
import { CoreState, place } from "./core-state";

const { lr, pc, sp } = place;

export const exception = { nmi: 2, hardFault: 3, svCall: 11, pendSv: 14, sysTick: 15, irq0: 16 } as const;

/** Cortex-M0+ TRM 3.4: entry without wait states; for the return an assumption that agrees with measured totals. */
const entryCycles = 15;
const returnCycles = 13;
const lowestPriority = 4;
const hardFaultPriority = -1;

export abstract class Exceptions extends CoreState {
  /** Cycles since power-on of the machine. */
  cycles = 0;
  /** Asleep in WFI or WFE. */
  waiting = false;
  /** The event register (ARMv6-M B1.5.18). */
  event = false;
  vtor = 0;
  /** NVIC, a bit an interrupt: request lines, what is pending without its line, enabled, being handled. */
  lines = 0;
  latched = 0;
  enabled = 0;
  active = 0;
  readonly priorities = new Uint8Array(32);
  /** Of system exceptions 11, 14 and 15. */
  readonly systemPriorities = new Uint8Array(16);
  systemPending = 0;
  #sleepsForEvent = false;

  protected abstract load32(address: number): number;
  protected abstract store32(address: number, value: number): void;
  protected abstract stackChanged(): void;
  /** The core is in another handler, or back from one. */
  protected abstract flowChanged(): void;

  /** Interrupts that wait for their turn, enabled or not. */
  get pending(): number {
    return this.latched | (this.lines & ~this.active);
  }

  /** A peripheral raises or drops its request. */
  setLine(irq: number, high: boolean): void {
    const bit = 1 << irq;
    if (high === ((this.lines & bit) !== 0)) return;
    if (high) {
      this.lines |= bit;
      this.latched |= bit;
      this.attention = true;
    } else {
      this.lines &= ~bit; // what was latched stays pending
    }
  }

  /** Sets an exception of the core itself pending: 2, 11, 14 or 15. */
  pend(number: number): void {
    this.systemPending |= 1 << number;
    this.attention = true;
  }

  /** SEV of either core. */
  signalEvent(): void {
    this.event = true;
    if (this.waiting && this.#sleepsForEvent) {
      this.waiting = false;
      this.event = false;
    }
  }

  protected waitForInterrupt(): void {
    this.waiting = true;
    this.#sleepsForEvent = false;
    this.attention = true;
  }

  protected waitForEvent(): void {
    if (this.event) {
      this.event = false;
      return;
    }
    this.waiting = true;
    this.#sleepsForEvent = true;
    this.attention = true;
  }

  /** Takes the most urgent exception, if one may interrupt what runs. PRIMASK keeps it waiting, but not asleep. */
  protected attend(): void {
    this.attention = false;
    const running = this.#priorityOf(this.ipsr);
    const next = this.#mostUrgent();
    if (next === 0 || this.#priorityOf(next) >= running) return;
    this.waiting = false;
    if (this.primask && next !== exception.nmi) return;
    if (next < exception.irq0) this.systemPending &= ~(1 << next);
    else {
      const bit = 1 << (next - exception.irq0);
      this.latched &= ~bit;
      this.active |= bit;
    }
    this.enter(next, this.registers[pc] as number);
    this.attention = true; // another one may be more urgent still
  }

  #mostUrgent(): number {
    let best = 0;
    let priority = lowestPriority;
    for (let system = this.systemPending, number = 0; system !== 0; system >>>= 1, number++) {
      if (system & 1 && this.#priorityOf(number) < priority) priority = this.#priorityOf((best = number));
    }
    for (let irqs = (this.pending & this.enabled) >>> 0, irq = 0; irqs !== 0; irqs >>>= 1, irq++) {
      const own = this.priorities[irq] as number;
      if (irqs & 1 && own < priority) {
        best = exception.irq0 + irq;
        priority = own;
      }
    }
    return best;
  }

  #priorityOf(number: number): number {
    if (number === 0) return lowestPriority;
    if (number === exception.nmi) return -2;
    if (number === exception.hardFault) return hardFaultPriority;
    return (
      number < exception.irq0 ? this.systemPriorities[number] : this.priorities[number - exception.irq0]
    ) as number;
  }

  /** Whether a fault now cannot be handled: the core locks up (ARMv6-M B1.5.15). */
  get beyondFaults(): boolean {
    return this.#priorityOf(this.ipsr) <= hardFaultPriority;
  }

  /** Stacks eight words and goes to a handler. */
  enter(number: number, returnAddress: number): void {
    const registers = this.registers;
    const process = this.processStack && this.ipsr === 0;
    const old = registers[sp] as number;
    const frame = (old - 0x20) & ~4;
    registers[sp] = frame;
    this.stackChanged();
    for (let i = 0; i < 4; i++) this.store32(frame + 4 * i, registers[i] as number);
    this.store32(frame + 0x10, registers[12] as number);
    this.store32(frame + 0x14, registers[lr] as number);
    this.store32(frame + 0x18, returnAddress & ~1);
    this.store32(frame + 0x1c, this.xpsr | (old & 4 ? 1 << 9 : 0));
    registers[lr] = this.ipsr !== 0 ? 0xfffffff1 : process ? 0xfffffffd : 0xfffffff9;
    this.ipsr = number;
    this.useStack(false);
    this.event = true;
    registers[pc] = this.load32(this.vtor + 4 * number) & ~1;
    this.cycles += entryCycles;
    this.flowChanged();
  }

  /** Branch to EXC_RETURN in a handler. */
  protected leave(excReturn: number): void {
    const finished = this.ipsr;
    if (finished >= exception.irq0) {
      const bit = 1 << (finished - exception.irq0);
      this.active &= ~bit;
      if (this.lines & bit) this.latched |= bit;
    }
    this.useStack((excReturn & 0xf) === 0xd);
    const registers = this.registers;
    const frame = registers[sp] as number;
    for (let i = 0; i < 4; i++) registers[i] = this.load32(frame + 4 * i);
    registers[12] = this.load32(frame + 0x10);
    registers[lr] = this.load32(frame + 0x14);
    registers[pc] = this.load32(frame + 0x18) & ~1;
    const xpsr = this.load32(frame + 0x1c);
    registers[sp] = (frame + 0x20) | (xpsr & (1 << 9) ? 4 : 0);
    this.setFlags(xpsr);
    this.ipsr = (excReturn & 0xf) === 1 ? xpsr & 0x3f : 0;
    this.event = true;
    this.attention = true;
    this.cycles += returnCycles;
    this.flowChanged();
  }
}
