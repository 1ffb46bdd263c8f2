/** Exceptions of a Cortex-M33 in the Secure state: entry, return, faults and sleep (Armv8-M B3.18 to B3.33). */
import { Fault } from "./bus";
import { entryCycles, floatFrameCycles, returnCycles } from "./cost";
import { word } from "./emitter";
import { exception, Nvic } from "./nvic";
import { fpscrPlace } from "./state";

const sp = 13;
const lr = 14;
const pc = 15;

/** Bits of CFSR (Armv8-M D1.2.21). */
export const cfsr = {
  undefined: 1 << 16,
  invalidState: 1 << 17,
  invalidPc: 1 << 18,
  noCoprocessor: 1 << 19,
  stackOverflow: 1 << 20,
  unaligned: 1 << 24,
  divisionByZero: 1 << 25,
  instructionBus: 1 << 8,
  preciseBus: 1 << 9,
  busAddressValid: 1 << 15,
} as const;

const frameBytes = 0x20;
const floatFrameBytes = 0x68;
/** A handler that follows another one keeps its frame. */
const tailChainSaving = entryCycles + returnCycles - 6;

export abstract class Exceptions extends Nvic {
  waiting = false;
  /** The event register (Armv8-M B3.27). */
  event = false;
  vtor = 0;
  /** Address of the instruction being executed. */
  at = 0;
  /** SHCSR's enables of MemManage, BusFault, UsageFault and SecureFault: bits 4 to 7. */
  faultsEnabled = 0;
  faultStatus = 0;
  hardFaultStatus = 0;
  /** BFAR, and the address of the last access over the bus. */
  faultAddress = 0;
  protected busAddress = 0;
  #sleepsForEvent = false;
  #returned = false;

  /** As loads and stores of the core, for stacking and vectors. */
  protected abstract readWord(address: number): number;
  protected abstract writeWord(address: number, value: number): void;
  abstract clearExclusive(): void;
  /** SP is below the emulator's own limit. */
  protected abstract stackExceeded(): void;

  signalEvent(): void {
    this.event = true;
    if (this.waiting && this.#sleepsForEvent) {
      this.waiting = false;
      this.event = false;
    }
  }

  waitForInterrupt(): void {
    this.waiting = true;
    this.#sleepsForEvent = false;
    this.reconsider();
  }

  waitForEvent(): void {
    if (this.event) {
      this.event = false;
      return;
    }
    this.waiting = true;
    this.#sleepsForEvent = true;
    this.reconsider();
  }

  sleepForEvent(): void {
    this.waitForEvent();
  }

  /** Takes the most urgent exception, if one may interrupt what runs. */
  protected attend(): void {
    this.attention = false;
    const tail = this.#returned;
    this.#returned = false;
    const next = this.mostUrgent();
    if (next === 0) return;
    const urgency = this.group(this.priorityOf(next));
    if (urgency < this.executionPriority(false)) this.waiting = false;
    if (urgency >= this.executionPriority()) return;
    if (next < exception.irq0) this.systemPending &= ~(1 << next);
    else {
      const index = (next - 16) >> 5;
      this.latched[index] = (this.latched[index] as number) & ~(1 << ((next - 16) & 31));
    }
    this.at = this.registers[pc] as number;
    this.enter(next, this.at);
    if (tail) this.cycles -= tailChainSaving;
    this.attention = true; // another one may be more urgent still
  }

  /** SVC: an exception that cannot be taken is a HardFault. */
  supervisorCall(): void {
    if (this.group(this.priorityOf(exception.svCall)) >= this.executionPriority()) {
      throw new Fault("SVC where SVCall may not interrupt", exception.hardFault, 0);
    }
    this.pend(exception.svCall);
  }

  // --- entry and return ---------------------------------------------------------------------------------------

  /** Stacks a frame and goes to a handler (B3.19 to B3.21). */
  enter(number: number, returnAddress: number): void {
    const r = this.registers;
    const thread = this.ipsr === 0;
    const process = this.processStack;
    const withFloats = this.floatContext;
    const old = r[sp] as number;
    const frame = ((old & ~7) - (withFloats ? floatFrameBytes : frameBytes)) | 0;
    const limit = process ? this.psplim : this.msplim;
    if (frame >>> 0 < limit) {
      r[sp] = limit;
      throw new Fault(stackText(frame, limit), exception.usageFault, cfsr.stackOverflow);
    }
    r[sp] = frame;
    if (frame >>> 0 < (r[word.limit] as number)) this.stackExceeded();
    for (let i = 0; i < 4; i++) this.writeWord(frame + 4 * i, r[i] as number);
    this.writeWord(frame + 0x10, r[12] as number);
    this.writeWord(frame + 0x14, r[lr] as number);
    this.writeWord(frame + 0x18, returnAddress & ~1);
    this.writeWord(frame + 0x1c, this.xpsr | (old & 4 ? 1 << 9 : 0) | (withFloats ? 1 << 20 : 0));
    if (withFloats) {
      for (let i = 0; i < 16; i++) this.writeWord(frame + 0x20 + 4 * i, this.floatWords[i] as number);
      this.writeWord(frame + 0x60, this.fpscr);
      this.cycles += floatFrameCycles;
    }
    r[lr] = 0xffffffe1 | (withFloats ? 0 : 0x10) | (thread ? 8 : 0) | (process ? 4 : 0);
    this.ipsr = number;
    this.itState = 0;
    this.floatContext = false;
    this.updateFloat();
    this.useStack(false);
    this.clearExclusive();
    this.event = true;
    this.setActive(number, true);
    this.cycles += entryCycles;
    const vector = this.readWord((this.vtor + 4 * number) | 0);
    r[pc] = vector & ~1;
    if ((vector & 1) === 0)
      throw new Fault(`vector ${number} is not Thumb code`, exception.usageFault, cfsr.invalidState);
  }

