import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { DesktopDevice } from "../../simulator/desktop-device";
import { DeviceProcess, message } from "../../simulator/device-process";
import { UsbHost } from "../../simulator/usb-host";
import { applicationImage, buildImage, deviceExecutable } from "../../tools/build";
import { enable, noise, setBand } from "../firmware/playing";
import { amplitude, channel, chips, counter, plugged, powered, sine } from "./bench";

const decibels = (ratio: number) => 20 * Math.log10(ratio);
/** Master volume of a fresh device. */
const defaultVolume = -20;

const silence = (frames: number) => Buffer.alloc(6 * frames);

/** Where the first of the loudest samples is. */
function loudest(samples: Float64Array): number {
  return samples.reduce((best, sample, at) => (Math.abs(sample) > Math.abs(samples[best] as number) ? at : best), 0);
}

/** A folder that goes with the test. */
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "dspi-device-test-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe.each(chips)("the audio of a fresh %s", (chip) => {
  test.each([
    [44100, 16],
    [44100, 24],
    [48000, 16],
    [48000, 24],
    [96000, 16],
    [96000, 24],
  ] as const)("at %i Hz and %i bit leaves slot 0 at the default volume", async (rate, bits) => {
    const { host } = await plugged({ chip });
    const stream = await host.openStream(rate, bits);
    const source = sine(rate, bits, 1000, 0.5);
    await stream.run(200, source); // the fade-in
    const output = await stream.run(100, source);
    expect(Math.abs(output.frames - rate / 10)).toBeLessThanOrEqual(1);
    expect(output.pdm).toBeUndefined();
    expect(output.slots.map((slot) => slot !== undefined)).toEqual(
      chip === "rp2040" ? [true, false] : [true, false, false, false],
    );
    for (const side of [0, 1] as const) {
      const periods = channel(output.slots[0], side).subarray(0, (90 * rate) / 1000);
      const gain = amplitude(periods, rate, 1000) / 0.5;
      // band 0 of an output is a high-pass at 80 Hz with Q 0.707: -0.0002 dB at 1 kHz
      expect(Math.abs(decibels(gain) - defaultVolume)).toBeLessThan(0.01);
    }
  });

  test("follows the host's volume and mute", async () => {
    const { host } = await plugged({ chip });
    const stream = await host.openStream(48000, 24);
    const source = sine(48000, 24, 1000, 0.5);
    const level = async () => {
      await stream.run(300, source);
      return amplitude(channel((await stream.run(100, source)).slots[0], 0), 48000, 1000) / 0.5;
    };
    await host.setVolume(-12);
    expect(decibels(await level())).toBeCloseTo(defaultVolume - 12, 1);
    await host.setMute(true);
    expect(await level()).toBe(0);
    await host.setMute(false);
    await host.setVolume(-60);
    expect(await level()).toBe(0);
  });

  test("goes on at another rate in mid-stream", async () => {
    const { host } = await plugged({ chip });
    const stream = await host.openStream(44100, 24);
    await stream.run(100, sine(44100, 24, 1000, 0.5));
    await host.setRate(96000);
    const source = sine(96000, 24, 1000, 0.5);
    await stream.run(200, source);
    const output = await stream.run(100, source);
    expect(output.frames).toBe(9600);
    const gain = amplitude(channel(output.slots[0], 1), 96000, 1000) / 0.5;
    expect(decibels(gain)).toBeCloseTo(defaultVolume, 2);
  });

  test("delays an output at 96 kHz by as much of 85 ms as its line has: 4096 frames", async () => {
    const { host, vendor } = await plugged({ chip });
    await vendor.set(0x78, 0, new Uint8Array(Float32Array.of(85).buffer));
    const stream = await host.openStream(96000, 24);
    await stream.run(200, silence);
    const click = [Buffer.from("ffff3fffff3f", "hex")];
    const output = await stream.run(100, (frames) => click.pop() ?? Buffer.alloc(6 * frames));
    const [left = 0, right = 0] = ([0, 1] as const).map((side) => loudest(channel(output.slots[0], side)));
    expect(left - right).toBe(4096);
    expect((await vendor.get(0x79, 0, 4)).getFloat32(0, true)).toBe(85);
  });

  test("plays at 44.1 kHz whatever unknown rate a host asks for", async () => {
    const { host } = await plugged({ chip });
    const stream = await host.openStream(44100, 24);
    expect(await host.setRate(22050)).toBe(22050);
    const packet = Uint8Array.from({ length: 44 * 6 }, (_, i) => 37 * i);
    expect((await host.device.frames([packet])).feedback).toBe(Math.round(44.1 * 2 ** 14));
    const output = await host.device.frames(new Array<Uint8Array>(100).fill(packet));
    expect(channel(output.slots[0], 0).some((sample) => sample !== 0)).toBe(true);
    await stream.close();
  });

  test("has the bits of the PDM pin while its output is enabled", async () => {
    const { host, vendor } = await plugged({ chip });
    const subwoofer = chip === "rp2040" ? 4 : 8;
    await vendor.set(0x70, 0, Uint8Array.of(0, subwoofer, 1, 0, 0, 0, 0, 0));
    await vendor.set(0x72, subwoofer, Uint8Array.of(1));
    const stream = await host.openStream(48000, 24);
    const source = sine(48000, 24, 50, 0.5);
    await stream.run(100, source);
    const output = await stream.run(100, source);
    expect(output.pdm).toHaveLength(4800 * 32);
    const ones = output.pdm?.reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0) ?? 0;
    expect(ones / (4800 * 256)).toBeCloseTo(0.5, 2); // no DC
    await vendor.set(0x72, subwoofer, Uint8Array.of(0));
    await stream.run(100, source); // the fade-out
    expect((await stream.run(100, source)).pdm).toBeUndefined();
  });

  test("is the same to the bit in two runs", async () => {
    const run = async () => {
      const { host, vendor } = await plugged({ chip });
      const stream = await host.openStream(44100, 24);
      const source = sine(44100, 24, 997, 0.9);
      const first = await stream.run(100, source);
      await vendor.set(0xd2, 0, new Uint8Array(new Float32Array([-3]).buffer));
      const second = await stream.run(100, source);
      return Buffer.concat([first.slots[0] ?? Buffer.of(), second.slots[0] ?? Buffer.of()]);
    };
    expect((await run()).equals(await run())).toBe(true);
  });
});

