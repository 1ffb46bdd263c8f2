import { beforeAll, afterAll, describe, expect, test } from "vitest";

import { DesktopDevice } from "../../simulator/desktop-device";

let device: DesktopDevice;
beforeAll(async () => {
  device = await DesktopDevice.open({ chip: "rp2350", serial: "0123456789ABCDEF" });
});
afterAll(() => device.close());

/** A control transfer without a data stage to the device: its answer in hexadecimal, or "stall". */
async function transfer(type: number, request: number, value: number, index: number, length: number): Promise<string> {
  const setup = { bmRequestType: type, bRequest: request, wValue: value, wIndex: index, wLength: length };
  const result = await device.control(setup);
  return result.status === "ok" ? Buffer.from(result.data).toString("hex") : "stall";
}

type Row = [what: string, type: number, request: number, value: number, index: number, length: number, answer: string];

const setConfiguration = 9;
const setInterface = 11;

describe("standard requests (USB 2.0 table 9-3)", () => {
  test.each<Row>([
    ["the head of the device descriptor", 0x80, 6, 0x0100, 0, 8, "1201100200000040"],
    ["the head of the configuration descriptor", 0x80, 6, 0x0200, 0, 9, "0902c0000301008032"],
    ["no second configuration", 0x80, 6, 0x0201, 0, 9, "stall"],
    ["the head of the BOS descriptor", 0x80, 6, 0x0f00, 0, 5, "050f390002"],
    ["the serial number it was given", 0x80, 6, 0x0303, 0x0409, 6, "220330003100"],
    ["no device qualifier, being full speed", 0x80, 6, 0x0600, 0, 10, "stall"],
    ["no other-speed configuration", 0x80, 6, 0x0700, 0, 9, "stall"],
    ["the OS string cut to its length field", 0x80, 6, 0x03ee, 0, 4, "12034d00"],
    ["the compat ID cut to its header", 0xc0, 1, 0, 4, 16, "28000000000104000100000000000000"],
    ["device status: bus powered, no wake-up", 0x80, 0, 0, 0, 2, "0000"],
    ["interface status", 0x81, 0, 0, 2, 2, "0000"],
    ["no status of an interface it does not have", 0x81, 0, 0, 3, 2, "stall"],
    ["endpoint status", 0x82, 0, 0, 0x82, 2, "0000"],
    ["no status of an endpoint it does not have", 0x82, 0, 0, 0x83, 2, "stall"],
    ["an address", 0x00, 5, 7, 0, 0, ""],
    ["a cleared halt", 0x02, 1, 0, 0x01, 0, ""],
    ["no halt of an isochronous endpoint", 0x02, 3, 0, 0x01, 0, "stall"],
    ["no wake-up feature", 0x00, 3, 1, 0, 0, "stall"],
    ["no descriptors set by a host", 0x00, 7, 0x0100, 0, 0, "stall"],
    ["no second configuration to set", 0x00, setConfiguration, 2, 0, 0, "stall"],
    ["no alternate setting 3", 0x01, setInterface, 3, 1, 0, "stall"],
    ["no SET_INTERFACE on the control interface", 0x01, setInterface, 0, 0, 0, "stall"],
  ])("it has %s", async (_, type, request, value, index, length, answer) => {
    expect(await transfer(type, request, value, index, length)).toBe(answer);
  });

  test("the configuration that was set reads back", async () => {
    await transfer(0x00, setConfiguration, 1, 0, 0);
    expect(await transfer(0x80, 8, 0, 0, 1)).toBe("01");
    await transfer(0x00, setConfiguration, 0, 0, 0);
    expect(await transfer(0x80, 8, 0, 0, 1)).toBe("00");
  });

  test("SET_CONFIGURATION leaves the streaming interface without bandwidth", async () => {
    await transfer(0x01, setInterface, 2, 1, 0);
    expect(await transfer(0x81, 10, 0, 1, 1)).toBe("02");
    await transfer(0x00, setConfiguration, 1, 0, 0);
    expect(await transfer(0x81, 10, 0, 1, 1)).toBe("00");
  });
});
