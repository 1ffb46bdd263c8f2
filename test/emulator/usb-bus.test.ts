/** The host's side of the wire against the controller, with a firmware of a few lines behind it. */
import { describe, expect, test } from "vitest";

import type { Setup } from "../../simulator/device";
import { UsbBus, type BusMachine } from "../../simulator/emulator/usb/bus";
import { UsbController } from "../../simulator/emulator/usb/controller";

const register = { main: 0x40, sieCtrl: 0x4c, sieStatus: 0x50, buffStatus: 0x58, stallArm: 0x68, sof: 0x48 };
const half = { available: 0x400, stall: 0x800, pid: 0x2000, full: 0x8000 };
const setupReceived = 1 << 17;

/**
 * Answers each request `delay` ms after its setup packet. The answer is its wValue's low byte, wLength times; request
 * 0x99 stalls, 0x77 is never answered. What OUT requests carry is kept.
 */
class Firmware implements BusMachine {
  readonly usb = new UsbController(() => undefined);
  now = 0;
  /** Times of starts of frame, and what came with them on endpoint 1. */
  readonly frames: { at: number; bytes: number | undefined }[] = [];
  readonly received: number[] = [];
  readonly #delay: number;
  readonly #memory = new DataView(this.usb.dpram.buffer);
  #setup: DataView | undefined;
  #answerAt = 0;
  #rest = 0;
  #pid: number = half.pid;
  #frame = -1;

  constructor(delay = 0) {
    this.#delay = delay;
    this.usb.write(register.main, 1, 1);
    this.usb.write(register.sieCtrl, (1 << 16) | (1 << 29), 0);
  }

  runUntil(nanos: number): void {
    for (; this.now < nanos; this.now = Math.min(nanos, this.now + 1000)) this.#work();
    this.#work();
  }