  /** Branch to EXC_RETURN in a handler (B3.22). */
  protected leave(excReturn: number): void {
    const finished = this.ipsr;
    const valid = (excReturn & 0xffffffe3) === (0xffffffe1 | 0) && this.isActive(finished);
    const toThread = (excReturn & 8) !== 0;
    this.setActive(finished, false);
    if (this.executionPriority() >= 0 || finished !== exception.hardFault)
      this.faultmask = finished === 2 && this.faultmask;
    if (!valid)
      throw new Fault(
        `return from exception ${finished} by 0x${(excReturn >>> 0).toString(16)}`,
        exception.usageFault,
        cfsr.invalidPc,
      );
    this.useStack((excReturn & 4) !== 0);
    const r = this.registers;
    const frame = r[sp] as number;
    const xpsr = this.readWord(frame + 0x1c);
    const number = xpsr & 0x1ff;
    if (toThread !== (number === 0)) {
      this.useStack(false);
      throw new Fault(
        `return from exception ${finished} to a frame of exception ${number}`,
        exception.usageFault,
        cfsr.invalidPc,
      );
    }
    for (let i = 0; i < 4; i++) r[i] = this.readWord(frame + 4 * i);
    r[12] = this.readWord(frame + 0x10);
    r[lr] = this.readWord(frame + 0x14);
    r[pc] = this.readWord(frame + 0x18) & ~1;
    const withFloats = (excReturn & 0x10) === 0;
    if (withFloats) {
      for (let i = 0; i < 16; i++) this.floatWords[i] = this.readWord(frame + 0x20 + 4 * i);
      this.floatWords[fpscrPlace] = this.readWord(frame + 0x60);
      this.cycles += floatFrameCycles;
    }
    r[sp] = (frame + (withFloats ? floatFrameBytes : frameBytes)) | (xpsr & (1 << 9) ? 4 : 0);
    this.setApsr(xpsr);
    this.itState = ((xpsr >>> 25) & 3) | ((xpsr >>> 8) & 0xfc);
    this.ipsr = number;
    this.floatContext = withFloats;
    this.updateFloat();
    this.updateLimit();
    this.clearExclusive();
    this.event = true;
    this.#returned = true;
    this.cycles += returnCycles;
    this.reconsider();
  }

  /** The exception that handles a fault (B3.24), or undefined: the core locks up. */
  protected escalate(fault: Fault): number | undefined {
    this.faultStatus |= fault.status;
    if (fault.status & cfsr.preciseBus) {
      this.faultStatus |= cfsr.busAddressValid;
      this.faultAddress = this.busAddress;
    }
    const current = this.executionPriority();
    const number = fault.exception;
    const direct = number !== exception.hardFault && (this.faultsEnabled & (1 << number)) !== 0;
    if (direct && this.group(this.priorityOf(number)) < current) return number;
    if (number !== exception.hardFault) this.hardFaultStatus |= 1 << 30; // FORCED
    return current > -1 ? exception.hardFault : undefined;
  }

  protected resetExceptions(): void {
    this.registers.fill(0);
    this.registers[word.z] = 1;
    this.floatWords.fill(0);
    for (const words of [this.latched, this.enabled, this.active, this.priorities, this.systemPriorities])
      words.fill(0);
    this.latched.set(this.lines);
    Object.assign(this, {
      bankedSp: 0,
      primask: false,
      faultmask: false,
      basepri: 0,
      processStack: false,
      privileged: true,
      floatContext: false,
      ipsr: 0,
      itState: 0,
      msplim: 0,
      psplim: 0,
      cpacr: 0,
      fpccr: 0xc0000000 | 0,
      fpdscr: 0,
      waiting: false,
      event: false,
      systemPending: 0,
      systemActive: 0,
      priorityGroup: 0,
      faultsEnabled: 0,
      faultStatus: 0,
      hardFaultStatus: 0,
      attention: true,
    });
    this.updateLimit();
    this.updateFloat();
  }
}

export function stackText(value: number, limit: number): string {
  return `stack overflow: SP 0x${(value >>> 0).toString(16)} is below the limit 0x${(limit >>> 0).toString(16)}`;
}
