/** I2C of both chips by its registers, used as the Pico SDK's driver does, with a device on the bus. */
import { describe, expect, test } from "vitest";

import type { I2cDevice } from "../../simulator/emulator/i2c";
import { chipNames, chips } from "./chips";
import { programStart, run } from "./machine";
import { Program, stay } from "./thumb";

/** RP2040 datasheet 4.3.17, RP2350 datasheet 12.2.17. */
const register = {
  CON: 0x00,
  TAR: 0x04,
  DATA_CMD: 0x10,
  FS_SCL_HCNT: 0x1c,
  FS_SCL_LCNT: 0x20,
  INTR_MASK: 0x30,
  RAW_INTR_STAT: 0x34,
  CLR_TX_ABRT: 0x54,
  CLR_STOP_DET: 0x60,
  ENABLE: 0x6c,
  STATUS: 0x70,
  TXFLR: 0x74,
  RXFLR: 0x78,
  TX_ABRT_SOURCE: 0x80,
};
const raw = { txEmpty: 1 << 4, txAbort: 1 << 6, stopDet: 1 << 9 };
const readCommand = 1 << 8;
const stopCommand = 1 << 9;
const restartCommand = 1 << 10;
/** Of TX_ABRT_SOURCE, whose upper bits count what was thrown away. */
const reasons = 0x1ffff;
const addressNotAcknowledged = 1 << 0;
const dataNotAcknowledged = 1 << 3;

const codec = 0x1a;
const absent = 0x4d;

/** Registers of a byte behind an address that counts up, as most codecs have them; it says what happens on the bus. */
class Codec implements I2cDevice {
  readonly registers = new Uint8Array(256);
  readonly bus: string[] = [];
  #at: number | undefined;

  start(read: boolean): boolean {
    this.bus.push(read ? "start read" : "start write");
    if (!read) this.#at = undefined;
    return true;
  }