describe("USB frames", () => {
  const packet = new Uint8Array(48 * 4).fill(1);

  test("at zero bandwidth make no output and give no feedback", async () => {
    const { device, vendor } = await plugged({ chip: "rp2350" });
    const output = await device.frames([packet, undefined, packet]);
    expect(output.frames).toBe(0);
    expect(output.feedback).toBe(0);
    expect(await counter(vendor, 10)).toBe(0);
  });

  test("before the first packet of a stream make no output", async () => {
    const { host, device } = await plugged({ chip: "rp2350" });
    await host.openStream(48000, 16);
    expect((await device.frames(new Array<undefined>(10).fill(undefined))).frames).toBe(0);
  });

  test("without a packet are bridged by the ring for 3 ms, and are silent afterwards", async () => {
    const { host, device, vendor } = await plugged({ chip: "rp2350" });
    await host.openStream(48000, 16);
    await device.frames(new Array<Uint8Array>(100).fill(packet));
    expect((await device.frames([undefined, undefined, undefined])).frames).toBe(0);
    expect(await counter(vendor, 17)).toBe(0);
    const starved = await device.frames([undefined, undefined]);
    expect(starved.frames).toBe(96);
    expect(starved.slots[0]).toEqual(Buffer.alloc(96 * 6));
    expect(await counter(vendor, 18)).toBe(2);
  });

  test("of the host's pauses are as many as frames leave the outputs", async () => {
    const { host, device } = await plugged({ chip: "rp2350" });
    await host.openStream(48000, 16);
    const pause = new Array<undefined>(40).fill(undefined);
    const output = await device.frames([packet, packet, ...pause, packet, packet, ...pause, packet]);
    expect(output.frames).toBe(85 * 48);
  });

  test("count packets, gaps and the alternate setting in the status", async () => {
    const { host, device, vendor } = await plugged({ chip: "rp2350" });
    const stream = await host.openStream(48000, 16);
    expect(await counter(vendor, 11)).toBe(1);
    await device.frames([packet, undefined, packet]); // 2 ms are no gap yet
    expect(await counter(vendor, 8)).toBe(0);
    await device.frames([undefined, undefined, packet]);
    expect(await counter(vendor, 8)).toBe(1);
    await device.frames([...new Array<undefined>(49).fill(undefined), packet]); // 50 ms are a pause
    expect(await counter(vendor, 8)).toBe(1);
    expect(await counter(vendor, 10)).toBe(4);
    await stream.close();
    expect(await counter(vendor, 11)).toBe(0);
  });

  test("start the count of starvations anew with each stream", async () => {
    const { host, device, vendor } = await plugged({ chip: "rp2040" });
    const stream = await host.openStream(48000, 16);
    await device.frames([packet, ...new Array<undefined>(20).fill(undefined)]);
    expect(await counter(vendor, 17)).toBeGreaterThan(0);
    await stream.close();
    await host.openStream(48000, 16);
    expect(await counter(vendor, 17)).toBe(0);
  });

  test("are at most 1000 at once", async () => {
    const { device } = await plugged({ chip: "rp2350" });
    await expect(device.frames(new Array<undefined>(1001).fill(undefined))).rejects.toThrow("at most 1000");
  });
});

