/** Blocks that rp2040js has: of the RP2040 its clocks, timer and watchdog, of both chips the serial interfaces. */
import { RP2040 } from "rp2040js";

import type { Block } from "./block";
import type { MachineClock } from "./clock";
import { I2c } from "./i2c";

export interface SerialPort {
  /** An interrupt, by the RP2040's number. */
  interrupt(number: number, high: boolean): void;
  /** A data request has risen, by the RP2040's number. */
  requested(dreq: number): void;
  /** A byte that a UART has sent. */
  sent(byte: number): void;
}

/** I2C0 and I2C1 (datasheet 2.2). */
const i2cBlocks = [0x40044000, 0x40048000];

/** An RP2040 of which only peripherals are used: they reach for it, and what they do ends at the port. */
export class SerialBlocks extends RP2040 {
  /** Data requests that are high, by the RP2040's numbers. */
  readonly dreqs = new Set<number>();
  /** In place of rp2040js' own. */
  override readonly i2c: [I2c, I2c];
  readonly #port: SerialPort;

  constructor(clock: MachineClock, frequency: number, port: SerialPort) {
    super(clock);
    this.#port = port;
    this.i2c = [new I2c(this, clock, 0), new I2c(this, clock, 1)];
    this.clkSys = this.clkPeri = frequency;
    this.logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
    const dma = {
      setDREQ: (dreq: number) => {
        this.dreqs.add(dreq);
        port.requested(dreq);
      },
      clearDREQ: (dreq: number) => this.dreqs.delete(dreq),
    };
    Object.assign(this, { dma });
    for (const uart of this.uart) uart.onByte = (byte) => port.sent(byte);
  }

  /** The constructor of rp2040js calls this. */
  override reset(): void {
    this.pwm.reset();
  }

  /** The constructor of rp2040js calls this too, before there is a port. */
  override setInterrupt(number: number, high: boolean): void {
    this.#port?.interrupt(number, high);
  }

  /** The block at an address of the RP2040. */
  block(address: number): Block {
    const own = this.i2c[i2cBlocks.indexOf(address)];
    const peripheral = (own ?? this.findPeripheral(address)) as unknown as Borrowed | undefined;
    if (!peripheral) throw new Error(`rp2040js has no block at 0x${address.toString(16)}.`);
    return {
      read: (offset) => peripheral.readUint32(offset),
      write: (offset, value, raw) => {
        peripheral.rawWriteValue = raw;
        peripheral.writeUint32(offset, value >>> 0);
      },
    };
  }
}

interface Borrowed {
  rawWriteValue: number;
  readUint32(offset: number): number;
  writeUint32(offset: number, value: number): void;
}

/** rp2040js reports registers it does not know; firmware touches many of them without need. */
function ignore(): void {
  return;
}
