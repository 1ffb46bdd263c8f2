/** What a core needs of the chip around it. */
import type { BusCore } from "../core";

export { Fault } from "../fault";

export interface CoreMemory {
  /** 264 KB of SRAM at 0x20000000. */
  ram: Uint8Array;
  /** Per word of SRAM: whether it was executed. */
  code: Uint8Array;
  /** The flash's bytes: a power of two of them. */
  flash: Uint8Array;
}

/** Everything but SRAM. Loads and stores add their wait states to the core's cycles; they throw Fault. */
export interface CoreBus {
  /** Instructions are about to be fetched from 8 bytes of flash. */
  fetchLine(core: BusCore, address: number): void;
  load(core: BusCore, address: number, bytes: 1 | 2 | 4): number;
  store(core: BusCore, address: number, bytes: 1 | 2 | 4, value: number): void;
  /** A breakpoint in the boot ROM. */
  romCall(core: BusCore, number: number): void;
  /** SEV: to both cores. */
  signalEvent(): void;
  codeWritten(core: BusCore, address: number): void;
  stackOverflow(core: BusCore, limit: number): void;
  trap(core: BusCore, text: string): void;
}
