/** POWMAN: the core's voltage and scratch registers; the upper half of most writes is a password (RP2350 datasheet 6.4). */
import type { Block } from "../block";

const register = { BADPASSWD: 0x00, VREG_CTRL: 0x04, VREG_STS: 0x08, VREG: 0x0c, SCRATCH0: 0xb0, END: 0xe0 } as const;
const password = 0x5afe;
const voltageGood = 1 << 4;

export class Powman implements Block {
  readonly #registers = new Map<number, number>([
    [register.VREG_CTRL, 0x8050],
    [register.VREG_STS, voltageGood],
    [register.VREG, 0xb0], // 1.10 V
  ]);

  read(offset: number): number {
    return this.#registers.get(offset) ?? 0;
  }

  write(offset: number, value: number, raw: number): void {
    if (offset >= register.SCRATCH0 && offset < register.END) this.#registers.set(offset, value);
    else if (offset === register.BADPASSWD) this.#registers.set(offset, 0);
    else if (raw >>> 16 !== password) this.#registers.set(register.BADPASSWD, 1);
    else this.#registers.set(offset, value & 0xffff);
  }
}
