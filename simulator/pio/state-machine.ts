/**
 * One PIO state machine, cycle by cycle: the whole instruction sets of version 0 (RP2040 datasheet 3.4 and 3.5) and
 * version 1 (RP2350 datasheet 11.4 and 11.5).
 */
import { MachineSettings } from "./machine-settings";

/** What a state machine shares with the other three of its block. */
export interface PioShared {
  readonly version: 0 | 1;
  readonly instructions: Uint16Array;
  /** The eight IRQ flags. */
  irq: number;
  /** The block whose flags an instruction means: the one before, this one, or the one after it. */
  flags(by: -1 | 0 | 1): Pick<PioShared, "irq" | "irqChanged">;
  /** Levels of all pins as the block reads them. */
  inputs(): number;
  writePins(base: number, count: number, value: number): void;
  writeDirections(base: number, count: number, value: number): void;
  /** The IRQ flags or a FIFO's fill have changed. */
  irqChanged(): void;
  transmitPulled(machine: StateMachine): void;
  receivePushed(machine: StateMachine): void;
}

export class StateMachine extends MachineSettings {
  readonly index: number;
  /** FDEBUG: sticky until software clears them. */
  txStall = false;
  rxStall = false;
  /** Called after every instruction that is done: a probe on what a program of one instruction sends. */
  probe: (() => void) | undefined;

  readonly #shared: PioShared;
  #pc = 0;
  #x = 0;
  #y = 0;
  #osr = 0;
  #outCount = 32;
  #isr = 0;
  #inCount = 0;
  #delay = 0;
  #jumped = false;
  /** An instruction that does not come from memory, or −1. */
  #exec = -1;
  /** OUT EXEC and MOV EXEC: runs in the next cycle. */
  #execNext = -1;
  #waitsForIrq = false;
  #pushPending = false;

  constructor(index: number, shared: PioShared) {
    super();
    this.index = index;
    this.#shared = shared;
  }

  protected override get stalled(): boolean {
    return this.#exec >= 0;
  }

  get pc(): number {
    return this.#pc;
  }

  /** SM_RESTART: everything but the program's own registers (datasheet 3.7, CTRL). */
  restart(): void {
    this.#isr = 0;
    this.#inCount = 0;
    this.#outCount = 32;
    this.#delay = 0;
    this.#exec = -1;
    this.#execNext = -1;
    this.#waitsForIrq = false;
    this.#pushPending = false;
  }

  /** One cycle of the divided clock. */
  tick(): void {
    this.step();
    if (this.#delay > 0) {
      this.#delay--;
      this.#refill();
      return;
    }
    const fromMemory = this.#exec < 0;
    const instruction = fromMemory ? (this.#shared.instructions[this.#pc] as number) : this.#exec;
    this.#jumped = false;
    if (!this.#perform(instruction)) return;
    this.probe?.();
    if (fromMemory) {
      if (!this.#jumped) this.#advance();
    } else this.#exec = -1;
    if (this.#execNext >= 0) {
      this.#exec = this.#execNext; // whose own delay counts, not this one's
      this.#execNext = -1;
    } else this.#delay = (instruction >> 8) & this.delayMask;
  }

  /** SMx_INSTR: executes at once, whether the machine is enabled or not; what has to wait is tried again. */
  force(instruction: number): void {
    this.#jumped = false;
    this.#delay = 0;
    this.#waitsForIrq = false;
    this.#exec = this.#perform(instruction & 0xffff) ? this.#execNext : instruction & 0xffff;
    this.#execNext = -1;
  }

  #advance(): void {
    const wrapTop = (this.execctrl >> 12) & 31;
    this.#pc = this.#pc === wrapTop ? (this.execctrl >> 7) & 31 : (this.#pc + 1) & 31;
  }

  /** False while the instruction waits. Its side-set takes effect even then, and wins over OUT and SET (3.5.6). */
  #perform(instruction: number): boolean {
    const done = this.#execute(instruction);
    let count = this.sideCount;
    if (count > 0) {
      const field = (instruction >> 8) & 31;
      let value = field >> (5 - count);
      if (this.execctrl & (1 << 30)) {
        if ((field & 16) === 0) return done;
        count--;
        value &= (1 << count) - 1;
      }
      const base = (this.pinctrl >> 10) & 31;
      if (this.execctrl & (1 << 29)) this.#shared.writeDirections(base, count, value);
      else this.#shared.writePins(base, count, value);
    }
    return done;
  }

  #execute(instruction: number): boolean {
    const selector = (instruction >> 5) & 7;
    const operand = instruction & 31;
    const opcode = instruction >> 13;
    if (opcode === 3) return this.#out(selector, operand || 32);
    const done = this.#executeOther(opcode, selector, operand, instruction);
    this.#refill();
    return done;
  }

