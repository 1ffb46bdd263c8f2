/** Blocks of the RP2040 by their addresses (datasheet 2.2). */
import type { ResetLine } from "../resets";

/** Blocks of rp2040js: clocks, PLLs, busses, serial interfaces, timer, watchdog. */
export const borrowed = [
  0x40004000, 0x40008000, 0x40020000, 0x40024000, 0x40028000, 0x4002c000, 0x40030000, 0x40034000, 0x40038000,
  0x4003c000, 0x40040000, 0x40044000, 0x40048000, 0x4004c000, 0x40050000, 0x40054000, 0x40058000, 0x4005c000,
  0x4006c000,
];

/** Blocks that a program releases before it uses them (2.14.3): others the boot ROM needs, and the SDK looks at USBCTRL as it is held. */
export const resetLines: readonly ResetLine[] = [
  [0, "ADC", 0x4004c000],
  [2, "DMA", 0x50000000],
  [3, "I2C0", 0x40044000],
  [4, "I2C1", 0x40048000],
  [5, "IO_BANK0", 0x40014000],
  [8, "PADS_BANK0", 0x4001c000],
  [10, "PIO0", 0x50200000],
  [11, "PIO1", 0x50300000],
  [12, "PLL_SYS", 0x40028000],
  [13, "PLL_USB", 0x4002c000],
  [14, "PWM", 0x40050000],
  [15, "RTC", 0x4005c000],
  [16, "SPI0", 0x4003c000],
  [17, "SPI1", 0x40040000],
  [21, "TIMER", 0x40054000],
  [22, "UART0", 0x40034000],
  [23, "UART1", 0x40038000],
];
