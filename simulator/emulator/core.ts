/** A core of either chip, as the machine around it sees it. */
import type { FlowObserver } from "./flow";

/** What makes an access, or calls the boot ROM. */
export interface BusCore {
  readonly index: 0 | 1;
  /** r0 to r12, SP, LR and PC as signed words. */
  readonly registers: Int32Array;
  /** Address of the instruction being executed. */
  readonly at: number;
  /** Number of the exception being handled; 0 in thread mode. */
  readonly ipsr: number;
  /** Of interrupts, by number; 0 is the most urgent. */
  readonly priorities: Uint8Array;
  /** Cycles since power-on of the machine: wait states are added here. */
  cycles: number;
  vtor: number;
  /** SEV of either core, or an event from outside. */
  signalEvent(): void;
  /** As WFE, for calls of the boot ROM that wait. */
  sleepForEvent(): void;
}

export interface MachineCore extends BusCore {
  /** Instructions executed. */
  readonly instructions: number;
  /** Cycles spent asleep or held. */
  readonly idle: number;
  /** Held in reset. */
  held: boolean;
  /** Asleep in WFI or WFE. */
  readonly waiting: boolean;
  /** Set when what may interrupt the core has changed. */
  readonly attention: boolean;
  /** What SP must not go below, on the main and on the process stack; 0 is no limit. */
  stackLimit: number;
  processStackLimit: number;
  /** To be set before the first run. */
  observer: FlowObserver | undefined;
  /** Stopped for good: a fault while a fault was handled. */
  readonly lockedUp: boolean;
  readonly xpsr: number;
  /** Whether SP is the process stack pointer, and the stack pointer that is not in use. */
  readonly processStack: boolean;
  readonly bankedSp: number;
  readonly primask: boolean;

  /** Runs until a cycle is reached, or a little over it. */
  run(until: number): void;
  /** A peripheral raises or drops its request. */
  setLine(irq: number, high: boolean): void;
}
