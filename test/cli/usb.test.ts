import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { DeviceGone } from "../../cli/connection/connection";
import { UsbConnection, type UsbDevice } from "../../cli/connection/usb";
import { chooseDevice, describeFailure } from "../../cli/connection/usb-messages";
import { startBench, type TestBench } from "../link/bench";

const dspi = (serialNumber: string) => ({ vendorId: 0x2e8a, productId: 0xfeaa, serialNumber });
const other = { vendorId: 0x2e8a, productId: 0x000f, serialNumber: "E0C9125B0D9B" };

describe("the device that is meant", () => {
  test("is the only DSPi among other devices", () => {
    expect(chooseDevice([other, dspi("A1")], undefined)).toEqual(dspi("A1"));
  });

  test("is the one with the serial number, in either case", () => {
    expect(chooseDevice([dspi("A1"), dspi("B2")], "b2")).toEqual(dspi("B2"));
  });

  test.each([
    [[other], undefined, "no DSPi on USB (2e8a:feaa): plug one in, or name a simulated one with --tcp 9777"],
    [[dspi("A1"), dspi("B2")], undefined, "several DSPi are on USB; choose one with\n  --serial A1\n  --serial B2"],
    [[dspi("A1"), other], "C3", "no DSPi on USB has the serial number C3; there are\n  --serial A1"],
  ])("of %j with serial number %s is unclear", (devices, serial, message) => {
    expect(() => chooseDevice(devices, serial)).toThrow(message);
  });
});

describe("what goes wrong on USB", () => {
  // As the library words them.
  test("permissions: the rule for udev and where it goes", () => {
    const { message } = describeFailure(new Error("open error: permission denied (errno 13)"));
    expect(message).toContain(
      'SUBSYSTEM=="usb", ATTRS{idVendor}=="2e8a", ATTRS{idProduct}=="feaa", MODE="0666", TAG+="uaccess"',
    );
    // systemd's 73-seat-late.rules is what acts on the tag.
    const [, number] = /\/etc\/udev\/rules\.d\/(\d+)-/.exec(message) ?? [];
    expect(Number(number)).toBeLessThan(73);
    expect(message).toContain("sudo udevadm control --reload-rules && sudo udevadm trigger");
  });

  test.each([
    ["controlTransferIn error: device disconnected", "the device is gone"],
    ["claimInterface error: interface is busy (errno 16)", "another program has the device"],
    ["controlTransferIn error: transfer was cancelled", "the device does not answer"],
    ["something else", "USB: something else"],
  ])("%j is told in words that help", (message, told) => {
    expect(describeFailure(new Error(message)).message).toContain(told);
  });
});

/** A WebUSB device whose transfers the simulated device carries out, and what may fail on the way. */
class SimulatedUsb implements UsbDevice {
  vendorId = 0x2e8a;
  productId = 0xfeaa;
  productName = "DSPi";
  serialNumber = "A1";
  claimed: number[] = [];
  refused: number[] = [];
  failure: string | undefined;
  #bench: TestBench;

  constructor(bench: TestBench) {
    this.#bench = bench;
  }

  open() {
    return this.#mayFail();
  }

  close() {
    return Promise.resolve();
  }

  claimInterface(number: number) {
    if (this.refused.includes(number))
      return Promise.reject(new Error("claimInterface error: interface is busy (errno 16)"));
    this.claimed.push(number);
    return Promise.resolve();
  }

  async controlTransferIn(setup: Parameters<UsbDevice["controlTransferIn"]>[0], length: number) {
    const data = await this.#transfer(0x80, setup, length);
    return { status: "ok", data: new DataView(data.buffer, data.byteOffset, data.byteLength) };
  }

  async controlTransferOut(setup: Parameters<UsbDevice["controlTransferOut"]>[0], data: Uint8Array) {
    await this.#transfer(0, setup, data.length, data);
    return { status: "ok" };
  }

  async #transfer(
    direction: number,
    setup: Parameters<UsbDevice["controlTransferIn"]>[0],
    wLength: number,
    data?: Uint8Array,
  ) {
    await this.#mayFail();
    if (setup.recipient !== "interface" || !this.claimed.includes(setup.index)) throw new Error("invalid state");
    const type = { standard: 0, class: 0x20, vendor: 0x40 }[setup.requestType];
    const { request: bRequest, value: wValue, index: wIndex } = setup;
    const packet = { bmRequestType: direction | type | 1, bRequest, wValue, wIndex, wLength };
    const result = await this.#bench.bench.control(packet, data);
    if (result?.status !== "ok") throw new Error("controlTransferIn error: endpoint stalled");
    return result.data;
  }

  #mayFail() {
    return this.failure === undefined ? Promise.resolve() : Promise.reject(new Error(this.failure));
  }
}

describe("a connection over USB", () => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.close());

  const read = { bmRequestType: 0xc1, bRequest: 0x75, wValue: 3, wIndex: 2, wLength: 4 };
  const write = { ...read, bmRequestType: 0x41, bRequest: 0x74 };
  const gain = Uint8Array.of(0, 0, 0x40, 0xc0); // −3.0

  test.each([
    ["the vendor interface", [], 2],
    ["audio control where the vendor interface cannot be had", [2], 0],
  ])("sends requests to %s", async (_, refused, claimed) => {
    const usb = new SimulatedUsb(bench);
    usb.refused = refused;
    const connection = await UsbConnection.open(usb);
    expect(usb.claimed).toEqual([claimed]);
    expect(connection.identity).toEqual({ product: "DSPi", serial: "A1" });
    expect(await connection.control(write, gain)).toMatchObject({ status: "ok" });
    expect(await connection.control(read)).toEqual({ status: "ok", data: gain });
    expect(await connection.control({ ...read, wValue: 99 })).toEqual({ status: "stall" });
    await connection.close();
    await connection.gone;
  });

  test("ends when the device leaves", async () => {
    const usb = new SimulatedUsb(bench);
    const connection = await UsbConnection.open(usb);
    usb.failure = "controlTransferIn error: device disconnected";
    await expect(connection.control(read)).rejects.toThrow(DeviceGone);
    await connection.gone;
    await connection.close();
  });

  test("says how to get permission, and who else may have the device", async () => {
    const usb = new SimulatedUsb(bench);
    usb.failure = "open error: permission denied (errno 13)";
    await expect(UsbConnection.open(usb)).rejects.toThrow("udev");
    const busy = new SimulatedUsb(bench);
    busy.refused = [2, 0];
    await expect(UsbConnection.open(busy)).rejects.toThrow("another program has the device");
  });
});
