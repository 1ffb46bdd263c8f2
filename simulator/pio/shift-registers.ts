/** A state machine's ISR and OSR between pins and FIFOs: IN, OUT, PUSH and PULL (RP2040 datasheet 3.4 and 3.5.4). */
import { MachineSettings } from "./machine-settings";

export abstract class ShiftRegisters extends MachineSettings {
  /** FDEBUG: sticky until software clears them. */
  txStall = false;
  rxStall = false;
  protected isr = 0;
  protected osr = 0;
  /** Bits that have been shifted in and out. */
  protected inCount = 0;
  protected outCount = 32;
  /** An IN has shifted, and waits for room in the FIFO. */
  #pushPending = false;

  /** A word has left the transmit FIFO, or entered the receive FIFO. */
  protected abstract transmitPulled(): void;
  protected abstract receivePushed(): void;

  protected restartShifting(): void {
    this.isr = 0;
    this.inCount = 0;
    this.outCount = 32;
    this.#pushPending = false;
  }

  protected putIsr(value: number, bits: number): void {
    this.isr = value;
    this.inCount = bits;
  }

  protected putOsr(value: number): void {
    this.osr = value;
    this.outCount = 0;
  }

  /** Whether as many bits have been shifted out as the threshold says. */
  protected get osrEmpty(): boolean {
    return this.outCount >= this.pullThreshold;
  }

  get #pushThreshold(): number {
    return (this.shiftctrl >>> 20) & 31 || 32;
  }

  /** IN, `bits` of a value; false while autopush finds no room. It is asked again then, and shifts no more. */
  protected shiftIn(value: number, bits: number): boolean {
    if (!this.#pushPending) {
      const data = bits === 32 ? value : value & ((1 << bits) - 1);
      if (bits === 32) this.isr = data;
      else if (this.shiftctrl & (1 << 18)) this.isr = (this.isr >>> bits) | (data << (32 - bits));
      else this.isr = (this.isr << bits) | data;
      this.inCount = Math.min(32, this.inCount + bits);
    }
    const autopush = (this.shiftctrl & (1 << 16)) !== 0;
    if (!autopush || this.inCount < this.#pushThreshold) return true;
    this.#pushPending = !this.#pushIsr();
    return !this.#pushPending;
  }

  #pushIsr(): boolean {
    if (!this.rx.push(this.isr | 0)) {
      this.rxStall = true;
      return false;
    }
    this.isr = 0;
    this.inCount = 0;
    this.receivePushed();
    return true;
  }

  /** Bit 6 of the instruction is IFFULL, bit 5 BLOCK; false while it waits. */
  protected push(selector: number): boolean {
    if (selector & 2 && this.inCount < this.#pushThreshold) return true;
    if (this.#pushIsr()) return true;
    if (selector & 1) return false;
    this.isr = 0;
    this.inCount = 0;
    return true;
  }

  /** Whether an OUT must wait: one that finds the OSR empty spends its cycle on the refill (3.5.4). */
  protected outWaits(): boolean {
    if (!this.autopull || !this.osrEmpty) return false;
    this.refill();
    if (this.osrEmpty) this.txStall = true;
    return true;
  }

  /** What OUT takes from the OSR. */
  protected shiftOut(bits: number): number {
    const right = (this.shiftctrl & (1 << 19)) !== 0;
    let data: number;
    if (bits === 32) {
      data = this.osr;
      this.osr = 0;
    } else if (right) {
      data = this.osr & ((1 << bits) - 1);
      this.osr >>>= bits;
    } else {
      data = this.osr >>> (32 - bits);
      this.osr <<= bits;
    }
    this.outCount = Math.min(32, this.outCount + bits);
    return data;
  }

  /** Autopull, in any cycle after which the OSR is empty. */
  protected refill(): void {
    if (!this.autopull || this.outCount < this.pullThreshold) return;
    this.#load();
  }

  #load(): boolean {
    const word = this.tx.pull();
    if (word === undefined) return false;
    this.osr = word;
    this.outCount = 0;
    this.transmitPulled();
    return true;
  }

  /**
   * Bit 6 of the instruction is IFEMPTY, bit 5 BLOCK: false while it waits; without BLOCK an empty FIFO gives
   * `otherwise`. With autopull a full OSR makes it do nothing.
   */
  protected pull(selector: number, otherwise: number): boolean {
    if ((selector & 2 || this.autopull) && !this.osrEmpty) return true;
    if (this.#load()) return true;
    if (selector & 1) {
      this.txStall = true;
      return false;
    }
    this.putOsr(otherwise);
    return true;
  }

  /** MOV OSR, RXFIFO[n] and MOV RXFIFO[n], ISR of version 1. */
  protected loadWord(index: number): void {
    this.putOsr(this.words[index] as number);
  }

  protected storeWord(index: number): void {
    this.words[index] = this.isr;
    this.putIsr(0, 0);
  }
}
