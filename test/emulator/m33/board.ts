/** Our Cortex-M33 on a board like qemu's mps2-an505, as far as programs without devices need it. */
import { type CoreBus, Fault } from "../../../simulator/emulator/m33/bus";
import { CodeCache } from "../../../simulator/emulator/m33/code-cache";
import { Core } from "../../../simulator/emulator/m33/core";
import { Ppb } from "../../../simulator/emulator/m33/ppb";
import { MachineClock } from "../../../simulator/emulator/clock";
import type { Image } from "../../../tools/bare-metal";

export const ramBase = 0x10000000;
export const ramBytes = 4 << 20;

/** A core with the board's memory and nothing else, that stops where the harness calls its host. */
export class Board implements CoreBus {
  readonly bytes = new Uint8Array(ramBytes);
  readonly core: Core;
  readonly traps: string[] = [];
  rewrites = 0;
  overflows = 0;
  resets = 0;
  /** Of coprocessor 0: opc1, CRm, and one or two words. */
  readonly gpioWrites: [number, number, number, number | undefined][] = [];
  onHostCall: (() => void) | undefined;
  readonly clock = new MachineClock(1e8);
  readonly #ppb: Ppb;

  /** Stops, by `onHostCall`, at some addresses. */
  constructor(image: Image, stops: number[]) {
    this.bytes.set(image.bytes, image.base - ramBase);
    const code = new CodeCache({
      ram: { base: ramBase, bytes: this.bytes },
      flash: { base: 0x60000000, bytes: new Uint8Array(4) },
      rom: { base: 0x70000000, bytes: new Uint8Array(4) },
    });
    for (const address of stops) code.hook(address);
    this.core = new Core(0, this, code);
    this.#ppb = new Ppb(this.core, this.clock, () => this.resets++);
    this.core.reset(ramBase);
  }

  fetchFlash(): void {
    throw new Error("the board has no flash");
  }

  load(_: unknown, address: number, bytes: 1 | 2 | 4): number {
    if (address >>> 12 === 0xe000e) return this.#ppb.load(address & 0xfff, bytes);
    throw new Fault(`read of 0x${(address >>> 0).toString(16)}`);
  }

  store(_: unknown, address: number, bytes: 1 | 2 | 4, value: number): void {
    if (address >>> 12 !== 0xe000e) throw new Fault(`write to 0x${(address >>> 0).toString(16)}`);
    this.#ppb.store(address & 0xfff, bytes, value);
  }

  romCall(): void {
    if (!this.onHostCall) throw new Error("the harness calls its host");
    this.onHostCall();
  }

  signalEvent(): void {
    this.core.signalEvent();
  }

  gpioWrite(_: unknown, opc1: number, crm: number, low: number, high: number | undefined): void {
    this.gpioWrites.push([opc1, crm, low, high]);
  }

  gpioRead(_: unknown, opc1: number, crm: number): number {
    return 100 * opc1 + crm;
  }

  codeWritten(): void {
    this.rewrites++;
  }

  stackOverflow(): void {
    this.overflows++;
  }

  trap(_: unknown, text: string): void {
    if (this.traps.length < 10 || text.startsWith("locked")) this.traps.push(text);
  }
}
