/** What a Cortex-M33 core and the machine around it need of each other. */

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
  fetchFlash(core: M33Core, address: number, bytes: number): void;
  /** Aligned: unaligned accesses are taken apart, or refused, by the core. */
  load(core: M33Core, address: number, bytes: 1 | 2 | 4): number;
  /** `value` holds the bytes in its low bits, and zeros above. */
  store(core: M33Core, address: number, bytes: 1 | 2 | 4, value: number): void;
  /**
   * The core is at an address given to `CodeCache.hook`. Registers are all up to date; PC is where LR returns to, and may be
   * changed: to `address`, to be called again.
   */
  romCall(core: M33Core, address: number): void;
  /** SEV: to both cores. */
  signalEvent(): void;
  /** Coprocessor 0. MCR p0, #opc1, Rt, c0, c<crm> with `high` undefined; MCRR p0, #opc1, Rt, Rt2, c<crm>. */
  gpioWrite(core: M33Core, opc1: number, crm: number, low: number, high: number | undefined): void;
  /** MRC p0, #opc1, Rt, c0, c<crm>. MRRC reads crm and crm + 1. */
  gpioRead(core: M33Core, opc1: number, crm: number): number;
  /** A word of code that has run is overwritten; what was translated from it is gone already. */
  codeWritten(core: M33Core, address: number): void;
  /** SP went below `stackLimit` or `processStackLimit`, which are the emulator's and not the architecture's. */
  stackOverflow(core: M33Core, limit: number): void;
  /** Anything that must never happen, as a plain message: every fault passes here before its handler runs. */
  trap(core: M33Core, text: string): void;
}

/** A core, as the machine sees it. `new Core(index, bus, code)`; both cores share one `new CodeCache(memory)`. */
export interface M33Core {
  readonly index: 0 | 1;
  /** r0 to r12, SP, LR and PC as signed words. Up to date between blocks and in every call of the bus, but for PC: see `at`. */
  readonly registers: Int32Array;
  /** Address of the instruction being executed. */
  readonly at: number;
  /** Number of the exception being handled; 0 in thread mode. */
  readonly ipsr: number;
  /** Of interrupts, 0 (most urgent) to 15: the RP2350 has 4 bits. */
  readonly priorities: Uint8Array;
  /** Cycles since power-on of the machine, a model: see docs. Writable: wait states are added here. */
  cycles: number;
  /** Instructions executed, exactly. */
  instructions: number;
  /** Cycles spent asleep, held or locked up. */
  idle: number;
  /** Held in reset. */
  held: boolean;
  readonly lockedUp: boolean;
  /** Asleep in WFI or WFE. */
  waiting: boolean;
  /** Set when what may interrupt the core has changed. */
  attention: boolean;
  /** What SP must not go below, on the main and on the process stack, beside MSPLIM and PSPLIM; 0 is no limit. */
  stackLimit: number;
  processStackLimit: number;
  vtor: number;

  /** Runs until a cycle is reached, or a little over it: a block is finished. */
  run(until: number): void;
  /** The run in progress ends after the instruction that made the bus access being answered. */
  yield(): void;
  /** Starts in thread mode on the main stack: entry and stack pointer as of a vector table, or as given. */
  reset(vtor: number, sp?: number, entry?: number): void;
  /** A peripheral raises or drops its request, 0 to 51. */
  setLine(irq: number, high: boolean): void;
  /** Sets an exception of the core itself pending: 2 NMI, 14 PendSV, 15 SysTick. */
  pend(number: number): void;
  /** SEV of either core, or an event from outside. */
  signalEvent(): void;
  /** As WFE, for calls of the boot ROM that wait. */
  sleepForEvent(): void;
}
