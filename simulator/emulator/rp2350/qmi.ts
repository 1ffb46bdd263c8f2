/** QMI: the flash's interface, as far as the SDK's second stage and flash_do_cmd go (RP2350 datasheet 12.14). */
import type { Block } from "../block";
import type { SerialFlash } from "../serial-flash";

const register = { DIRECT_CSR: 0x00, DIRECT_TX: 0x04, DIRECT_RX: 0x08, M0_TIMING: 0x0c, M0_RFMT: 0x10 } as const;
/** DIRECT_CSR. */
const csr = { enable: 1 << 0, assertCs0: 1 << 2, autoCs0: 1 << 6, txEmpty: 1 << 11, rxEmpty: 1 << 16 } as const;
const csrWritable = 0xffc000dd;
/** DIRECT_TX: two bytes, no answer wanted. */
const tx = { wide: 1 << 18, noPush: 1 << 20 } as const;
const clockDivider = 0xff;

/** Values after a reset, from DIRECT_CSR on. */
const resets = [
  0x01800000, 0, 0, 0x40000004, 0x1000, 0xa003, 0x1000, 0xa002, 0x40000004, 0x1000, 0xa003, 0x1000, 0xa002, 0x04000000,
  0x04000400, 0x04000800, 0x04000c00, 0x04000000, 0x04000400, 0x04000800, 0x04000c00,
];

export class Qmi implements Block {
  readonly #flash: SerialFlash;
  readonly #configured: (divider: number) => void;
  readonly #registers = Int32Array.from(resets);
  #received: number[] = [];

  /** `configured` is called when reads of chip select 0 have been given a format. */
  constructor(flash: SerialFlash, configured: (divider: number) => void) {
    this.#flash = flash;
    this.#configured = configured;
  }

  read(offset: number): number {
    const value = this.#registers[offset >> 2] ?? 0;
    if (offset === register.DIRECT_CSR) return value | csr.txEmpty | (this.#received.length === 0 ? csr.rxEmpty : 0);
    return offset === register.DIRECT_RX ? (this.#received.shift() ?? 0) : value;
  }

  write(offset: number, value: number): void {
    if (offset === register.DIRECT_TX) return this.#transmit(value);
    const old = this.#registers[offset >> 2] as number;
    this.#registers[offset >> 2] = offset === register.DIRECT_CSR ? value & csrWritable : value;
    if (offset === register.DIRECT_CSR && value & ~old & csr.assertCs0) this.#flash.select();
    if (offset === register.M0_RFMT)
      this.#configured((this.#registers[register.M0_TIMING >> 2] as number) & clockDivider);
  }

  #transmit(value: number): void {
    const control = this.#registers[0] as number;
    if ((control & csr.enable) === 0) return;
    // Without a chip select of its own, a command ends when its answer has been read.
    if (control & csr.autoCs0 && this.#received.length === 0) this.#flash.select();
    const bytes = value & tx.wide ? [value, value >> 8] : [value];
    const answer = bytes.reduce((word, byte, index) => word | (this.#flash.exchange(byte) << (8 * index)), 0);
    if ((value & tx.noPush) === 0) this.#received.push(answer);
  }
}
