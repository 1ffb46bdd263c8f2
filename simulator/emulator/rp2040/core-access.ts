/** How a core reaches memory: SRAM and instructions in flash at once, everything else over the bus. */
import { Exceptions } from "./exceptions";
import { place } from "./core-state";
import type { CoreBus, CoreMemory } from "./core-bus";

const { sp } = place;

const ram = 0x20000000;
const ramBytes = 264 * 1024;
const bxLr = 0x4770;

export abstract class CoreAccess extends Exceptions {
  readonly index: 0 | 1;
  /** What SP must not go below, on the main and on the process stack; 0 is no limit. */
  stackLimit = 0;
  processStackLimit = 0;
  /** Both fault and handler faulted: stopped until a reset. */
  lockedUp = false;
  /** Address of the instruction being executed. */
  at = 0;
  protected readonly bus: CoreBus;
  readonly #ram8: Uint8Array;
  readonly #ram16: Uint16Array;
  readonly #ram32: Int32Array;
  readonly #code: Uint8Array;
  readonly #flash16: Uint16Array;
  readonly #flashMask: number;
  /** The 8 bytes of flash that were fetched last: more of them needs no look into the cache. */
  #line = -1;

  constructor(index: 0 | 1, bus: CoreBus, memory: CoreMemory) {
    super();
    this.index = index;
    this.bus = bus;
    this.#ram8 = memory.ram;
    this.#ram16 = new Uint16Array(memory.ram.buffer);
    this.#ram32 = new Int32Array(memory.ram.buffer);
    this.#code = memory.code;
    this.#flash16 = new Uint16Array(memory.flash.buffer, memory.flash.byteOffset, memory.flash.length >> 1);
    this.#flashMask = memory.flash.length - 1;
  }

  protected stackChanged(): void {
    const limit = this.processStack ? this.processStackLimit : this.stackLimit;
    if ((this.registers[sp] as number) >>> 0 < limit) this.bus.stackOverflow(this, limit);
  }

  /** A halfword of code. */
  protected fetch(address: number): number {
    const offset = (address - ram) >>> 0;
    if (offset < ramBytes) {
      this.#code[offset >>> 2] = 1;
      return this.#ram16[offset >>> 1] as number;
    }
    if (address >>> 24 !== 0x10) return this.bus.load(this, address, 2);
    if (address >>> 3 !== this.#line) {
      this.bus.fetchLine(this, address);
      this.#line = address >>> 3;
    }
    return this.#flash16[(address & this.#flashMask) >>> 1] as number;
  }

  protected flowChanged(): void {
    this.#line = -1;
  }

  /** Flash can be read no longer, or again. */
  forgetLine(): void {
    this.#line = -1;
  }

  /** A halfword of code, without anything happening; what is neither RAM nor flash is the boot ROM's BX LR. */
  protected codeAt(address: number): number {
    const offset = (address - ram) >>> 0;
    if (offset < ramBytes) return this.#ram16[offset >>> 1] as number;
    return address >>> 24 === 0x10 ? (this.#flash16[(address & this.#flashMask) >>> 1] as number) : bxLr;
  }

  protected load32(address: number): number {
    const offset = (address - ram) >>> 0;
    if (offset < ramBytes && (offset & 3) === 0) return this.#ram32[offset >>> 2] as number;
    return this.bus.load(this, address, 4);
  }

  protected load16(address: number): number {
    const offset = (address - ram) >>> 0;
    if (offset < ramBytes && (offset & 1) === 0) return this.#ram16[offset >>> 1] as number;
    return this.bus.load(this, address, 2);
  }

  protected load8(address: number): number {
    const offset = (address - ram) >>> 0;
    if (offset < ramBytes) return this.#ram8[offset] as number;
    return this.bus.load(this, address, 1);
  }

  protected store32(address: number, value: number): void {
    const offset = (address - ram) >>> 0;
    if (offset < ramBytes && (offset & 3) === 0) {
      if (this.#code[offset >>> 2]) this.bus.codeWritten(this, address);
      this.#ram32[offset >>> 2] = value;
    } else this.bus.store(this, address, 4, value);
  }

  protected store16(address: number, value: number): void {
    const offset = (address - ram) >>> 0;
    if (offset < ramBytes && (offset & 1) === 0) {
      if (this.#code[offset >>> 2]) this.bus.codeWritten(this, address);
      this.#ram16[offset >>> 1] = value;
    } else this.bus.store(this, address, 2, value & 0xffff);
  }

  protected store8(address: number, value: number): void {
    const offset = (address - ram) >>> 0;
    if (offset < ramBytes) {
      if (this.#code[offset >>> 2]) this.bus.codeWritten(this, address);
      this.#ram8[offset] = value;
    } else this.bus.store(this, address, 1, value & 0xff);
  }

  /** As WFE, for calls of the boot ROM that wait. */
  sleepForEvent(): void {
    this.waitForEvent();
  }
}
