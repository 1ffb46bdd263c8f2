/** A Cortex-M0+ core: runs, sleeps, faults. */
import { flow, type Flow, type FlowObserver } from "../flow";
import { Fault } from "./core-bus";
import { place } from "./core-state";
import { exception } from "./exceptions";
import { Instructions } from "./instructions";

const { pc, sp } = place;

export class Core extends Instructions {
  /** Held in reset by the power-on state machine. */
  held = false;
  /** Cycles spent asleep. */
  idle = 0;
  observer: FlowObserver | undefined;

  /** Starts at the boot ROM's reset vector. */
  reset(): void {
    this.registers.fill(0);
    Object.assign(this, {
      bankedSp: 0,
      primask: false,
      processStack: false,
      privileged: true,
      ipsr: 0,
      waiting: false,
      event: false,
      vtor: 0,
      latched: this.lines,
      enabled: 0,
      active: 0,
      systemPending: 0,
      attention: false,
      lockedUp: false,
    });
    this.priorities.fill(0);
    this.systemPriorities.fill(0);
    this.registers[sp] = this.load32(0) & ~3;
    this.registers[pc] = this.load32(4) & ~1;
  }

  /** Runs until a cycle is reached, or a little over it. */
  run(until: number): void {
    if (this.held || this.lockedUp) {
      this.#sleep(until);
      return;
    }
    if (this.observer) return this.#runObserved(until, this.observer);
    for (;;) {
      try {
        while (this.cycles < until) {
          if (this.attention) this.attend();
          if (this.waiting) {
            this.#sleep(until);
            return;
          }
          this.step();
        }
        return;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.#fault(error);
        if (this.lockedUp) return this.#sleep(until);
      }
    }
  }

  /** As run(), but tells where the code goes. */
  #runObserved(until: number, observer: FlowObserver): void {
    const registers = this.registers;
    if (this.ipsr !== observer.exception) observer.restarted();
    for (;;) {
      try {
        while (this.cycles < until) {
          const before = this.cycles;
          if (this.attention) this.attend();
          if (this.ipsr !== observer.exception) observer.entered(this.ipsr, before);
          if (this.waiting) return this.#sleep(until);
          const from = registers[pc] as number;
          this.step();
          const to = registers[pc] as number;
          if (this.ipsr !== observer.exception) observer.left();
          else if (to !== from + 2) observer.moved(this.#flow(from, to), from, to);
          else if ((to - observer.start) >>> 0 >= observer.size) observer.moved(flow.branch, from, to);
        }
        return;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        const before = this.cycles;
        this.#fault(error);
        if (this.ipsr !== observer.exception) observer.entered(this.ipsr, before);
        if (this.lockedUp) return this.#sleep(until);
      }
    }
  }

  /** What the instruction that has just left its place is (ARMv6-M A5.2). */
  #flow(from: number, to: number): Flow {
    const op = this.codeAt(from);
    if (op >>> 11 === 0b11110) return to === from + 4 ? flow.branch : flow.call; // BL, or no branch at all
    if ((op & 0xff80) === 0x4780) return flow.call; // BLX
    return op >>> 12 === 0b1101 || op >>> 11 === 0b11100 ? flow.branch : flow.indirect;
  }

  #sleep(until: number): void {
    if (this.cycles >= until) return;
    this.idle += until - this.cycles;
    this.cycles = until;
  }

  /** Every fault of an ARMv6-M core is a HardFault. */
  #fault(fault: Fault): void {
    this.bus.trap(this, fault.message);
    if (this.beyondFaults) {
      this.lockedUp = true;
      this.bus.trap(this, "locked up: a fault while a fault was handled");
      return;
    }
    try {
      this.enter(exception.hardFault, this.at);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.lockedUp = true;
      this.bus.trap(this, `locked up: ${error.message} while the fault was stacked`);
    }
  }
}
