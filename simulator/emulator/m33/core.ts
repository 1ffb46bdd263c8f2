/** A Cortex-M33 core: runs translated blocks, sleeps, faults. */
import type { MachineCore } from "../core";
import { flow, type Flow, type FlowObserver } from "../flow";
import { devices } from "./access";
import { type CoreBus, Fault } from "./bus";
import { Coprocessors, Restart } from "./coprocessors";
import { type CodeCache, longestBlock } from "./code-cache";
import { counter } from "./emitter";
import { cfsr } from "./exceptions";
import { exception } from "./nvic";
import { type Block, compile, type Surroundings, translate, withFetches } from "./translator";

const sp = 13;
const pc = 15;
/** Blocks are found by page and halfword of their address. */
const pageBits = 12;
const pageHalfwords = 1 << (pageBits - 1);

/** Pages below the devices, where there can be code. */
const pageCount = devices >>> pageBits;

type Page = (Block | undefined)[];

export class Core extends Coprocessors implements MachineCore {
  held = false;
  idle = 0;
  lockedUp = false;
  observer: FlowObserver | undefined;
  /** How the block that ran last was left, and where: only blocks of an observed core tell. */
  leftBy: Flow = flow.branch;
  leftFrom = 0;
  readonly #around: Surroundings;
  /** Blocks for FPSCR's default arithmetic, and for any other. */
  readonly #pages = new Array<Page | undefined>(pageCount);
  readonly #controlledPages = new Array<Page | undefined>(pageCount);
  #yielded = false;

