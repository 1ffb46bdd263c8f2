/** I2C controllers of both chips (RP2040 datasheet 4.3, RP2350 datasheet 12.2), and the devices on their buses. */
import { I2CMode, RPI2C, type RP2040 } from "rp2040js";

import type { Alarm, MachineClock } from "./clock";

/** A device on a bus, behind the address that it is known by. */
export interface I2cDevice {
  /** START, or a repeated one, with its address; false does not acknowledge. */
  start(read: boolean): boolean;
  /** A byte from the controller; false does not acknowledge. */
  write(byte: number): boolean;
  /** A byte for the controller. */
  read(): number;
  /** STOP, or the bus is used by others. */
  stop(): void;
}

const register = {
  DATA_CMD: 0x10,
  INTR_MASK: 0x30,
  ENABLE: 0x6c,
  TXFLR: 0x74,
  RXFLR: 0x78,
  TX_ABRT_SOURCE: 0x80,
} as const;
/** CON. */
const restartEnabled = 1 << 5;
const emptyWhenSent = 1 << 8; // TX_EMPTY_CTRL
/** DATA_CMD. */
const command = { read: 1 << 8, stop: 1 << 9, restart: 1 << 10 } as const;
/** RAW_INTR_STAT. */
const interrupt = { transmitEmpty: 1 << 4, aborted: 1 << 6 } as const;

const atReset = {
  control: 0x65, // fast master, may repeat START
  targetAddress: 0x55,
  slaveAddress: 0x55,
  ssClockHighPeriod: 0x28,
  ssClockLowPeriod: 0x2f,
  fsClockHighPeriod: 0x06,
  fsClockLowPeriod: 0x0d,
};

/** A byte with its acknowledgement, in clocks. */
const byteBits = 9;
const firstIrq = 23;

/**
 * rp2040js' controller with the bus's time, and with what drivers rely on of DW_apb_i2c besides: interrupts; FIFOs that
 * are empty after an abort, and say so; TX_EMPTY that waits until a byte is sent; a repeated START where the direction
 * changes.
 */
export class I2c extends RPI2C {
  /** By their addresses of 7 bits. */
  readonly devices = new Map<number, I2cDevice>();
  readonly #clock: MachineClock;
  readonly #alarm: Alarm;
  #done: () => void = () => undefined;
  #addressed: I2cDevice | undefined;
  #sending = false;
  /** What the last command was, when it has not ended with STOP. */
  #last: number | undefined;

  constructor(chip: RP2040, clock: MachineClock, index: 0 | 1) {
    super(chip, `I2C${index}`, firstIrq + index);
    this.#clock = clock;
    this.#alarm = clock.createAlarm(() => this.#done());
    this.onStart = () => this.#after(1, () => this.completeStart());
    this.onConnect = (address, mode) => {
      this.#after(byteBits, () => {
        const device = this.devices.get(address);
        if (device !== this.#addressed) this.#addressed?.stop();
        this.#addressed = device;
        this.completeConnect(device?.start(mode === I2CMode.Read) ?? false);
      });
    };
    this.onWriteByte = (byte) => this.#send(() => this.completeWrite(this.#addressed?.write(byte) ?? false));
    this.onReadByte = () => this.#send(() => this.completeRead(this.#addressed?.read() ?? 0xff));
    this.onStop = () => {
      this.#after(1, () => {
        this.#addressed?.stop();
        this.#addressed = undefined;
        this.completeStop();
      });
    };
  }

  /** As RESETS leaves it (the datasheets' reset values). */
  reset(): void {
    this.#alarm.cancel();
    this.#addressed?.stop();
    this.#addressed = undefined;
    this.#sending = false;
    this.arbitrationLost();
    Object.assign(this, { ...atReset, abortSource: 0, intRaw: 0, intEnable: 0, rxThreshold: 0, txThreshold: 0 });
    super.writeUint32(register.ENABLE, 0);
    this.checkInterrupts();
  }

  #after(bits: number, done: () => void): void {
    this.#done = done;
    this.#alarm.schedule((bits * (this.sclHighPeriod + this.sclLowPeriod) * 1e9) / this.#clock.frequency);
  }

  #send(done: () => void): void {
    this.#sending = true;
    this.#after(byteBits, () => {
      this.#sending = false;
      done();
      this.#tellEmpty();
    });
  }

  #tellEmpty(): void {
    if (this.enable & 1 && this.readUint32(register.TXFLR) <= this.txThreshold)
      this.setInterrupts(interrupt.transmitEmpty);
  }

  protected override setInterrupts(mask: number): void {
    if (mask === interrupt.transmitEmpty && this.#sending && this.control & emptyWhenSent) return;
    super.setInterrupts(mask);
  }

  protected override abort(reason: number): void {
    super.abort(reason);
    this.#last = undefined;
    while (this.readUint32(register.RXFLR) > 0) super.readUint32(register.DATA_CMD);
    this.#tellEmpty();
  }

  override readUint32(offset: number): number {
    return offset === register.TX_ABRT_SOURCE ? this.abortSource : super.readUint32(offset); // is kept until CLR_TX_ABRT
  }

  override writeUint32(offset: number, value: number): void {
    if (offset === register.DATA_CMD) return this.#command(value);
    if (offset === register.INTR_MASK) {
      this.intEnable = value;
      return this.checkInterrupts();
    }
    super.writeUint32(offset, value);
    if (offset === register.ENABLE) this.#tellEmpty();
  }

  #command(value: number): void {
    if (this.intRaw & interrupt.aborted) return; // the FIFO stays empty until CLR_TX_ABRT
    const turns = this.#last !== undefined && ((value ^ this.#last) & command.read) !== 0;
    const restarts = this.#last !== undefined && (value & command.restart || (turns && this.control & restartEnabled));
    this.#last = value & command.stop ? undefined : value;
    super.writeUint32(register.DATA_CMD, restarts ? value | command.restart : value & ~command.restart);
  }
}
