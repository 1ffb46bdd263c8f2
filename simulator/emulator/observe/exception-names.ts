/** Names of exceptions and interrupts, as the Pico SDK has them (RP2040 datasheet 2.3.2, RP2350 datasheet 3.2). */
import type { ChipName } from "../machine";

const system: Record<number, string> = {
  0: "thread mode",
  1: "Reset",
  2: "NMI",
  3: "HardFault",
  4: "MemManage",
  5: "BusFault",
  6: "UsageFault",
  7: "SecureFault",
  11: "SVCall",
  12: "DebugMonitor",
  14: "PendSV",
  15: "SysTick",
};

const rp2040 = `TIMER_IRQ_0 TIMER_IRQ_1 TIMER_IRQ_2 TIMER_IRQ_3 PWM_IRQ_WRAP USBCTRL_IRQ XIP_IRQ PIO0_IRQ_0 PIO0_IRQ_1
  PIO1_IRQ_0 PIO1_IRQ_1 DMA_IRQ_0 DMA_IRQ_1 IO_IRQ_BANK0 IO_IRQ_QSPI SIO_IRQ_PROC0 SIO_IRQ_PROC1 CLOCKS_IRQ SPI0_IRQ
  SPI1_IRQ UART0_IRQ UART1_IRQ ADC_IRQ_FIFO I2C0_IRQ I2C1_IRQ RTC_IRQ SPARE_IRQ_0 SPARE_IRQ_1 SPARE_IRQ_2 SPARE_IRQ_3
  SPARE_IRQ_4 SPARE_IRQ_5`;

const rp2350 = `TIMER0_IRQ_0 TIMER0_IRQ_1 TIMER0_IRQ_2 TIMER0_IRQ_3 TIMER1_IRQ_0 TIMER1_IRQ_1 TIMER1_IRQ_2 TIMER1_IRQ_3
  PWM_IRQ_WRAP_0 PWM_IRQ_WRAP_1 DMA_IRQ_0 DMA_IRQ_1 DMA_IRQ_2 DMA_IRQ_3 USBCTRL_IRQ PIO0_IRQ_0 PIO0_IRQ_1 PIO1_IRQ_0
  PIO1_IRQ_1 PIO2_IRQ_0 PIO2_IRQ_1 IO_IRQ_BANK0 IO_IRQ_BANK0_NS IO_IRQ_QSPI IO_IRQ_QSPI_NS SIO_IRQ_FIFO SIO_IRQ_BELL
  SIO_IRQ_FIFO_NS SIO_IRQ_BELL_NS SIO_IRQ_MTIMECMP CLOCKS_IRQ SPI0_IRQ SPI1_IRQ UART0_IRQ UART1_IRQ ADC_IRQ_FIFO I2C0_IRQ
  I2C1_IRQ OTP_IRQ TRNG_IRQ PROC0_IRQ_CTI PROC1_IRQ_CTI PLL_SYS_IRQ PLL_USB_IRQ POWMAN_IRQ_POW POWMAN_IRQ_TIMER
  SPARE_IRQ_0 SPARE_IRQ_1 SPARE_IRQ_2 SPARE_IRQ_3 SPARE_IRQ_4 SPARE_IRQ_5`;

const irqs: Record<ChipName, string[]> = { rp2040: rp2040.split(/\s+/), rp2350: rp2350.split(/\s+/) };
const irq0 = 16;

/** An exception by its number (IPSR): "thread mode", "HardFault", "USBCTRL_IRQ", "IRQ 46". */
export function exceptionName(chip: ChipName, number: number): string {
  if (number < irq0) return system[number] ?? `exception ${number}`;
  return irqs[chip][number - irq0] ?? `IRQ ${number - irq0}`;
}
