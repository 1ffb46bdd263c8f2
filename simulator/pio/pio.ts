/** A PIO block: four state machines, their memory, IRQ flags and registers (RP2040 datasheet 3.7, RP2350 11.7). */
import type { Block } from "../emulator/block";
import type { PinSource } from "../emulator/pins";
import { StateMachine, type PioShared } from "./state-machine";

/** Version 0 is the RP2040's, 1 the RP2350's (RP2350 datasheet 11.1.1). */
export type PioVersion = 0 | 1;

/** Offsets (RP2040 datasheet 3.7). Interrupts have moved in version 1, behind the registers that are new there. */
export const register = {
  CTRL: 0x000,
  FSTAT: 0x004,
  FDEBUG: 0x008,
  FLEVEL: 0x00c,
  TXF0: 0x010,
  RXF0: 0x020,
  IRQ: 0x030,
  IRQ_FORCE: 0x034,
  INPUT_SYNC_BYPASS: 0x038,
  DBG_PADOUT: 0x03c,
  DBG_PADOE: 0x040,
  DBG_CFGINFO: 0x044,
  INSTR_MEM0: 0x048,
  SM0_CLKDIV: 0x0c8,
  INTR: 0x128,
  IRQ0_INTE: 0x12c,
} as const;

const added = { RXF0_PUTGET0: 0x128, GPIOBASE: 0x168, INTR: 0x16c } as const;
const machineStride = 0x18;
/** CTRL's bits that reach the blocks beside this one, in version 1. */
const neighbours = { enable: 1 << 24, disable: 1 << 25, restartDivider: 1 << 26 } as const;

/** What a block needs of the chip. */
export interface PioPort {
  /** The system clock's cycle count. */
  now(): number;
  inputs(): number;
  /** Interrupt line 0 or 1. */
  interrupt(line: 0 | 1, high: boolean): void;
  /** A FIFO may be served: transmit (true) of a machine has room, or receive has data. */
  request(machine: number, transmit: boolean): void;
  /** Machines were enabled or disabled. */
  enablesChanged(): void;
  /** The block before (−1) or after (1) this one; version 1 reaches for it. */
  neighbour?(by: -1 | 1): Pio;
}

export class Pio implements Block, PioShared {
  readonly version: PioVersion;
  readonly instructions = new Uint16Array(32);
  readonly machines: readonly StateMachine[];
  irq = 0;
  /** Output levels and enables, a bit per pin of the 32 that the block reaches. */
  levels = 0;
  enables = 0;
  /** What it drives, by the chip's pins. */
  readonly pins: PinSource;
  /** Whether levels or enables have changed since the pins were updated. */
  dirty = false;
  readonly #port: PioPort;
  readonly #inte = [0, 0];
  readonly #intf = [0, 0];
  readonly #interrupts: number;
  #gpioBase = 0;
  #bypass = 0;
  #txOver = 0;
  #rxUnder = 0;

  constructor(port: PioPort, version: PioVersion = 0) {
    this.#port = port;
    this.version = version;
    this.#interrupts = version === 0 ? register.INTR : added.INTR;
    this.pins = pinsOf(this);
    this.machines = [0, 1, 2, 3].map((index) => new StateMachine(index, this));
  }

  reset(): void {
    this.instructions.fill(0);
    for (const machine of this.machines) {
      machine.resetSettings();
      machine.txStall = machine.rxStall = false;
      machine.restart();
    }
    this.irq = this.levels = this.enables = this.#gpioBase = 0;
    this.#inte.fill(0);
    this.#intf.fill(0);
    this.dirty = true;
    this.#port.enablesChanged();
    this.irqChanged();
  }

  /** DREQ: whether DMA may write (transmit) or read a machine's FIFO. */
  requests(machine: number, transmit: boolean): boolean {
    const { tx, rx } = this.machines[machine] as StateMachine;
    return transmit ? !tx.full : !rx.empty;
  }

  /** GPIOBASE: the chip's pin that is pin 0 here, 0 or 16. */
  get gpioBase(): number {
    return this.#gpioBase;
  }

  inputs(): number {
    return this.#port.inputs() >>> this.#gpioBase;
  }