describe("the status", () => {
  test("has the clock, the core voltage and the rate as it was asked for", async () => {
    const { host, vendor } = await plugged({ chip: "rp2350" });
    await host.setRate(48000);
    expect(await counter(vendor, 13)).toBe(307_200_000);
    expect(await counter(vendor, 14)).toBe(1150);
    expect(await counter(vendor, 15)).toBe(48000);
    await host.setRate(22050);
    expect(await counter(vendor, 15)).toBe(22050);
  });

  test("has the loads that an emulated Pico tells, flat and with all bands of all slots", async () => {
    const { host, vendor } = await plugged({ chip: "rp2040" });
    const loads = async () => {
      const word = (await vendor.get(0x50, 2, 4)).getUint32(0, true);
      return [(word >>> 16) & 0xff, word >>> 24] as const;
    };
    const expectLoads = async (core0: number, core1: number) => {
      const [first, second] = await loads();
      expect(Math.abs(first - core0)).toBeLessThanOrEqual(2);
      expect(Math.abs(second - core1)).toBeLessThanOrEqual(2);
    };
    expect(await loads()).toEqual([0, 0]);
    const stream = await host.openStream(48000, 24);
    const source = noise();
    await stream.run(100, source);
    await expectLoads(10, 5);
    for (const output of [0, 1, 2, 3]) await enable(vendor, output);
    for (const channel of [0, 1, 2, 3, 4, 5])
      for (let band = 0; band < 10; band++) await setBand(vendor, channel, band, 1, band % 2 ? 3 : -3);
    await stream.run(100, source);
    await expectLoads(34, 28);
  });
});

describe("pins", () => {
  const carrying = async (device: DesktopDevice) =>
    (await device.pins()).filter(({ direction }) => direction === "out").map(({ pin, function: of }) => [pin, of]);

  test("carry the default outputs", async () => {
    expect(await carrying(await powered({ chip: "rp2040" }))).toEqual([
      [6, "spdif"],
      [7, "spdif"],
      [10, "pdm"],
    ]);
    const pico2 = await powered({ chip: "rp2350" });
    expect(await pico2.pins()).toHaveLength(30);
    expect(await carrying(pico2)).toEqual([
      [6, "spdif"],
      [7, "spdif"],
      [8, "spdif"],
      [9, "spdif"],
      [10, "pdm"],
    ]);
  });

  test("carry the clocks of I2S while a slot sends it", async () => {
    const { device, vendor } = await plugged({ chip: "rp2040" });
    await vendor.get(0xc4, 1, 1);
    expect(await carrying(device)).not.toContainEqual([13, "mck"]);
    await vendor.get(0xc0, 0x0101, 1);
    expect(await carrying(device)).toEqual([
      [6, "spdif"],
      [7, "i2s data"],
      [10, "pdm"],
      [13, "mck"],
      [14, "i2s bck"],
      [15, "i2s lrclk"],
    ]);
  });

  test("are driven and released from outside unless they are outputs", async () => {
    const device = await powered({ chip: "rp2350" });
    const level = async () => (await device.pins()).find(({ pin }) => pin === 2)?.level;
    await device.gpio(2, 1);
    expect(await level()).toBe(1);
    await device.gpio(2, null);
    expect(await level()).toBe(0);
    await expect(device.gpio(6, 1)).rejects.toThrow("output");
    await expect(device.gpio(30, 1)).rejects.toThrow("no such pin");
  });
});

describe("power", () => {
  test("off and on detaches and attaches and forgets what was live", async () => {
    const { device, host, vendor } = await plugged({ chip: "rp2350" });
    const events: boolean[] = [];
    device.onAttach((attached) => events.push(attached));
    await host.setRate(96000);
    await device.powerCycle();
    expect(events).toEqual([false, true]);
    expect(await counter(vendor, 15)).toBe(44100);
  });

  test("requests made while it is off wait for it", async () => {
    const { device, vendor } = await plugged({ chip: "rp2350" });
    const cycle = device.powerCycle();
    expect(await counter(vendor, 14)).toBe(1150);
    await cycle;
  });

  test("is off for good after close", async () => {
    const device = await DesktopDevice.open({ chip: "rp2350" });
    await device.close();
    await device.close();
    await expect(device.pins()).rejects.toThrow("switched off");
    await expect(device.powerCycle()).rejects.toThrow("switched off");
  });
});

