/** Who hears where a core's code goes: only cores that have an observer tell, all others run as fast as ever. */

/** How code left the place where it was: by a branch or onto the next instruction, by BL or BLX, or to an address in a register or memory. */
export const flow = { branch: 0, call: 1, indirect: 2 } as const;
export type Flow = (typeof flow)[keyof typeof flow];

export interface FlowObserver {
  /** The exception that the observer takes the core to be in. */
  readonly exception: number;
  /** Addresses of the function that it takes the core to be in. */
  readonly start: number;
  readonly size: number;
  /** From an instruction to another address, in the same exception or thread mode; the core's registers are those behind it. */
  moved(by: Flow, from: number, to: number): void;
  /** The core has entered an exception; `cycles` is its count before that. */
  entered(exception: number, cycles: number): void;
  /** The core has returned from the exception. */
  left(): void;
  /** The core was reset. */
  restarted(): void;
}
