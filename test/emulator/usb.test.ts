import { describe, expect, test } from "vitest";

import { UsbController } from "../../simulator/emulator/usb/controller";
import { writeAliased } from "../../simulator/emulator/block";

/** Registers and bits (RP2040 datasheet 4.1.4). */
const register = {
  address: 0x00,
  main: 0x40,
  sof: 0x48,
  sieCtrl: 0x4c,
  sieStatus: 0x50,
  buffStatus: 0x58,
  cpuShouldHandle: 0x5c,
  stallArm: 0x68,
  inte: 0x90,
  ints: 0x98,
};
const half = { available: 0x400, stall: 0x800, pid: 0x2000, full: 0x8000 };
const endpointControl = (endpoint: number, out: boolean) => 8 * endpoint + (out ? 4 : 0);
const bufferControl = (endpoint: number, out: boolean) => 0x80 + 8 * endpoint + (out ? 4 : 0);
const interrupts = { buffer: 1 << 4, reset: 1 << 12, setup: 1 << 16, sof: 1 << 17 };
const type = { isochronous: 1 << 26, bulk: 2 << 26 };
const enabled = (1 << 31) | (1 << 29); // with an interrupt per buffer

/** A controller that is attached, with interrupts on, and its memory. */
function controller() {
  const line = { high: false };
  const usb = new UsbController((high) => (line.high = high));
  const memory = new DataView(usb.dpram.buffer);
  const set = (offset: number, value: number) => usb.write(offset, value, value);
  set(register.main, 1);
  set(register.sieCtrl, (1 << 16) | (1 << 29));
  set(register.inte, interrupts.buffer | interrupts.reset | interrupts.setup | interrupts.sof);
  return {
    usb,
    line,
    memory,
    set,
    open: (endpoint: number, out: boolean, bits: number) =>
      memory.setUint32(endpointControl(endpoint, out), enabled | bits, true),
    arm: (endpoint: number, out: boolean, value: number, second = false) =>
      memory.setUint16(bufferControl(endpoint, out) + (second ? 2 : 0), value, true),
    buffer: (endpoint: number, out: boolean) => memory.getUint32(bufferControl(endpoint, out), true),
  };
}

