/** Blocks of the RP2350 that are not its own code in here, and which of all its blocks RESETS holds (datasheet 2.2, 7.5). */
import type { ResetLine } from "../resets";

/** rp2040js' serial interfaces: addresses of the RP2040's blocks and of this chip's, whose registers are alike. */
export const borrowed = [
  [0x40034000, 0x40070000], // UART0
  [0x40038000, 0x40078000],
  [0x4003c000, 0x40080000], // SPI0
  [0x40040000, 0x40088000],
  [0x40044000, 0x40090000], // I2C0
  [0x40048000, 0x40098000],
  [0x4004c000, 0x400a0000], // ADC
] as const;
/** Interrupts of these, by the RP2040's numbers: SPI, UART, ADC, I2C. */
export const borrowedIrqs: Readonly<Record<number, number>> = {
  18: 31,
  19: 32,
  20: 33,
  21: 34,
  22: 35,
  23: 36,
  24: 37,
};
/** The RP2040's number of a data request of these: SPI and UART come 8 later here, I2C and ADC 12 (12.6.4.1). */
export function borrowedRequest(treq: number): number | undefined {
  if (treq >= 24 && treq < 32) return treq - 8;
  return treq >= 44 && treq < 49 ? treq - 12 : undefined;
}

/** And back. */
export function requestOf(borrowed: number): number {
  return borrowed < 24 ? borrowed + 8 : borrowed + 12;
}

/** Blocks that only keep what is written, with what they read after a reset. */
export const storage: readonly (readonly [number, Record<number, number>])[] = [
  [0x40000000, { 0x00: 0x20004927, 0x04: 1, 0x08: 2 }], // SYSINFO: RP2350 A2, QFN-60, no FPGA
  [0x40008000, {}], // SYSCFG
  [0x40030000, {}], // IO_QSPI
  [0x40040000, {}], // PADS_QSPI
  [0x40048000, { 0x04: 0x80001000 }], // XOSC: stable
  [0x40060000, {}], // ACCESSCTRL
  [0x40068000, {}], // BUSCTRL
  [0x400e8000, { 0x1c: 0x80011000, 0x20: 1 }], // ROSC: stable
  [0x40120000, {}], // OTP
];
/** Blocks of the chip that have no model. */
export const unmodelled: readonly (readonly [number, string])[] = [
  [0x400a8000, "PWM"],
  [0x400c0000, "HSTX"],
  [0x400f0000, "the TRNG"],
  [0x400f8000, "SHA-256"],
  [0x40158000, "the glitch detector"],
  [0x40160000, "TBMAN"],
  [0x50500000, "XIP_AUX"],
  [0x50600000, "HSTX"],
];
/** Blocks that a program releases before it uses them: others the boot ROM needs, and the SDK looks at USBCTRL as it is held. */
export const resetLines: readonly ResetLine[] = [
  [0, "ADC", 0x400a0000],
  [2, "DMA", 0x50000000],
  [4, "I2C0", 0x40090000],
  [5, "I2C1", 0x40098000],
  [6, "IO_BANK0", 0x40028000],
  [9, "PADS_BANK0", 0x40038000],
  [11, "PIO0", 0x50200000],
  [12, "PIO1", 0x50300000],
  [13, "PIO2", 0x50400000],
  [14, "PLL_SYS", 0x40050000],
  [15, "PLL_USB", 0x40058000],
  [18, "SPI0", 0x40080000],
  [19, "SPI1", 0x40088000],
  [23, "TIMER0", 0x400b0000],
  [24, "TIMER1", 0x400b8000],
  [26, "UART0", 0x40070000],
  [27, "UART1", 0x40078000],
];
