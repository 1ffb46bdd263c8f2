/** A state machine's settings as its registers hold them, its FIFOs and its clock divider (RP2040 datasheet 3.5 and 3.7). */
import { Fifo } from "./fifo";

/** Reset values (datasheet 3.7). */
const resetExecctrl = 0x0001f000;
const resetShiftctrl = 0x000c0000;
const resetPinctrl = 0x14000000;
const resetClkdiv = 0x00010000;
/** SHIFTCTRL: FJOIN_RX_PUT and FJOIN_RX_GET, of version 1 only, and all FJOIN bits. */
const randomAccess = 0x0000c000;
const joinBits = 0xc0000000 | randomAccess;

export abstract class MachineSettings {
  enabled = false;
  /** System clock at which the next cycle falls, while it is enabled. */
  next = 0;
  readonly tx = new Fifo();
  readonly rx = new Fifo();
  /** The receive FIFO's words as FJOIN_RX_PUT and FJOIN_RX_GET use them, without its order (RP2350 datasheet 11.5.7). */
  readonly words = new Int32Array(4);
  protected sideCount = 0;
  protected delayMask = 31;
  protected autopull = false;
  protected pullThreshold = 32;
  #clkdiv = resetClkdiv;
  #execctrl = resetExecctrl;
  #shiftctrl = resetShiftctrl;
  #pinctrl = resetPinctrl;
  #int = 1;
  #frac = 0;
  #remainder = 0;

  /** Whether an instruction that is not from memory waits. */
  protected abstract get stalled(): boolean;

  /** Registers as after power-on. */
  resetSettings(): void {
    this.enabled = false;
    this.clkdiv = resetClkdiv;
    this.execctrl = resetExecctrl;
    this.shiftctrl = resetShiftctrl;
    this.pinctrl = resetPinctrl;
    this.tx.resize(4);
    this.rx.resize(4);
  }

  get clkdiv(): number {
    return this.#clkdiv;
  }

  set clkdiv(value: number) {
    this.#clkdiv = value & 0xffffff00;
    this.#int = value >>> 16 || 65536;
    this.#frac = value >>> 16 ? (value >>> 8) & 0xff : 0;
  }

  get execctrl(): number {
    return (this.#execctrl & 0x7fffffff) | (this.stalled ? 1 << 31 : 0);
  }

  set execctrl(value: number) {
    this.#execctrl = value & 0x7fffffff;
  }

  get shiftctrl(): number {
    return this.#shiftctrl;
  }

  set shiftctrl(value: number) {
    const joins = (value ^ this.#shiftctrl) & joinBits;
    this.#shiftctrl = value;
    this.autopull = (value & (1 << 17)) !== 0;
    this.pullThreshold = (value >>> 25) & 31 || 32;
    if (joins === 0) return;
    const tx = (value & (1 << 30)) !== 0;
    const rx = value >>> 31 !== 0;
    this.tx.resize(rx ? (tx ? 4 : 0) : tx ? 8 : 4);
    this.rx.resize(tx || value & randomAccess ? 0 : rx ? 8 : 4);
  }

  get pinctrl(): number {
    return this.#pinctrl;
  }

  set pinctrl(value: number) {
    this.#pinctrl = value;
    this.sideCount = value >>> 29;
    this.delayMask = (1 << (5 - this.sideCount)) - 1;
  }

  /** The divider starts over: the next cycle is at `time`. */
  restartDivider(time: number): void {
    this.#remainder = 0;
    this.next = time;
  }

  /** The divider ran on while the machine was off. */
  catchUp(time: number): void {
    if (this.next >= time) return;
    this.next += Math.ceil((time - this.next) / this.period) * this.#int;
    if (this.next < time) this.next = time;
  }

  /** System clocks a cycle takes on average. */
  get period(): number {
    return this.#int + this.#frac / 256;
  }

  /** From this cycle to the next: a first-order delta-sigma spreads the fraction (datasheet 3.5.5). */
  protected step(): void {
    this.#remainder += this.#frac;
    this.next += this.#int + (this.#remainder >> 8);
    this.#remainder &= 0xff;
  }
}