describe("the flash", () => {
  test.each([
    ["rp2040", 2 << 20],
    ["rp2350", 4 << 20],
  ] as const)("of an %s is made blank when it is missing", async (chip, size) => {
    const flash = join(await folder(), "flash.bin");
    await (await DesktopDevice.open({ chip, flash })).close();
    expect((await readFile(flash)).equals(Buffer.alloc(size, 0xff))).toBe(true);
  });

  test("is kept over a power cycle and blank after it was erased", async () => {
    const flash = join(await folder(), "flash.bin");
    const content = Buffer.alloc(4 << 20, 0xff).fill("kept", 0, 4);
    await writeFile(flash, content);
    const device = await powered({ chip: "rp2350", flash });
    await device.powerCycle();
    expect((await readFile(flash)).equals(content)).toBe(true);
    await device.eraseFlash();
    expect((await readFile(flash)).equals(Buffer.alloc(4 << 20, 0xff))).toBe(true);
  });

  test("of another size is refused and left alone", async () => {
    const flash = join(await folder(), "flash.bin");
    await writeFile(flash, "something else");
    await expect(DesktopDevice.open({ chip: "rp2350", flash })).rejects.toThrow("14 bytes, expected 4194304");
    expect((await stat(flash)).size).toBe(14);
  });

  test("has one device at a time", async () => {
    const flash = join(await folder(), "flash.bin");
    await powered({ chip: "rp2350", flash });
    await expect(DesktopDevice.open({ chip: "rp2350", flash })).rejects.toThrow("another device uses it");
  });
});

describe("an application that throws", () => {
  test("is logged with its place while answers and audio go on", async () => {
    const image = await buildImage("test/xs/apps/faults.ts", "faults-on-device");
    const device = await powered({ chip: "rp2350", image });
    const host = await UsbHost.attach(device);
    const stream = await host.openStream(48000, 16);
    const request = (bRequest: number, wLength: number) =>
      device.control({ bmRequestType: 0xc1, bRequest, wValue: 7, wIndex: 2, wLength });
    const all = [];
    for (let i = 0; i < 20; i++) {
      all.push(request(20, 4), stream.run(5, sine(48000, 16, 1000, 0.5)), request(1, 4));
    }
    const answers = await Promise.all(all);
    answers.forEach((answer, i) => {
      if (i % 3 === 0) expect(answer).toEqual({ status: "stall" });
      if (i % 3 === 1) expect(answer).toHaveProperty("frames", 240);
      if (i % 3 === 2) expect(answer).toEqual({ status: "ok", data: Buffer.from([1, 2, 3, 7]) });
    });
    const thrown = device.log.filter((text) => text.includes("RangeError: on purpose"));
    expect(thrown).toHaveLength(20);
    expect(thrown[0]).toMatch(/faults\.ts:\d+/);
  });
});

describe("a device process", () => {
  test("that cannot start says why", async () => {
    const image = join(await folder(), "broken.xsi");
    await writeFile(image, "this is no image");
    await expect(DesktopDevice.open({ chip: "rp2350", image })).rejects.toThrow(/exit code 1.*does not start/s);
    await expect(DesktopDevice.open({ chip: "rp2350", image: "/nowhere" })).rejects.toThrow("No such file");
    await expect(DesktopDevice.open({ chip: "rp2350", serial: "abc" })).rejects.toThrow("usage");
  });

  test("that ends takes every request along with the reason", async () => {
    const process = await deviceProcess();
    const tooLong = process.request(message.control, [Buffer.alloc(2 << 20)]);
    const behind = process.request(message.pins);
    await expect(tooLong).rejects.toThrow(/exit code 1: a message of 2097153 bytes/);
    await expect(behind).rejects.toThrow("exit code 1");
    await expect(process.request(message.pins)).rejects.toThrow("exit code 1");
    await process.stop();
  });

  test("refuses messages that make no sense and serves the next", async () => {
    const process = await deviceProcess();
    await expect(process.request(99)).rejects.toThrow("unknown type");
    await expect(process.request(message.control, [Buffer.alloc(7)])).rejects.toThrow("without a setup packet");
    const out = Buffer.from([0x41, 0xd2, 0, 0, 2, 0, 4, 0]);
    await expect(process.request(message.control, [out, Buffer.alloc(3)])).rejects.toThrow("wLength");
    await expect(process.request(message.frames, [Buffer.from([2, 0, 4, 0])])).rejects.toThrow("batch");
    await expect(process.request(message.frames, [Buffer.from([1, 0, 4, 0, 1])])).rejects.toThrow("lengths");
    expect(await process.request(message.heap)).toHaveLength(24);
    await process.stop();
  });

  async function deviceProcess(): Promise<DeviceProcess> {
    const flash = await open(join(await folder(), "flash"), "wx+");
    onTestFinished(() => flash.close());
    const args = [await applicationImage(), "--flash", "/dev/fd/3", "--serial", "0000000000000000"];
    return DeviceProcess.start(await deviceExecutable("rp2350"), args, flash.fd, () => undefined);
  }
});
