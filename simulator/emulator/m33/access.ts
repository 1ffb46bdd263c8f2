/** What blocks ask of their core: accesses beyond RAM, exclusives and faults. */
import { hex } from "../lanes";
import { type CoreBus, Fault } from "./bus";
import type { CodeCache } from "./code-cache";
import { counter, word } from "./emitter";
import { cfsr, Exceptions, stackText } from "./exceptions";
import { exception } from "./nvic";

/** From here on addresses are devices', which take aligned accesses only (Armv8-M B8.1). */
export const devices = 0x40000000;
/** The address at which a block is, given with whatever may fault: cycles and instructions so far, address, ITSTATE. */
export type Place = [cycles: number, instructions: number, at: number, itState: number];

export abstract class Access extends Exceptions {
  readonly index: 0 | 1;
  readonly bus: CoreBus;
  /** CCR (Armv8-M D1.2.19): STKALIGN, BFHFNMIGN, DIV_0_TRP, UNALIGN_TRP and the like. */
  ccr = 0x201;
  /** Instructions and cycles of the block that runs which are not in the counters yet, if it ends here. */
  protected partial = 0;
  protected partialCycles = 0;
  protected readonly code: CodeCache;
  readonly #ram: Uint8Array;
  readonly #base: number;
  readonly #view: DataView;
  #exclusive: { address: number; value: number } | undefined;

  constructor(index: 0 | 1, bus: CoreBus, code: CodeCache) {
    super();
    this.index = index;
    this.bus = bus;
    this.code = code;
    this.#ram = code.memory.ram.bytes;
    this.#base = code.memory.ram.base;
    this.#view = new DataView(this.#ram.buffer, this.#ram.byteOffset, this.#ram.length);
  }

  protected arriveAt(cycles: number, instructions: number, at: number, itState: number): void {
    this.partialCycles = cycles;
    this.partial = instructions;
    this.at = at;
    this.itState = itState;
  }

  /** An instruction ends its block by a call of the core. */
  arrive(at: number, itState: number): void {
    this.partial = this.partialCycles = 0;
    this.at = at;
    this.itState = itState;
  }

  // --- memory -------------------------------------------------------------------------------------------------

  load1(address: number, cycles: number, instructions: number, at: number, itState: number): number {
    return this.#load(address, 1, cycles, instructions, at, itState);
  }

  load2(address: number, cycles: number, instructions: number, at: number, itState: number): number {
    return this.#load(address, 2, cycles, instructions, at, itState);
  }

  load4(address: number, cycles: number, instructions: number, at: number, itState: number): number {
    return this.#load(address, 4, cycles, instructions, at, itState) | 0;
  }

  loadWord(address: number, cycles: number, instructions: number, at: number, itState: number): number {
    if (address & 3) this.unaligned(address, cycles, instructions, at, itState);
    return this.#load(address, 4, cycles, instructions, at, itState) | 0;
  }