  flags(by: -1 | 0 | 1): Pio {
    return by === 0 ? this : (this.#port.neighbour?.(by) ?? this);
  }

  writePins(base: number, count: number, value: number): void {
    const mask = rotated(count >= 32 ? -1 : (1 << count) - 1, base);
    const levels = (this.levels & ~mask) | (rotated(value, base) & mask);
    this.dirty ||= levels !== this.levels;
    this.levels = levels;
  }

  writeDirections(base: number, count: number, value: number): void {
    const mask = rotated(count >= 32 ? -1 : (1 << count) - 1, base);
    const enables = (this.enables & ~mask) | (rotated(value, base) & mask);
    this.dirty ||= enables !== this.enables;
    this.enables = enables;
  }

  irqChanged(): void {
    const raw = this.#raw();
    for (const line of [0, 1] as const) {
      const status = (raw & (this.#inte[line] as number)) | (this.#intf[line] as number);
      this.#port.interrupt(line, status !== 0);
    }
  }

  transmitPulled({ index }: StateMachine): void {
    this.#port.request(index, true);
    this.#fifoChanged();
  }

  receivePushed({ index }: StateMachine): void {
    this.#port.request(index, false);
    this.#fifoChanged();
  }

  read(offset: number): number {
    if (offset >= register.SM0_CLKDIV && offset < register.INTR) return this.#readMachine(offset - register.SM0_CLKDIV);
    if (offset >= this.#interrupts) return this.#readInterrupts(offset - this.#interrupts);
    if (offset >= register.INTR) return this.#readAdded(offset);
    if (offset >= register.RXF0 && offset < register.IRQ) return this.#readFifo((offset - register.RXF0) >> 2);
    switch (offset) {
      case register.CTRL:
        return this.#each((machine) => machine.enabled);
      case register.FSTAT:
        return (
          this.#each(({ rx }) => rx.full) |
          (this.#each(({ rx }) => rx.empty) << 8) |
          (this.#each(({ tx }) => tx.full) << 16) |
          (this.#each(({ tx }) => tx.empty) << 24)
        );
      case register.FDEBUG:
        return (
          this.#each(({ rxStall }) => rxStall) |
          (this.#rxUnder << 8) |
          (this.#txOver << 16) |
          (this.#each(({ txStall }) => txStall) << 24)
        );
      case register.FLEVEL:
        return this.machines.reduce(
          (all, { tx, rx, index }) => all | ((tx.length | (rx.length << 4)) << (8 * index)),
          0,
        );
      case register.IRQ:
        return this.irq;
      case register.INPUT_SYNC_BYPASS:
        return this.#bypass;
      case register.DBG_PADOUT:
        return this.levels;
      case register.DBG_PADOE:
        return this.enables;
      case register.DBG_CFGINFO:
        return (this.version << 28) | 0x00200404; // 32 instructions, 4 machines, FIFOs of 4
      default:
        return 0;
    }
  }

  /** INTR, then INTE, INTF and INTS of both lines. */
  #readInterrupts(offset: number): number {
    const line = offset < 0x10 ? 0 : 1;
    if (offset === 0) return this.#raw();
    const which = (offset - 4) % 12;
    if (which === 0) return this.#inte[line] as number;
    if (which === 4) return this.#intf[line] as number;
    return (this.#raw() & (this.#inte[line] as number)) | (this.#intf[line] as number);
  }

  #writeInterrupts(offset: number, value: number): void {
    const line = offset < 0x10 ? 0 : 1;
    const which = (offset - 4) % 12;
    if (which === 0) this.#inte[line] = value & this.#allInterrupts;
    else if (which === 4) this.#intf[line] = value & this.#allInterrupts;
    this.irqChanged();
  }

  /** Version 1 lets all eight flags interrupt. */
  get #allInterrupts(): number {
    return this.version === 0 ? 0xfff : 0xffff;
  }

  #readAdded(offset: number): number {
    if (offset === added.GPIOBASE) return this.#gpioBase;
    const word = (offset - added.RXF0_PUTGET0) >> 2;
    return this.machines[word >> 2]?.words[word & 3] ?? 0;
  }

  #writeAdded(offset: number, value: number): void {
    if (offset === added.GPIOBASE) this.#gpioBase = value & 16;
    else {
      const word = (offset - added.RXF0_PUTGET0) >> 2;
      const words = this.machines[word >> 2]?.words;
      if (words) words[word & 3] = value;
    }
  }

  write(offset: number, value: number, raw: number): void {
    if (offset >= register.SM0_CLKDIV && offset < register.INTR) {
      this.#writeMachine(offset - register.SM0_CLKDIV, value);
    } else if (offset >= this.#interrupts) this.#writeInterrupts(offset - this.#interrupts, value);
    else if (offset >= register.INTR) this.#writeAdded(offset, value);
    else if (offset >= register.INSTR_MEM0 && offset < register.SM0_CLKDIV) {
      this.instructions[(offset - register.INSTR_MEM0) >> 2] = value;
    } else if (offset >= register.TXF0 && offset < register.RXF0) {
      const index = (offset - register.TXF0) >> 2;
      if (!this.machines[index]?.tx.push(value | 0)) this.#txOver |= 1 << index;
      this.#fifoChanged();
    } else if (offset === register.CTRL) this.#control(value);
    else if (offset === register.FDEBUG) this.#clearDebug(raw);
    else if (offset === register.IRQ) {
      this.irq &= ~raw;
      this.irqChanged();
    } else if (offset === register.IRQ_FORCE) {
      this.irq |= value & 0xff;
      this.irqChanged();
    } else if (offset === register.INPUT_SYNC_BYPASS) this.#bypass = value;
  }

  /** SM_ENABLE, SM_RESTART and CLKDIV_RESTART of all machines take effect in the same cycle. */
  #control(value: number): void {
    if (this.version === 1) this.#controlNeighbours(value);
    for (const machine of this.machines) if (value & (16 << machine.index)) machine.restart();
    this.#switch(value & 15, (value >> 8) & 15);
    this.#port.enablesChanged();
  }

  #switch(enabled: number, restarted: number): void {
    const now = this.#port.now();
    for (const machine of this.machines) {
      const on = (enabled & (1 << machine.index)) !== 0;
      if (restarted & (1 << machine.index)) machine.restartDivider(now);
      else if (on && !machine.enabled) machine.catchUp(now);
      machine.enabled = on;
    }
  }

  /** Machines of the blocks beside this one that start, stop or restart their dividers in the same cycle (11.7, CTRL). */
  #controlNeighbours(value: number): void {
    for (const [by, mask] of [
      [-1, (value >> 16) & 15],
      [1, (value >> 20) & 15],
    ] as const) {
      if (mask === 0) continue;
      const other = this.flags(by);
      const on = other.#each(({ enabled }) => enabled);
      const enabled = value & neighbours.disable ? on & ~mask : value & neighbours.enable ? on | mask : on;
      other.#switch(enabled, value & neighbours.restartDivider ? mask : 0);
    }
  }

  #clearDebug(bits: number): void {
    for (const machine of this.machines) {
      const bit = 1 << machine.index;
      if (bits & bit) machine.rxStall = false;
      if (bits & (bit << 24)) machine.txStall = false;
    }
    this.#rxUnder &= ~(bits >> 8);
    this.#txOver &= ~(bits >> 16);
  }

  #readFifo(index: number): number {
    const word = this.machines[index]?.rx.pull();
    if (word === undefined) this.#rxUnder |= 1 << index;
    this.#fifoChanged();
    return word ?? 0;
  }

  #readMachine(offset: number): number {
    const machine = this.machines[Math.floor(offset / machineStride)] as StateMachine;
    switch (offset % machineStride) {
      case 0x00:
        return machine.clkdiv;
      case 0x04:
        return machine.execctrl;
      case 0x08:
        return machine.shiftctrl;
      case 0x0c:
        return machine.pc;
      case 0x10:
        return this.instructions[machine.pc] as number;
      default:
        return machine.pinctrl;
    }
  }

  #writeMachine(offset: number, value: number): void {
    const machine = this.machines[Math.floor(offset / machineStride)] as StateMachine;
    switch (offset % machineStride) {
      case 0x00:
        machine.clkdiv = value;
        break;
      case 0x04:
        machine.execctrl = value;
        break;
      case 0x08:
        machine.shiftctrl = value;
        this.#fifoChanged();
        break;
      case 0x10:
        machine.force(value);
        break;
      case 0x14:
        machine.pinctrl = value;
    }
  }

  /** INTR: receive FIFOs not empty, transmit FIFOs not full, IRQ flags. */
  #raw(): number {
    const flags = (this.irq << 8) & this.#allInterrupts;
    return this.#each(({ rx }) => !rx.empty) | (this.#each(({ tx }) => !tx.full) << 4) | flags;
  }

  /** Interrupts by FIFO level are rare: nothing is computed for them while none is enabled. */
  #fifoChanged(): void {
    if (((this.#inte[0] as number) | (this.#inte[1] as number)) & 0xff) this.irqChanged();
  }

  #each(holds: (machine: StateMachine) => boolean): number {
    let bits = 0;
    for (const machine of this.machines) if (holds(machine)) bits |= 1 << machine.index;
    return bits;
  }
}

function pinsOf(pio: Pio): PinSource {
  return {
    get levels() {
      return pio.levels << pio.gpioBase;
    },
    get enables() {
      return pio.enables << pio.gpioBase;
    },
  };
}

/** Pins wrap around after 31 (datasheet 3.5.6). */
function rotated(value: number, by: number): number {
  return by === 0 ? value : (value << by) | (value >>> (32 - by));
}
