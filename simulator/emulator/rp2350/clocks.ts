/** CLOCKS, the PLLs and the oscillators (RP2350 datasheet 8): what clk_ref, clk_sys and clk_peri come to. */
import type { Block } from "../block";

export const crystal = 12_000_000;
/** The ring oscillator, from which the chip boots: nominally 11 MHz, guaranteed to be 4.6 to 19.6 MHz (8.3.1). */
export const ringOscillator = 11_000_000;
const lowPowerOscillator = 32_768;

const register = { REF: 0x30, SYS: 0x3c, PERI: 0x48, FC0_STATUS: 0xa4, ENABLED0: 0xbc, ENABLED1: 0xc0 } as const;
const offset = { ctrl: 0, div: 4, selected: 8 } as const;
const integerOne = 1 << 16;
const frequencyCounterDone = 1 << 4;

/** A PLL: FREF / REFDIV x FBDIV / (POSTDIV1 x POSTDIV2), locked at once (8.6.5). */
class Pll implements Block {
  readonly #registers = new Uint32Array(8);
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
    this.reset();
  }

  reset(): void {
    this.#registers.set([1, 0x2d, 0, 0x77000, 0, 0, 0, 0]); // CS, PWR, FBDIV_INT, PRIM
  }

  /** In Hz; 0 while a part of it has no power. */
  get frequency(): number {
    const [cs = 0, power = 0, multiplier = 0, dividers = 0] = this.#registers;
    if ((power & 0x29) !== 0) return 0; // VCOPD, POSTDIVPD, PD
    const post = ((dividers >> 16) & 7 || 1) * ((dividers >> 12) & 7 || 1);
    return ((crystal / (cs & 0x3f || 1)) * (multiplier & 0xfff)) / post;
  }

  read(at: number): number {
    const powered = ((this.#registers[1] as number) & 0x21) === 0;
    return (this.#registers[at >> 2] ?? 0) | (at === 0 && powered ? 1 << 31 : 0); // LOCK
  }

  write(at: number, value: number): void {
    this.#registers[at >> 2] = value;
    this.#changed();
  }
}

export class Clocks implements Block {
  readonly pllSys = new Pll(() => this.#update());
  readonly pllUsb = new Pll(() => this.#update());
  readonly #registers = new Uint32Array(0xd4 / 4);
  readonly #changed: () => void;

  /** `changed` is called when a frequency may be another one. */
  constructor(changed: () => void) {
    this.#changed = changed;
    for (const clock of [0x00, 0x0c, 0x18, 0x24, register.REF, register.SYS, register.PERI, 0x54, 0x60, 0x6c])
      this.#registers[(clock + offset.div) >> 2] = integerOne;
  }

  /** In Hz. */
  get ref(): number {
    const { source, auxiliary } = this.#selection(register.REF, 3, 3);
    const sources = [ringOscillator, auxiliary === 0 ? this.pllUsb.frequency : 0, crystal, lowPowerOscillator];
    return (sources[source] as number) / this.#divider(register.REF);
  }

  get sys(): number {
    const { source, auxiliary } = this.#selection(register.SYS, 1, 7);
    const auxiliaries = [this.pllSys.frequency, this.pllUsb.frequency, ringOscillator, crystal];
    return (source === 0 ? this.ref : (auxiliaries[auxiliary] ?? 0)) / this.#divider(register.SYS);
  }

  get peri(): number {
    const { auxiliary } = this.#selection(register.PERI, 0, 7);
    const auxiliaries = [this.sys, this.pllSys.frequency, this.pllUsb.frequency, ringOscillator, crystal];
    return (auxiliaries[auxiliary] ?? 0) / this.#divider(register.PERI);
  }

  #selection(clock: number, sources: number, auxiliaries: number): { source: number; auxiliary: number } {
    const ctrl = this.#registers[clock >> 2] as number;
    return { source: ctrl & sources, auxiliary: (ctrl >> 5) & auxiliaries };
  }

  /** 16.16 bits; 0 is 65536. */
  #divider(clock: number): number {
    return ((this.#registers[(clock + offset.div) >> 2] as number) || 2 ** 32) / integerOne;
  }

  #update(): void {
    this.#changed();
  }

  read(at: number): number {
    switch (at) {
      // A glitchless mux tells its source as a bit; the others are always on.
      case register.REF + offset.selected:
        return 1 << ((this.#registers[register.REF >> 2] as number) & 3);
      case register.SYS + offset.selected:
        return 1 << ((this.#registers[register.SYS >> 2] as number) & 1);
      case register.FC0_STATUS:
        return frequencyCounterDone;
      case register.ENABLED0:
      case register.ENABLED1:
        return -1;
      default:
        return at < 0x78 && at % 12 === offset.selected ? 1 : (this.#registers[at >> 2] ?? 0);
    }
  }

  write(at: number, value: number): void {
    this.#registers[at >> 2] = value;
    this.#update();
  }
}