  #work(): void {
    const { usb } = this;
    const frame = usb.read(register.sof);
    if (frame !== this.#frame) {
      this.#frame = frame;
      this.frames.push({ at: this.now, bytes: undefined });
    }
    if (usb.read(register.sieStatus) & setupReceived) {
      usb.write(register.sieStatus, 0, setupReceived);
      this.#setup = new DataView(usb.dpram.slice(0, 8).buffer);
      this.#answerAt = this.now + this.#delay * 1e6;
      this.#rest = this.#setup.getUint16(6, true);
      this.#pid = half.pid;
    }
    const done = usb.read(register.buffStatus);
    usb.write(register.buffStatus, 0, done);
    if (done & 2) this.#take();
    if (this.#setup && this.now >= this.#answerAt && done === 0) this.#answer(this.#setup);
    else if (this.#setup && done) this.#answer(this.#setup);
  }

  #answer(setup: DataView): void {
    const request = setup.getUint8(1);
    if (request === 0x77) return;
    if (request === 0x99) {
      this.usb.write(register.stallArm, 3, 3);
      for (const at of [0x80, 0x84]) this.#memory.setUint16(at, half.stall, true);
      return;
    }
    const isIn = setup.getUint8(0) & 0x80;
    if (!isIn) {
      if (this.#rest > 0) this.#arm(0x84, 64);
      else if (this.#memory.getUint16(0x80, true) === 0 || setup.getUint16(6, true) > 0) this.#arm(0x80, half.full);
      return;
    }
    if (setup.getUint16(6, true) > 0) this.#arm(0x84, 64); // the status stage may come at any time
    if (this.#memory.getUint16(0x80, true) & half.available) return;
    const bytes = Math.min(64, this.#rest);
    this.usb.dpram.fill(setup.getUint8(2), 0x100, 0x100 + bytes);
    this.#memory.setUint16(0x80, half.full | half.available | this.#pid | bytes, true);
    this.#pid ^= half.pid;
    this.#rest -= bytes;
  }

  #arm(at: number, bits: number): void {
    if (this.#memory.getUint16(at, true) & half.available) return;
    const pid = at === 0x84 && this.#rest > 0 ? this.#pid : half.pid;
    this.#memory.setUint16(at, half.available | pid | bits, true);
  }

  #take(): void {
    const length = this.#memory.getUint16(0x84, true) & 0x3ff;
    this.received.push(...this.usb.dpram.slice(0x100, 0x100 + length));
    this.#rest = Math.max(0, this.#rest - length);
    this.#pid ^= half.pid;
  }
}

const request = (bmRequestType: number, bRequest: number, wValue: number, wLength: number): Setup => ({
  bmRequestType,
  bRequest,
  wValue,
  wIndex: 0,
  wLength,
});

describe("the host on the emulated wire", () => {
  test.each([1, 63, 64, 65, 200])("reads %i bytes in packets of 64", async (length) => {
    const result = await new UsbBus(new Firmware()).control(request(0xc0, 1, 0x5a, length));
    expect(result).toEqual({ status: "ok", data: Buffer.alloc(length, 0x5a) });
  });

  test("asks for the status IN when a request to read wants no data", async () => {
    const result = await new UsbBus(new Firmware()).control(request(0xc0, 1, 0, 0)); // USB 2.0 8.5.3
    expect(result).toEqual({ status: "ok", data: new Uint8Array() });
  });

  test("writes with alternating PIDs, and waits for the status stage", async () => {
    const machine = new Firmware();
    const data = Uint8Array.from({ length: 150 }, (_, i) => i);
    expect((await new UsbBus(machine).control(request(0x40, 1, 0, 150), data)).status).toBe("ok");
    expect(machine.received).toEqual([...data]);
  });

  test("hears a stall", async () => {
    const bus = new UsbBus(new Firmware());
    expect(await bus.control(request(0xc0, 0x99, 0, 4))).toEqual({ status: "stall" });
    expect((await bus.control(request(0xc0, 1, 7, 1))).status).toBe("ok");
  });

  test("is patient while the device says NAK, and sends a start of frame every ms meanwhile", async () => {
    const machine = new Firmware(30);
    const bus = new UsbBus(machine);
    await bus.control(request(0xc0, 1, 0, 4));
    expect(bus.controlTime / 1e6).toBeGreaterThan(30);
    expect(bus.controlTime / 1e6).toBeLessThan(30.2);
    expect(machine.frames.length).toBeGreaterThanOrEqual(30);
    for (const [i, { at }] of machine.frames.entries()) expect(Math.abs(at - i * 1e6)).toBeLessThanOrEqual(1000);
  });

  test("gives up after 5 s", async () => {
    const machine = new Firmware();
    await expect(new UsbBus(machine).control(request(0xc0, 0x77, 0, 4))).rejects.toThrow(
      "has not answered request 0x77",
    );
    expect(machine.now / 1e9).toBeCloseTo(5, 1);
  });

  test("gives a request up for another one, which is answered at once", async () => {
    const bus = new UsbBus(new Firmware());
    const unfinished = bus.queue(request(0xc0, 0x77, 0, 4));
    bus.frame();
    const answer = bus.supersede(request(0xc0, 1, 0x5a, 4));
    bus.frame();
    expect(bus.busy).toBe(false);
    await expect(unfinished).rejects.toThrow("gave the request up");
    expect(await answer).toEqual({ status: "ok", data: Buffer.alloc(4, 0x5a) });
  });

  test("resets a bus, which ends what is unfinished, and gives the device its address", async () => {
    const machine = new Firmware();
    const bus = new UsbBus(machine);
    const unfinished = bus.queue(request(0xc0, 0x77, 0, 4));
    bus.frame();
    expect(await bus.reset()).toBe(true);
    expect(machine.now / 1e6).toBeGreaterThan(20); // USB 2.0 7.1.7.5: 10 ms of reset, 10 ms of recovery
    await expect(unfinished).rejects.toThrow("was reset");
    expect((await bus.control(request(0xc0, 1, 7, 1))).status).toBe("ok");
  });

  test("has frames as short as its clock is fast", () => {
    const machine = new Firmware();
    const bus = new UsbBus(machine, 1000);
    for (let i = 0; i < 100; i++) bus.frame();
    expect(machine.now / 1e6).toBeCloseTo(100 / 1.001, 6);
  });
});