  #executeOther(opcode: number, selector: number, operand: number, instruction: number): boolean {
    switch (opcode) {
      case 0:
        if (this.#jumps(selector)) this.#jump(operand);
        return true;
      case 1:
        return this.#wait(selector, operand);
      case 2:
        return this.#in(selector, operand || 32);
      case 4:
        if (instruction & 0x10 && this.#shared.version === 1) return this.#moveWord(instruction);
        return instruction & 0x80 ? this.#pull(selector) : this.#push(selector);
      case 5:
        this.#move(selector, (instruction >> 3) & 3, instruction & 7);
        return true;
      case 6:
        return this.#interrupt(selector, operand);
      default:
        this.#set(selector, operand);
        return true;
    }
  }

  #jump(target: number): void {
    this.#pc = target & 31;
    this.#jumped = true;
  }

  /** The condition of a JMP (3.4.2). */
  #jumps(condition: number): boolean {
    const x = this.#x;
    const y = this.#y;
    switch (condition) {
      case 0:
        return true;
      case 1:
        return x === 0;
      case 2:
        this.#x = (x - 1) | 0;
        return x !== 0;
      case 3:
        return y === 0;
      case 4:
        this.#y = (y - 1) | 0;
        return y !== 0;
      case 5:
        return x !== y;
      case 6:
        return ((this.#shared.inputs() >>> ((this.execctrl >> 24) & 31)) & 1) !== 0;
      default:
        return this.#outCount < this.pullThreshold;
    }
  }

  #wait(selector: number, index: number): boolean {
    const polarity = (selector & 4) !== 0;
    switch (selector & 3) {
      case 0:
        return (((this.#shared.inputs() >>> index) & 1) !== 0) === polarity;
      case 1:
        return ((this.#inputs() & (1 << index)) !== 0) === polarity;
      case 2: {
        const flag = 1 << this.#irqIndex(index);
        const block = this.#irqBlock(index);
        if (((block.irq & flag) !== 0) !== polarity) return false;
        if (polarity) {
          block.irq &= ~flag;
          block.irqChanged();
        }
        return true;
      }
      default: {
        if (this.#shared.version === 0) return true;
        const pin = (((this.execctrl >> 24) & 31) + (index & 3)) & 31;
        return (((this.#shared.inputs() >>> pin) & 1) !== 0) === polarity;
      }
    }
  }

  /** Pins from IN_BASE on, in bit 0 and up; version 1 can mask those behind IN_COUNT. */
  #inputs(): number {
    const base = (this.pinctrl >> 15) & 31;
    const all = this.#shared.inputs();
    const pins = base === 0 ? all : (all >>> base) | (all << (32 - base));
    const count = this.#shared.version === 0 ? 0 : this.shiftctrl & 31;
    return count === 0 ? pins : pins & ((1 << count) - 1);
  }

  /** Which flag, by bits 4 and 3 of the operand: as it is, or relative to the machine's own number. */
  #irqIndex(operand: number): number {
    const relative = this.#shared.version === 0 ? (operand & 0x10) !== 0 : (operand & 0x18) === 0x10;
    return relative ? (operand & 4) | ((operand + this.index) & 3) : operand & 7;
  }

  /** Version 1: bits 4 and 3 may mean the block before (01) or after (11) this one. */
  #irqBlock(operand: number): Pick<PioShared, "irq" | "irqChanged"> {
    if (this.#shared.version === 0 || (operand & 8) === 0) return this.#shared;
    return this.#shared.flags(operand & 0x10 ? 1 : -1);
  }

  /** MOV RXFIFO[n], ISR and MOV OSR, RXFIFO[n]: bit 7 is the direction, n comes from the instruction or from Y. */
  #moveWord(instruction: number): boolean {
    const index = (instruction & 8 ? instruction : this.#y) & 3;
    if (instruction & 0x80) {
      this.#osr = this.words[index] as number;
      this.#outCount = 0;
    } else {
      this.words[index] = this.#isr;
      this.#isr = 0;
      this.#inCount = 0;
    }
    return true;
  }

  #in(source: number, bits: number): boolean {
    if (!this.#pushPending) {
      const value = this.#source(source);
      const data = bits === 32 ? value : value & ((1 << bits) - 1);
      if (bits === 32) this.#isr = data;
      else if (this.shiftctrl & (1 << 18)) this.#isr = (this.#isr >>> bits) | (data << (32 - bits));
      else this.#isr = (this.#isr << bits) | data;
      this.#inCount = Math.min(32, this.#inCount + bits);
    }
    const autopush = (this.shiftctrl & (1 << 16)) !== 0;
    if (!autopush || this.#inCount < this.#pushThreshold) return true;
    this.#pushPending = !this.#pushIsr();
    return !this.#pushPending;
  }

  get #pushThreshold(): number {
    return (this.shiftctrl >>> 20) & 31 || 32;
  }

  #pushIsr(): boolean {
    if (!this.rx.push(this.#isr | 0)) {
      this.rxStall = true;
      return false;
    }
    this.#isr = 0;
    this.#inCount = 0;
    this.#shared.receivePushed(this);
    return true;
  }

  /** An OUT that finds the OSR empty spends its cycle on the refill (3.5.4). */
  #out(destination: number, bits: number): boolean {
    if (this.autopull && this.#outCount >= this.pullThreshold) {
      this.#refill();
      if (this.#outCount >= this.pullThreshold) this.txStall = true;
      return false;
    }
    const right = (this.shiftctrl & (1 << 19)) !== 0;
    let data: number;
    if (bits === 32) {
      data = this.#osr;
      this.#osr = 0;
    } else if (right) {
      data = this.#osr & ((1 << bits) - 1);
      this.#osr >>>= bits;
    } else {
      data = this.#osr >>> (32 - bits);
      this.#osr <<= bits;
    }
    this.#outCount = Math.min(32, this.#outCount + bits);
    this.#output(destination, data, bits);
    this.#refill();
    return true;
  }

  #output(destination: number, data: number, bits: number): void {
    const { pinctrl } = this;
    switch (destination) {
      case 0:
        if (!this.#inlineEnabled(data)) return;
        return this.#shared.writePins(pinctrl & 31, (pinctrl >> 20) & 63, data);
      case 1:
        this.#x = data;
        return;
      case 2:
        this.#y = data;
        return;
      case 3:
        return;
      case 4:
        return this.#shared.writeDirections(pinctrl & 31, (pinctrl >> 20) & 63, data);
      case 5:
        return this.#jump(data);
      case 6:
        this.#isr = data;
        this.#inCount = bits;
        return;
      default:
        this.#execNext = data & 0xffff;
    }
  }

  /** INLINE_OUT_EN: a bit of the data says whether the pins are written. */
  #inlineEnabled(data: number): boolean {
    const inline = (this.execctrl & (1 << 18)) !== 0;
    return !inline || ((data >>> ((this.execctrl >> 19) & 31)) & 1) !== 0;
  }

  /** Autopull, in any cycle after which the OSR is empty. */
  #refill(): void {
    if (!this.autopull || this.#outCount < this.pullThreshold) return;
    this.#load();
  }

  #load(): boolean {
    const word = this.tx.pull();
    if (word === undefined) return false;
    this.#osr = word;
    this.#outCount = 0;
    this.#shared.transmitPulled(this);
    return true;
  }

  /** Bit 6 of the instruction is IFEMPTY, bit 5 BLOCK. With autopull a full OSR makes it do nothing. */
  #pull(selector: number): boolean {
    const empty = this.#outCount >= this.pullThreshold;
    if ((selector & 2 || this.autopull) && !empty) return true;
    if (this.#load()) return true;
    if (selector & 1) {
      this.txStall = true;
      return false;
    }
    this.#osr = this.#x;
    this.#outCount = 0;
    return true;
  }

  /** Bit 6 of the instruction is IFFULL, bit 5 BLOCK. */
  #push(selector: number): boolean {
    if (selector & 2 && this.#inCount < this.#pushThreshold) return true;
    if (this.#pushIsr()) return true;
    if (selector & 1) return false;
    this.#isr = 0;
    this.#inCount = 0;
    return true;
  }

  #move(destination: number, operation: number, from: number): void {
    let value = this.#source(from);
    if (operation === 1) value = ~value;
    else if (operation === 2) value = reversed(value);
    switch (destination) {
      case 0:
        return this.#output(0, value, 32);
      case 1:
        this.#x = value;
        return;
      case 2:
        this.#y = value;
        return;
      case 3:
        if (this.#shared.version === 1) this.#output(4, value, 32);
        return;
      case 4:
        this.#execNext = value & 0xffff;
        return;
      case 5:
        return this.#jump(value);
      case 6:
        this.#isr = value;
        this.#inCount = 0;
        return;
      case 7:
        this.#osr = value;
        this.#outCount = 0;
    }
  }

  #source(source: number): number {
    switch (source) {
      case 0:
        return this.#inputs();
      case 1:
        return this.#x;
      case 2:
        return this.#y;
      case 5:
        return this.#status() ? -1 : 0;
      case 6:
        return this.#isr;
      case 7:
        return this.#osr;
      default:
        return 0;
    }
  }

  /** STATUS: a FIFO's level below N; in version 1 N is a bit wider and may name an IRQ flag instead. */
  #status(): boolean {
    const version = this.#shared.version;
    const n = this.execctrl & (version === 0 ? 15 : 31);
    const selected = (this.execctrl >> (4 + version)) & (1 + 2 * version);
    if (selected < 2) return (selected === 1 ? this.rx.length : this.tx.length) < n;
    const block = n & 0x18 ? this.#shared.flags(n & 0x10 ? 1 : -1) : this.#shared;
    return (block.irq & (1 << (n & 7))) !== 0;
  }

  /** Bit 6 of the instruction is CLEAR, bit 5 WAIT. */
  #interrupt(selector: number, operand: number): boolean {
    const flag = 1 << this.#irqIndex(operand);
    const block = this.#irqBlock(operand);
    if (this.#waitsForIrq) {
      this.#waitsForIrq = (block.irq & flag) !== 0;
      return !this.#waitsForIrq;
    }
    if (selector & 2) block.irq &= ~flag;
    else block.irq |= flag;
    block.irqChanged();
    this.#waitsForIrq = (selector & 3) === 1;
    return !this.#waitsForIrq;
  }

  #set(destination: number, value: number): void {
    const { pinctrl } = this;
    if (destination === 0) this.#shared.writePins((pinctrl >> 5) & 31, (pinctrl >> 26) & 7, value);
    else if (destination === 1) this.#x = value;
    else if (destination === 2) this.#y = value;
    else if (destination === 4) this.#shared.writeDirections((pinctrl >> 5) & 31, (pinctrl >> 26) & 7, value);
  }
}

function reversed(value: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) result = (result << 1) | ((value >>> bit) & 1);
  return result;
}
