/** A Cortex-M0+ core: runs, sleeps, faults. */
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
