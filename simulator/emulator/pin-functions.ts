/** Pins as a host is told of them. */
import type { Pin } from "../device";
import type { ChipName } from "./machine";
import type { Pins } from "./pins";

/** The multiplexer's functions that are no output (RP2040 datasheet 2.19.2, RP2350 datasheet 9.4). */
const sharedNames = { 1: "spi", 2: "uart", 3: "i2c", 4: "pwm", 5: "gpio", 6: "pio", 7: "pio" };
const names: Record<ChipName, Record<number, string>> = {
  rp2040: { ...sharedNames, 8: "clock", 9: "usb" },
  rp2350: { ...sharedNames, 8: "pio", 9: "clock", 10: "usb", 11: "uart" },
};

/** `carriedBy` tells the output that a pin carries, if it is one. */
export function describePins(chip: ChipName, pins: Pins, carriedBy: (pin: number) => string | undefined): Pin[] {
  return Array.from({ length: pins.count }, (_, pin) => ({
    pin,
    function: carriedBy(pin) ?? names[chip][pins.functions[pin] as number] ?? "none",
    direction: (pins.driven >>> pin) & 1 ? "out" : "in",
    level: (pins.levels >>> pin) & 1 ? 1 : 0,
  }));
}