describe("the USB controller", () => {
  test("is on the bus with its pull-up, and only then", () => {
    const { usb, set } = controller();
    expect(usb.attached).toBe(true);
    set(register.sieCtrl, 0);
    expect(usb.attached).toBe(false);
    expect(usb.setup(new Uint8Array(8))).toBe("silent");
  });

  test("takes a SETUP packet at any time and interrupts", () => {
    const { usb, line, memory, set } = controller();
    expect(usb.setup(Uint8Array.of(0x80, 6, 0, 1, 0, 0, 18, 0))).toBe("ack");
    expect(memory.getUint32(0)).toBe(0x80060001);
    expect(usb.read(register.ints)).toBe(interrupts.setup);
    expect(line.high).toBe(true);
    writeAliased(
      { read: (o) => usb.read(o), write: (o, v, r) => usb.write(o, v, r) },
      0x3000 + register.sieStatus,
      1 << 17,
    );
    expect(line.high).toBe(false);
    set(register.stallArm, 3);
    usb.setup(new Uint8Array(8));
    expect(usb.read(register.stallArm)).toBe(0); // a new transfer is not stalled (USB 2.0 8.5.3.4)
  });

  test("answers IN with NAK until a buffer is full and available, and once only", () => {
    const { usb, memory, arm, set, buffer } = controller();
    expect(usb.in(0).handshake).toBe("nak");
    memory.setUint32(0x100, 0x11223344);
    arm(0, false, half.full | half.pid | 4);
    expect(usb.in(0).handshake).toBe("nak");
    arm(0, false, half.full | half.available | half.pid | 4);
    expect(usb.in(0)).toEqual({ handshake: "ack", data: Uint8Array.of(0x11, 0x22, 0x33, 0x44), pid: 1 });
    expect(buffer(0, false)).toBe(half.pid | 4);
    expect(usb.read(register.buffStatus)).toBe(1);
    set(register.buffStatus, 1);
    expect(usb.read(register.buffStatus)).toBe(0);
    expect(usb.in(0).handshake).toBe("nak");
  });

  test("takes OUT data of the expected PID, drops a repetition, and tells the length", () => {
    const { usb, arm, buffer, memory } = controller();
    expect(usb.out(0, Uint8Array.of(1, 2, 3), 1)).toBe("nak");
    arm(0, true, half.available | half.pid | 64);
    expect(usb.out(0, Uint8Array.of(9), 0)).toBe("ack");
    expect(buffer(0, true)).toBe(half.available | half.pid | 64);
    expect(usb.out(0, Uint8Array.of(1, 2, 3), 1)).toBe("ack");
    expect(buffer(0, true)).toBe(half.full | half.pid | 3);
    expect(memory.getUint8(0x102)).toBe(3);
    expect(usb.read(register.buffStatus)).toBe(2);
  });

  test("stalls endpoint 0 only when that is armed, others by their buffer", () => {
    const { usb, arm, open, set } = controller();
    arm(0, false, half.stall);
    expect(usb.in(0).handshake).toBe("nak");
    set(register.stallArm, 1);
    expect(usb.in(0).handshake).toBe("stall");
    open(3, true, type.bulk | 0x180);
    arm(3, true, half.stall);
    expect(usb.out(3, new Uint8Array(1), 0)).toBe("stall");
  });

  test("alternates between two buffers and tells which one is to be handled", () => {
    const { usb, memory, arm, open, set } = controller();
    open(2, false, type.bulk | (1 << 30) | 0x180);
    memory.setUint8(0x180, 10);
    memory.setUint8(0x1c0, 20); // 64 bytes on
    arm(2, false, half.full | half.available | 1);
    arm(2, false, half.full | half.available | half.pid | 1, true);
    expect(usb.in(2)).toEqual({ handshake: "ack", data: Uint8Array.of(10), pid: 0 });
    expect(usb.read(register.buffStatus)).toBe(1 << 4);
    expect(usb.read(register.cpuShouldHandle)).toBe(0);
    set(register.buffStatus, 1 << 4);
    expect(usb.in(2)).toEqual({ handshake: "ack", data: Uint8Array.of(20), pid: 1 });
    expect(usb.read(register.cpuShouldHandle)).toBe(1 << 4);
    expect(usb.in(2).handshake).toBe("nak");
  });

  test("says nothing on isochronous endpoints that are not ready, and takes DATA0 in any buffer", () => {
    const { usb, memory, arm, open } = controller();
    open(1, true, type.isochronous | 0x200);
    open(2, false, type.isochronous | 0x600);
    expect(usb.out(1, new Uint8Array(288), 0)).toBe("silent");
    expect(usb.in(2).handshake).toBe("silent");
    arm(1, true, half.available | half.pid | 582);
    expect(usb.out(1, new Uint8Array(288).fill(7), 0)).toBe("ack");
    expect(memory.getUint8(0x200 + 287)).toBe(7);
    expect(memory.getUint16(bufferControl(1, true), true) & 0x3ff).toBe(288);
  });

  test("keeps an endpoint that is not enabled silent", () => {
    const { usb } = controller();
    expect(usb.in(5).handshake).toBe("silent");
    expect(usb.out(5, new Uint8Array(), 0)).toBe("silent");
  });

  test("interrupts at each start of frame until its number is read", () => {
    const { usb, line } = controller();
    usb.startOfFrame(0x801);
    expect(line.high).toBe(true);
    expect(usb.read(register.sof)).toBe(1); // of 11 bits
    expect(line.high).toBe(false);
  });

  test("forgets its address at a bus reset", () => {
    const { usb, set } = controller();
    set(register.address, 17);
    expect(usb.address).toBe(17);
    usb.busReset();
    expect(usb.address).toBe(0);
    expect(usb.read(register.ints)).toBe(interrupts.reset);
  });
});
