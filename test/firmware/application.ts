/** What an application that fails does to the firmware around it: nothing that a listener hears. */
import { setImmediate as breathe } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { DesktopDevice } from "../../simulator/desktop-device";
import type { Device, Setup } from "../../simulator/device";
import { EmulatedDevice } from "../../simulator/emulator/emulated-device";
import { UsbHost, type PcmSource } from "../../simulator/usb-host";
import { Vendor } from "../../simulator/vendor";
import { boards } from "../../tools/boards";
import { buildFirmware } from "../../tools/firmware";
import type { Toolchain } from "../../tools/toolchain";
import { tools } from "./toolchain";

/** The request of test/simulator/apps/failing-device.ts that fails in the way that wValue says. */
const fail = (way: number): Setup => ({ bmRequestType: 0xc1, bRequest: 0x2f, wValue: way, wIndex: 2, wLength: 4 });
/** The text of what went wrong last. */
const lastReport = async (device: Device): Promise<string> => {
  const answer = await device.control({ bmRequestType: 0xc1, bRequest: 0x20, wValue: 0, wIndex: 2, wLength: 1024 });
  return answer.status === "ok" ? new TextDecoder().decode(answer.data) : "stall";
};
const ways = [
  ["throws", 0, /thrown on purpose[^]*failing-device\.ts:13/],
  ["never returns", 2, /did not return[^]*failing-device\.ts:19/],
  ["runs out of memory", 3, /out of memory[^]*failing-device\.ts:23/],
  ["runs out of XS's stack", 4, /stack overflow[^]*callItself/],
  ["runs out of C's stack", 5, /stack overflow[^]*at map/],
] as const;
/** A restart may take this long, from the report to the answer that the machine is there again. */
const restartLimit = 200;
/** So long may it take until an application that never returns is found to: manifest.json's "steps". */
const reportLimit = 500;

/** A full-scale ramp of both channels, the same each time. */
function ramp(): PcmSource {
  let at = 0;
  return (frames) => {
    const pcm = Buffer.alloc(6 * frames);
    for (let sample = 0; sample < 2 * frames; sample++) pcm.writeIntLE((at += 4099) & 0x3fffff, 3 * sample, 3);
    return pcm;
  };
}

async function plugged<T extends Device>(device: T) {
  const host = await UsbHost.attach(device);
  const vendor = new Vendor((setup, data) => device.control(setup, data));
  await vendor.get(0x7f, 0, 4); // answered once the application is up
  await vendor.set(0x74, 0, new Uint8Array(Float32Array.of(-6).buffer)); // an output's gain
  return { device, host, vendor };
}

/** 200 ms of the ramp as slot 0 sends it, without the silence before it; `meanwhile` happens while it plays. */
async function played(host: UsbHost, meanwhile?: () => Promise<void>): Promise<Buffer> {
  const stream = await host.openStream(48000, 24);
  await stream.run(100, (frames) => Buffer.alloc(6 * frames)); // until the filters for the rate are there
  const source = ramp();
  const sent: (Uint8Array | undefined)[] = [];
  let busy = true;
  const running = (async () => {
    for (let ms = 0; ms < 200 || busy; ms += 10) sent.push((await stream.run(10, source)).slots[0]);
  })();
  await breathe();
  await meanwhile?.();
  busy = false;
  await running;
  await stream.close();
  const samples = Buffer.concat(sent.map((part) => part ?? Buffer.alloc(0)));
  const first = samples.findIndex((byte) => byte !== 0);
  return samples.subarray(first - (first % 6));
}

