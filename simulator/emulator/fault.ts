/** An access or an instruction that a core answers with an exception. */
export class Fault extends Error {
  /** The exception's number (Armv8-M B3.8), before escalation: 4 memory, 5 bus, 6 usage, 7 secure. */
  readonly exception: number;
  /** Bits to set in CFSR. */
  readonly status: number;

  /** By default what an access to nothing is: a precise BusFault. */
  constructor(message: string, exception = 5, status = 1 << 9) {
    super(message);
    this.exception = exception;
    this.status = status;
  }
}

/** An UNALIGNED UsageFault: for devices, which take aligned accesses only. */
export function unaligned(message: string): Fault {
  return new Fault(message, 6, 1 << 24);
}