  #load(address: number, bytes: 1 | 2 | 4, cycles: number, instructions: number, at: number, itState: number): number {
    this.arriveAt(cycles, instructions, at, itState);
    const t = this.counters;
    t[counter.cycles] = (t[counter.cycles] as number) + cycles;
    this.partialCycles = 0;
    const value = this.#read(address, bytes);
    t[counter.cycles] = (t[counter.cycles] as number) - cycles;
    this.itState = 0;
    return value;
  }

  #read(address: number, bytes: 1 | 2 | 4): number {
    const offset = (address - this.#base) >>> 0;
    if (offset + bytes <= this.#ram.length) {
      if (bytes === 1) return this.#ram[offset] as number;
      if (address & (bytes - 1)) this.#allowUnaligned(address);
      return bytes === 2 ? this.#view.getUint16(offset, true) : this.#view.getInt32(offset, true);
    }
    if ((address & (bytes - 1)) === 0) {
      this.busAddress = address;
      return this.bus.load(this, address, bytes);
    }
    this.#allowUnaligned(address);
    let value = 0;
    for (let i = 0; i < bytes; i++) value |= this.#read((address + i) | 0, 1) << (8 * i);
    return value;
  }

  store1(address: number, value: number, cycles: number, instructions: number, at: number, itState: number): void {
    this.#store(address, 1, value & 0xff, cycles, instructions, at, itState);
  }

  store2(address: number, value: number, cycles: number, instructions: number, at: number, itState: number): void {
    this.#store(address, 2, value & 0xffff, cycles, instructions, at, itState);
  }

  store4(address: number, value: number, cycles: number, instructions: number, at: number, itState: number): void {
    this.#store(address, 4, value, cycles, instructions, at, itState);
  }

  storeWord(address: number, value: number, cycles: number, instructions: number, at: number, itState: number): void {
    if (address & 3) this.unaligned(address, cycles, instructions, at, itState);
    this.#store(address, 4, value, cycles, instructions, at, itState);
  }

  #store(
    address: number,
    bytes: 1 | 2 | 4,
    value: number,
    cycles: number,
    instructions: number,
    at: number,
    itState: number,
  ): void {
    this.arriveAt(cycles, instructions, at, itState);
    const t = this.counters;
    t[counter.cycles] = (t[counter.cycles] as number) + cycles;
    this.partialCycles = 0;
    this.#write(address, bytes, value);
    t[counter.cycles] = (t[counter.cycles] as number) - cycles;
    this.itState = 0;
  }

  #write(address: number, bytes: 1 | 2 | 4, value: number): void {
    const offset = (address - this.#base) >>> 0;
    if (offset + bytes <= this.#ram.length) {
      if (address & (bytes - 1)) this.#allowUnaligned(address);
      if (bytes === 1) this.#ram[offset] = value;
      else if (bytes === 2) this.#view.setUint16(offset, value, true);
      else this.#view.setInt32(offset, value, true);
      if (this.code.written(address, bytes)) this.bus.codeWritten(this, address);
      return;
    }
    if ((address & (bytes - 1)) === 0) {
      this.busAddress = address;
      return this.bus.store(this, address, bytes, value);
    }
    this.#allowUnaligned(address);
    for (let i = 0; i < bytes; i++) this.#write((address + i) | 0, 1, (value >>> (8 * i)) & 0xff);
  }

  /** CCR.UNALIGN_TRP, and devices. */
  #allowUnaligned(address: number): void {
    if (this.ccr & 8 || address >>> 0 >= devices) this.#refuseUnaligned(address);
  }

  #refuseUnaligned(address: number): never {
    throw new Fault(`unaligned access to ${hex(address)}`, exception.usageFault, cfsr.unaligned);
  }

  unaligned(address: number, ...place: Place): never {
    this.arriveAt(...place);
    this.#refuseUnaligned(address);
  }

  protected override readWord(address: number): number {
    if (address & 3) this.#refuseUnaligned(address);
    return this.#read(address, 4) | 0;
  }

  protected override writeWord(address: number, value: number): void {
    if (address & 3) this.#refuseUnaligned(address);
    this.#write(address, 4, value);
  }

  /** Code in flash is about to run. */
  fetch(address: number, bytes: number): void {
    this.at = address;
    this.partial = this.partialCycles = 0;
    this.bus.fetchFlash(this, address, bytes);
  }

  // --- exclusives: the monitor sees another core's write by the value that it changed --------------------------

  loadExclusive(address: number, bytes: 1 | 2 | 4, ...place: Place): number {
    if (address & (bytes - 1)) this.unaligned(address, ...place);
    const value = this.#load(address, bytes, ...place) | 0;
    this.#exclusive = { address, value };
    return value;
  }

  /** 0 when the store was done, else 1. */
  storeExclusive(address: number, bytes: 1 | 2 | 4, value: number, ...place: Place): number {
    if (address & (bytes - 1)) this.unaligned(address, ...place);
    const exclusive = this.#exclusive;
    this.#exclusive = undefined;
    if (exclusive?.address !== address || exclusive.value !== (this.#load(address, bytes, ...place) | 0)) return 1;
    this.#store(address, bytes, bytes === 4 ? value : value & (2 ** (8 * bytes) - 1), ...place);
    return 0;
  }

  override clearExclusive(): void {
    this.#exclusive = undefined;
  }

  /** TT: readable and writable by all, Secure (Armv8-M E1.2.286); no MPU or SAU region matches. */
  testTarget(address: number): number {
    void address;
    return (1 << 22) | (1 << 18) | (1 << 19);
  }

  protected timed<T>(place: Place, access: () => T): T {
    this.cycles += place[0];
    this.partialCycles = 0;
    const result = access();
    this.cycles -= place[0];
    return result;
  }

  sendEvent(...place: Place): void {
    this.arriveAt(...place);
    this.itState = 0;
    this.timed(place, () => this.bus.signalEvent());
  }

  // --- faults -------------------------------------------------------------------------------------------------

  undefined(encoding: number, ...place: Place): never {
    this.arriveAt(...place);
    throw new Fault(`undefined instruction 0x${encoding.toString(16)}`, exception.usageFault, cfsr.undefined);
  }

  breakpoint(number: number, ...place: Place): never {
    this.arriveAt(...place);
    throw new Fault(`breakpoint ${number}`, exception.hardFault, 0);
  }

  get trapsDivisionByZero(): boolean {
    return (this.ccr & 0x10) !== 0;
  }

  divisionByZero(...place: Place): never {
    this.arriveAt(...place);
    throw new Fault("division by zero", exception.usageFault, cfsr.divisionByZero);
  }

  /** SP is about to go below a limit: the architecture's faults, the emulator's is reported. */
  stackLow(value: number, ...place: Place): void {
    this.arriveAt(...place);
    const limit = this.processStack ? this.psplim : this.msplim;
    if (value >>> 0 < limit) throw new Fault(stackText(value, limit), exception.usageFault, cfsr.stackOverflow);
    this.itState = 0;
    this.registers[13] = value;
    this.stackExceeded();
  }

  protected override stackExceeded(): void {
    this.bus.stackOverflow(this, this.registers[word.limit] as number);
  }
}
