/** What people see and reach of each board: its LED, its pins, its watchdog. */
import { describe, expect, test } from "vitest";

import { EmulatedDevice } from "../../simulator/emulator/emulated-device";
import { ramBase } from "../../simulator/emulator/machine";
import { UsbHost } from "../../simulator/usb-host";
import { Vendor } from "../../simulator/vendor";
import { boards } from "../../tools/boards";
import { b, wfi } from "../emulator/thumb";
import { during, noise, outputsOf, players, silence } from "./playing";
import { tools } from "./toolchain";

/** The LED of both boards (Pico datasheet, 2.1). */
const led = 25;
const success = 0;
const invalid = 1;

describe.skipIf(!tools).each(boards)("an emulated $name as a board (skipped without its toolchain)", (board) => {
  const { emulated, poweredOnWith, poweredOn } = players(board);
  const { slots } = outputsOf(board);

  const idle = (device: EmulatedDevice) => () => device.frames([undefined]);
  const level = async (device: EmulatedDevice, pin: number) => (await device.pins())[pin]?.level ?? 0;

  /** Of a second, the ms for which the LED is on, and how often it goes on. */
  async function blinks(device: EmulatedDevice, millisecond: () => Promise<unknown> = idle(device)) {
    let on = 0;
    let flashes = 0;
    let before = await level(device, led);
    for (let ms = 0; ms < 1000; ms++) {
      await millisecond();
      const now = await level(device, led);
      on += now;
      if (now > before) flashes++;
      before = now;
    }
    return { on, flashes };
  }
  const about = (ms: number) => expect.toSatisfy((on: number) => Math.abs(on - ms) <= 10, `about ${ms} ms`) as number;

  test("blinks until a host has configured it, then flashes, and is on but for moments while it plays", async () => {
    const device = await poweredOn();
    expect(await blinks(device)).toEqual({ on: about(500), flashes: 1 });
    const host = await UsbHost.attach(device);
    expect(await blinks(device)).toEqual({ on: about(50), flashes: 1 });
    const stream = await host.openStream(48000, 24);
    await stream.run(200, silence); // the application is at its filters first
    expect(await blinks(device, () => stream.run(1, silence))).toEqual({ on: about(950), flashes: 1 });
    await stream.close();
    expect(await blinks(device)).toEqual({ on: about(50), flashes: 1 });
  }, 120_000);

  test("flickers when the application does not start, tells why, by file and line, and leaves for its bootloader when asked to", async () => {
    const log: string[] = [];
    const device = await poweredOnWith({ main: "test/xs/apps/never-starts.ts", name: `${board.name}-down` }, (line) =>
      log.push(line),
    );
    await UsbHost.attach(device);
    await device.frames(new Array<undefined>(300).fill(undefined)); // three starts
    expect(await blinks(device)).toEqual({ on: about(500), flashes: 8 });
    expect(log.join("\n")).toMatch(/not today[^]*never-starts\.ts:2[^]*stays down/);
    const report = { bmRequestType: 0xc1, bRequest: 0x20, wValue: 0, wIndex: 2, wLength: 1024 };
    expect(await device.control(report)).toMatchObject({ status: "ok" });
    let left = false;
    device.onBootloader(() => (left = true));
    expect(await device.control({ ...report, bRequest: 0xf0 })).toEqual({ status: "ok", data: Buffer.of(1) });
    await device.frames(new Array<undefined>(200).fill(undefined)).catch(() => undefined);
    expect(left).toBe(true);
  }, 120_000);

  test("lends nobody the pins of its UART, regulator, bus sense and LED", async () => {
    const { device, vendor } = await emulated();
    const status = async (request: number, value: number) => (await vendor.get(request, value, 1)).getUint8(0);
    for (const pin of [12, 23, 24, 25]) {
      for (let port = 0; port <= slots; port++) expect(await status(0x7c, (pin << 8) | port)).toBe(invalid);
      expect(await status(0xc2, pin)).toBe(invalid); // BCK
      expect(await status(0xc2, pin - 1)).toBe(invalid); // LRCLK, beside it
      expect(await status(0xc6, pin)).toBe(invalid); // MCK
    }
    const pins = await device.pins();
    expect(pins[12]?.function).toBe("uart");
    expect(pins[led]).toMatchObject({ function: "gpio", direction: "out" });
    for (const pin of [23, 24]) expect(pins[pin]?.direction).toBe("in");
  }, 60_000);

  test("lets go of a pin that an output leaves", async () => {
    const { device, host, vendor } = await emulated();
    const stream = await host.openStream(48000, 24);
    const change = async (request: number, value: number) => {
      const status = await during(
        () => stream.run(10, silence),
        () => vendor.get(request, value, 1),
      );
      expect(status.getUint8(0)).toBe(success);
      await stream.run(10, silence);
      return device.pins();
    };
    const free = { direction: "in" };
    const moved = await change(0x7c, (20 << 8) | 1);
    expect(moved[20]).toMatchObject({ function: "spdif", direction: "out" });
    expect(moved[7]).toMatchObject(free);
    const i2s = await change(0xc0, (1 << 8) | 0);
    expect([i2s[6], i2s[14], i2s[15]].map((pin) => pin?.function)).toEqual(["i2s data", "i2s bck", "i2s lrclk"]);
    const mck = await change(0xc4, 1);
    expect(mck[13]).toMatchObject({ function: "mck", direction: "out" });
    expect((await change(0xc4, 0))[13]).toMatchObject(free);
    const back = await change(0xc0, 0);
    expect(back[6]).toMatchObject({ function: "spdif", direction: "out" });
    const pdm = await change(0x7c, (21 << 8) | slots);
    expect(pdm[10]).toMatchObject(free);
    expect(device.traps).toEqual([]);
  }, 60_000);

  test("is reset by its watchdog when its thread hangs, while audio plays on; parameters and report outlive it", async () => {
    const { device, host, vendor } = await emulated();
    await vendor.set(0x74, 0, new Uint8Array(Float32Array.of(-6).buffer)); // an output's gain
    const stream = await host.openStream(48000, 24);
    await stream.run(100, silence);
    // CPSIE, then WFI again and again, behind all that the firmware has in RAM.
    const { chip } = device;
    const [core] = chip.cores;
    const at = chip.ram.length - 0x2800;
    chip.ram.set(new Uint8Array(Uint16Array.of(0xb662, wfi, b(-1)).buffer), at);
    for (let ms = 0; !core.waiting || core.ipsr > 0; ms++) {
      if (ms > 100) throw new Error("The thread never rests.");
      await stream.run(1, silence);
    }
    core.registers[15] = ramBase + at;
    const { slots: sent } = await stream.run(200, noise());
    expect(sent[0]?.subarray(-60).some((byte) => byte !== 0)).toBe(true);
    await stream.close();
    await device.frames(new Array<undefined>(7500).fill(undefined));
    await expect(device.frames(new Array<undefined>(1000).fill(undefined))).rejects.toThrow("reset itself");
    await UsbHost.attach(device);
    const again = new Vendor((setup, data) => device.control(setup, data));
    const report = await again.get(0x20, 0, 1024);
    expect(Buffer.from(report.buffer, report.byteOffset, report.byteLength).toString()).toMatch(
      /^restarted by the watchdog: the application did not come back$/,
    );
    expect((await again.get(0x75, 0, 4)).getFloat32(0, true)).toBe(-6);
  }, 300_000);
});