describe.skipIf(!tools).each(boards)("on an emulated $name (skipped without its toolchain)", (board) => {
  const opened: Device[] = [];
  let failing = "";
  let expected: Buffer;

  beforeAll(async () => {
    const application = { main: "test/simulator/apps/failing-device.ts", name: `${board.name}-failing` };
    failing = await buildFirmware(board, tools as Toolchain, () => undefined, application);
    const reference = await plugged(await DesktopDevice.open({ chip: board.chip }));
    const stream = await played(reference.host, () => reference.vendor.get(0x7f, 0, 4).then(() => undefined));
    await reference.device.close();
    expected = stream;
  }, 600_000);
  afterAll(() => Promise.all(opened.splice(0).map((device) => device.close())));

  async function open() {
    const device = await EmulatedDevice.open({ firmware: failing });
    opened.push(device);
    const log: string[] = [];
    device.onLog((line) => log.push(line));
    return { ...(await plugged(device)), log };
  }

  let failingOften: ReturnType<typeof open> | undefined;

  test.each(ways)(
    "an application that %s costs no sample and no parameter, and is back in 200 ms",
    async (_, way, report) => {
      const { device, host, vendor, log } = await (failingOften ??= open());
      log.length = 0;
      let asked = NaN;
      let reported = NaN;
      let back = NaN;
      device.onLog(() => (reported = device.milliseconds));
      const sent = await played(host, async () => {
        asked = device.milliseconds;
        expect(await device.control(fail(way))).toEqual({ status: "stall" });
        back = device.milliseconds;
      });
      expect(log.join("\n")).toMatch(report);
      expect(await lastReport(device)).toMatch(report);
      expect(reported - asked).toBeLessThan(reportLimit);
      expect(back - reported).toBeLessThan(restartLimit);
      const length = Math.min(sent.length, expected.length) - (Math.min(sent.length, expected.length) % 6);
      expect(length).toBeGreaterThan(0.18 * 48000 * 6);
      expect(sent.subarray(0, length).equals(expected.subarray(0, length))).toBe(true);
      expect((await vendor.get(0x75, 0, 4)).getFloat32(0, true)).toBe(-6);
      expect(device.traps).toEqual([]);
    },
    120_000,
  );

  test.each([
    ["core 0", 0],
    ["core 1", 1],
  ] as const)(
    "a call of what is no function, by %s, resets the chip: it comes back with its parameters and tells why, before what it told of earlier",
    async (name, core) => {
      const { device, vendor } = await open();
      expect(await lastReport(device)).toBe("");
      expect(await device.control(fail(0))).toEqual({ status: "stall" });
      const before = await lastReport(device);
      expect(before).toMatch(/thrown on purpose/);
      const { registers } = Object.assign(device.chip.cores[core], { waiting: false });
      registers[15] = 0x60000000;
      await expect(device.frames(Array.from({ length: 10 }, () => undefined))).rejects.toThrow("reset itself");
      expect(device.traps.join()).toContain("0x60000000");
      const [last, ...earlier] = (await lastReport(device)).split("; before that: ");
      expect(last).toMatch(new RegExp(`^restarted after a fault at 0x60000000, .* ${name}$`));
      expect(earlier).toEqual([before]);
      expect((await vendor.get(0x75, 0, 4)).getFloat32(0, true)).toBe(-6);
      expect(device.milliseconds).toBeLessThan(300); // since the reset
    },
    60_000,
  );

  test("tells how deep XS's stack has been used since it was asked: all of it by what runs out of it, no more than a start takes by other failures", async () => {
    const { device } = await open();
    const start = await device.heap();
    expect(start.stack).toBeLessThan((5 / 6) * start.stackCapacity);
    for (const way of [0, 2, 3]) expect(await device.control(fail(way))).toEqual({ status: "stall" });
    expect((await device.heap()).stack).toBe(start.stack);
    expect(await device.control(fail(4))).toEqual({ status: "stall" });
    expect((await device.heap()).stack).toBeGreaterThan(start.stackCapacity - 16);
    expect((await device.heap()).stack).toBeLessThan(64);
  }, 60_000);

  test("tells its heap, which requests do not fill", async () => {
    const { device, vendor } = await open();
    const used = async (requests: number) => {
      for (let i = 0; i < requests; i++) await vendor.get(0x43, ((i % 7) << 8) | ((i % 10) << 4), 4);
      return device.heap();
    };
    const before = await used(1);
    const after = await used(50);
    expect(after.slots).toBeLessThanOrEqual(before.slots);
    expect(after.slots).toBeGreaterThan(0);
    expect(after.slots).toBeLessThan(0.7 * after.slotCapacity);
    expect(after.chunks).toBeLessThan(0.7 * after.chunkCapacity);
  }, 60_000);
});
