/** What a Cortex-M33 core needs of the machine around it. */
import type { BusCore } from "../core";

export { Fault, unaligned } from "../fault";

/** A memory that code may run from. */
export interface Memory {
  base: number;
  bytes: Uint8Array;
}

export interface CoreMemory {
  /** Loads and stores reach it without the bus. */
  ram: Memory;
  /** Instructions only: every access and every run of instructions is told to the bus. */
  flash: Memory;
  /** Instructions only, without wait states. */
  rom: Memory;
}

/**
 * Everything but RAM. A core's `cycles` are those up to the access being made; loads and stores add their wait states to
 * them. Those that cannot be answered throw Fault.
 */
export interface CoreBus {
  /** Code in flash is about to run: so many bytes of it, in order, from an address. Adds the cache's wait states. */
  fetchFlash(core: BusCore, address: number, bytes: number): void;
  /** Aligned: unaligned accesses are taken apart, or refused, by the core. */
  load(core: BusCore, address: number, bytes: 1 | 2 | 4): number;
  /** `value` holds the bytes in its low bits, and zeros above. */
  store(core: BusCore, address: number, bytes: 1 | 2 | 4, value: number): void;
  /**
   * The core is at an address given to `CodeCache.hook`. Registers are all up to date; PC is where LR returns to, and may be
   * changed: to `address`, to be called again.
   */
  romCall(core: BusCore, address: number): void;
  /** SEV: to both cores. */
  signalEvent(): void;
  /** Coprocessor 0. MCR p0, #opc1, Rt, c0, c<crm> with `high` undefined; MCRR p0, #opc1, Rt, Rt2, c<crm>. */
  gpioWrite(core: BusCore, opc1: number, crm: number, low: number, high: number | undefined): void;
  /** MRC p0, #opc1, Rt, c0, c<crm>. MRRC reads crm and crm + 1. */
  gpioRead(core: BusCore, opc1: number, crm: number): number;
  /** A word of code that has run is overwritten; what was translated from it is gone already. */
  codeWritten(core: BusCore, address: number): void;
  /** SP went below `stackLimit` or `processStackLimit`, which are the emulator's and not the architecture's. */
  stackOverflow(core: BusCore, limit: number): void;
  /** Anything that must never happen, as a plain message: every fault passes here before its handler runs. */
  trap(core: BusCore, text: string): void;
}