  write(byte: number): boolean {
    this.bus.push(`write ${byte}`);
    if (this.#at === undefined) this.#at = byte;
    else this.registers[this.#at++] = byte;
    return byte !== 0xee; // one that it does not like
  }

  read(): number {
    const byte = this.registers[this.#at as number] as number;
    this.#at = (this.#at as number) + 1;
    this.bus.push(`read ${byte}`);
    return byte;
  }

  stop(): void {
    this.bus.push("stop");
  }
}

const controllers = chipNames.flatMap((name) => ([0, 1] as const).map((index) => [index, name] as const));

describe.each(controllers)("I2C%i of an %s", (index, name) => {
  const { with: chipWith, at } = chips[name];
  const irq = { rp2040: 23, rp2350: 36 }[name] + index; // RP2040 2.3.2, RP2350 3.2

  function setUp() {
    const chip = chipWith(new Program(programStart).add(stay));
    const [core] = chip.cores;
    const device = new Codec();
    chip.i2c[index].devices.set(codec, device);
    const read = (offset: number) => chip.load(core, at.i2c[index] + offset, 4);
    const write = (offset: number, value: number) => chip.store(core, at.i2c[index] + offset, 4, value);
    /** Lets time pass until a condition holds; throws after some ms. */
    const until = (holds: () => boolean) => {
      for (const end = chip.now + 5e6; !holds(); run(chip, 0.001))
        if (chip.now > end) throw new Error("what was waited for has not come");
    };
    const target = (address: number) => {
      write(register.ENABLE, 0);
      write(register.TAR, address);
      write(register.ENABLE, 1);
    };
    chip.store(core, at.resets, 4, 0);
    write(register.ENABLE, 0);
    write(register.CON, 0x165); // fast, master, no slave, RESTART_EN, TX_EMPTY_CTRL
    write(register.FS_SCL_HCNT, 40);
    write(register.FS_SCL_LCNT, 60);
    return { chip, device, read, write, until, target };
  }

  type Setup = ReturnType<typeof setUp>;

  /** As i2c_write_blocking(): how many bytes were sent, and why no more. */
  function send({ read, write, until, target }: Setup, address: number, bytes: number[], last: number) {
    target(address);
    for (const [count, byte] of bytes.entries()) {
      write(register.DATA_CMD, byte | (count === bytes.length - 1 ? last : 0));
      until(() => (read(register.RAW_INTR_STAT) & raw.txEmpty) !== 0);
      const abort = read(register.TX_ABRT_SOURCE) & reasons;
      if (abort) read(register.CLR_TX_ABRT);
      if (abort || (count === bytes.length - 1 && last)) {
        until(() => (read(register.RAW_INTR_STAT) & raw.stopDet) !== 0);
        read(register.CLR_STOP_DET);
      }
      if (abort) return { sent: count, abort };
    }
    return { sent: bytes.length, abort: 0 };
  }

  /** As i2c_read_blocking(), with STOP. */
  function receive({ read, write, until, target }: Setup, address: number, count: number, first: number) {
    target(address);
    const bytes: number[] = [];
    while (bytes.length < count) {
      write(
        register.DATA_CMD,
        readCommand | (bytes.length === 0 ? first : 0) | (bytes.length === count - 1 ? stopCommand : 0),
      );
      until(() => read(register.RXFLR) > 0 || (read(register.RAW_INTR_STAT) & raw.txAbort) !== 0);
      const abort = read(register.TX_ABRT_SOURCE) & reasons;
      if (abort) {
        read(register.CLR_TX_ABRT);
        return { bytes, abort };
      }
      bytes.push(read(register.DATA_CMD) & 0xff);
    }
    return { bytes, abort: 0 };
  }

  test("writes registers of a device", () => {
    const own = setUp();
    expect(send(own, codec, [7, 0x12, 0x34], stopCommand)).toEqual({ sent: 3, abort: 0 });
    expect([...own.device.registers.subarray(7, 9)]).toEqual([0x12, 0x34]);
    expect(own.device.bus).toEqual(["start write", "write 7", "write 18", "write 52", "stop"]);
    expect(own.read(register.STATUS) & 0x27).toBe(0x06); // idle: TX FIFO empty, and not full
  });

  test.each([
    ["that is asked for", restartCommand],
    ["that a change of direction makes by itself", 0],
  ])("reads them back after a repeated start %s", (_, first) => {
    const own = setUp();
    own.device.registers.set([0x55, 0xaa], 3);
    expect(send(own, codec, [3], 0)).toEqual({ sent: 1, abort: 0 });
    expect(receive(own, codec, 2, first)).toEqual({ bytes: [0x55, 0xaa], abort: 0 });
    own.until(() => (own.read(register.STATUS) & 1) === 0);
    expect(own.device.bus).toEqual(["start write", "write 3", "start read", "read 85", "read 170", "stop"]);
  });

  test("tells that nobody is at an address, and works on", () => {
    const own = setUp();
    expect(send(own, absent, [1, 2], stopCommand)).toEqual({ sent: 0, abort: addressNotAcknowledged });
    expect(receive(own, absent, 1, 0)).toEqual({ bytes: [], abort: addressNotAcknowledged });
    expect(own.device.bus).toEqual([]);
    expect(send(own, codec, [1, 2], stopCommand)).toEqual({ sent: 2, abort: 0 });
    expect(own.device.registers[1]).toBe(2);
  });

  test("tells that a byte was not taken, with STOP and an empty FIFO", () => {
    const own = setUp();
    own.target(codec);
    for (const byte of [1, 0xee, 3]) own.write(register.DATA_CMD, byte);
    expect(own.read(register.TXFLR)).toBe(3);
    own.until(() => (own.read(register.RAW_INTR_STAT) & raw.stopDet) !== 0);
    expect(own.read(register.TX_ABRT_SOURCE) & reasons).toBe(dataNotAcknowledged);
    expect(own.read(register.TXFLR)).toBe(0);
    own.write(register.DATA_CMD, 4);
    expect(own.read(register.TXFLR)).toBe(0); // until the abort has been cleared
    expect(own.device.bus).toEqual(["start write", "write 1", "write 238", "stop"]);
  });

  test("takes nine clocks a byte", () => {
    const own = setUp();
    const from = own.chip.now;
    send(own, codec, [1, 2, 3], stopCommand);
    const clock = (1e9 * (40 + 60)) / own.chip.clock.frequency;
    const clocks = (own.chip.now - from) / clock;
    expect(clocks).toBeGreaterThanOrEqual(4 * 9 + 2); // with START and STOP
    expect(clocks).toBeLessThan(4 * 9 + 4);
  });

  test("interrupts when STOP is on the bus", () => {
    const own = setUp();
    const pending = () => (own.chip.load(own.chip.cores[0], 0xe000e200 + 4 * (irq >> 5), 4) >>> (irq & 31)) & 1;
    own.write(register.INTR_MASK, raw.stopDet);
    own.target(codec);
    own.write(register.DATA_CMD, 1 | stopCommand);
    expect(pending()).toBe(0);
    own.until(() => (own.read(register.RAW_INTR_STAT) & raw.stopDet) !== 0);
    expect(pending()).toBe(1);
  });

  test("forgets a transfer when it is reset", () => {
    const own = setUp();
    own.target(codec);
    for (const byte of [1, 2, 3]) own.write(register.DATA_CMD, byte);
    run(own.chip, 0.3);
    const bit = { rp2040: 3, rp2350: 4 }[name] + index; // RP2040 2.14.3, RP2350 7.5.3
    for (const held of [1 << bit, 0]) own.chip.store(own.chip.cores[0], at.resets, 4, held);
    expect([register.ENABLE, register.TXFLR, register.RAW_INTR_STAT, register.TAR].map(own.read)).toEqual([
      0, 0, 0, 0x55,
    ]);
    expect(own.device.bus.at(-1)).toBe("stop");
  });
});