  constructor(index: 0 | 1, bus: CoreBus, code: CodeCache) {
    super(index, bus, code);
    const { base, bytes } = code.memory.ram;
    const at = [bytes.buffer, bytes.byteOffset] as const;
    this.#around = {
      C: this,
      R: this.registers,
      S: this.floatWords,
      F: this.floats,
      T: this.counters,
      M8: bytes,
      M16: new Uint16Array(...at, bytes.length >> 1),
      M32: new Int32Array(...at, bytes.length >> 2),
      B: base | 0,
      W: bytes.length >> 2,
      X: code.marks,
    };
    code.use(this);
  }

  /** Starts in thread mode on the main stack: entry and stack pointer as of a vector table, or as given. */
  reset(vtor: number, stack?: number, entry?: number): void {
    this.resetExceptions();
    this.lockedUp = false;
    this.ccr = 0x201;
    this.vtor = vtor;
    this.registers[sp] = (stack ?? this.readWord(vtor)) & ~3;
    this.registers[pc] = (entry ?? this.readWord(vtor + 4)) & ~1;
  }

  /** The run in progress ends after the instruction that made the bus access being answered. */
  yield(): void {
    this.#yielded = true;
    this.counters[counter.until] = -1;
  }

  /** Runs until a cycle is reached, or a little over it: a block is finished. */
  run(until: number): void {
    this.#yielded = false;
    const t = this.counters;
    const observer = this.observer;
    if (observer && this.ipsr !== observer.exception) observer.restarted();
    for (;;) {
      let before = this.cycles;
      if (this.held || this.lockedUp) return this.#sleep(until);
      t[counter.until] = until;
      this.partial = this.partialCycles = 0;
      try {
        if (this.attention) this.attend();
        if (observer && this.ipsr !== observer.exception) observer.entered(this.ipsr, before);
        if (this.waiting) return this.#sleep(until);
        if (observer) this.#dispatchObserved(observer);
        else this.#dispatch();
      } catch (error) {
        if (error instanceof Fault) {
          before = this.cycles + this.partialCycles;
          this.#fault(error);
          if (observer && this.ipsr !== observer.exception) observer.entered(this.ipsr, before);
        } else if (error instanceof Restart) this.#restart();
        else throw error;
      }
      if (this.#yielded || this.cycles >= until) return;
    }
  }

  #dispatch(): void {
    const t = this.counters;
    const r = this.registers;
    while ((t[counter.cycles] as number) < (t[counter.until] as number)) {
      const address = r[pc] as number;
      if (this.itState !== 0) {
        const { text } = translate(this.code, address, this.itState, this.floatControlled);
        this.itState = 0;
        compile(text, this.#around)();
        continue;
      }
      const pages = this.floatControlled ? this.#controlledPages : this.#pages;
      const block = pages[address >>> pageBits]?.[(address >>> 1) & (pageHalfwords - 1)];
      if (block !== undefined) block();
      else this.#translate(address)();
    }
  }

  /** As #dispatch, but tells where the code goes. */
  #dispatchObserved(observer: FlowObserver): void {
    const t = this.counters;
    const r = this.registers;
    while ((t[counter.cycles] as number) < (t[counter.until] as number)) {
      const address = (this.leftFrom = r[pc] as number);
      this.leftBy = flow.branch;
      if (this.itState !== 0) {
        const { text } = translate(this.code, address, this.itState, this.floatControlled, true);
        this.itState = 0;
        compile(text, this.#around)();
      } else {
        const pages = this.floatControlled ? this.#controlledPages : this.#pages;
        const block = pages[address >>> pageBits]?.[(address >>> 1) & (pageHalfwords - 1)];
        (block ?? this.#translate(address))();
      }
      if (this.ipsr !== observer.exception) observer.left();
      else observer.moved(this.leftBy, this.leftFrom, r[pc] as number);
    }
  }

  #translate(address: number): Block {
    this.at = address;
    this.partial = this.partialCycles = 0;
    const block = this.code.isHooked(address) ? () => this.#romCall(address) : this.#compile(address);
    const pages = this.floatControlled ? this.#controlledPages : this.#pages;
    const page = (pages[address >>> pageBits] ??= new Array<Block | undefined>(pageHalfwords).fill(undefined));
    page[(address >>> 1) & (pageHalfwords - 1)] = block;
    return block;
  }

  #compile(address: number): Block {
    const { text, runs, end } = translate(this.code, address, 0, this.floatControlled, this.observer !== undefined);
    this.code.mark(address, end);
    const flash = this.code.memory.flash;
    const inFlash = (address - flash.base) >>> 0 < flash.bytes.length;
    return compile(inFlash ? withFetches(text, runs, end) : text, this.#around);
  }

  #romCall(address: number): void {
    this.leftBy = flow.indirect;
    this.at = address;
    this.partial = this.partialCycles = 0;
    this.registers[pc] = (this.registers[14] as number) & ~1;
    this.cycles++;
    this.bus.romCall(this, address);
  }

  forget(address: number, bytes: number): void {
    const first = Math.max(0, (address >>> 0) - longestBlock);
    const last = (address >>> 0) + bytes - 1;
    for (let number = first >>> pageBits; number <= last >>> pageBits; number++) {
      const base = number << pageBits;
      const from = Math.max(0, first - base) >>> 1;
      const to = (Math.min(2 * pageHalfwords - 1, last - base) >>> 1) + 1;
      for (const pages of [this.#pages, this.#controlledPages]) pages[number]?.fill(undefined, from, to);
    }
  }

  /** BX and its kin: a return from an exception, or code that is not Thumb. */
  interwork(target: number, at: number, itState: number): void {
    this.partial = this.partialCycles = 0;
    this.at = at;
    this.itState = itState;
    if (target >>> 24 === 0xff && this.ipsr !== 0) return this.leave(target);
    if ((target & 1) === 0) {
      this.at = target;
      throw new Fault(
        `branch from 0x${(at >>> 0).toString(16)} to 0x${(target >>> 0).toString(16)}, which is not Thumb code`,
        exception.usageFault,
        cfsr.invalidState,
      );
    }
  }

  #sleep(until: number): void {
    if (this.cycles >= until) return;
    this.idle += until - this.cycles;
    this.cycles = until;
  }

  /** The instruction that the block has come to, once more, by another translation. */
  #restart(): void {
    this.instructions += this.partial - 1;
    this.cycles += this.partialCycles - 1;
    this.registers[pc] = this.at;
  }

  #fault(fault: Fault): void {
    this.instructions += this.partial;
    this.cycles += this.partialCycles;
    const number = this.escalate(fault); // sets the status registers
    this.bus.trap(this, fault.message);
    if (number === undefined) {
      this.lockedUp = true;
      this.bus.trap(this, "locked up: a fault while a fault was handled");
      return;
    }
    try {
      this.enter(number, this.at);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.lockedUp = true;
      this.bus.trap(this, `locked up: ${error.message} while the fault was stacked`);
    }
  }
}
