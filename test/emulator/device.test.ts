/** The project's own firmware on emulated Picos, where `npm run firmware` has made it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";

import { describe, expect, onTestFinished, test } from "vitest";

import { EmulatedDevice, type EmulatedDeviceOptions } from "../../simulator/emulator/emulated-device";
import { amplitude, channel, sine } from "../simulator/bench";
import { UsbHost } from "../../simulator/usb-host";
import { Vendor } from "../../simulator/vendor";
import { projectFolder } from "../../tools/folders";

/** What is the chip's own: outputs, and the product name of the boot ROM's device. */
const boards = [
  { name: "pico", outputs: 5, bootloader: "RP2 Boot" },
  { name: "pico2", outputs: 9, bootloader: "RP2350 Boot" },
].map((board) => ({ ...board, firmware: join(projectFolder, `build/firmware/dspi-${board.name}.uf2`) }));

const idle = (milliseconds: number) => new Array<undefined>(milliseconds).fill(undefined);

describe.skipIf(!boards.every(({ firmware }) => existsSync(firmware))).each(boards)(
  "the firmware on an emulated $name",
  ({ firmware, outputs, bootloader }) => {
    async function plugged(options: Partial<EmulatedDeviceOptions> = {}) {
      const device = await EmulatedDevice.open({ firmware, ...options });
      onTestFinished(() => device.close());
      const host = await UsbHost.attach(device);
      const log: string[] = [];
      device.onLog((text) => log.push(text));
      return { device, host, log, vendor: new Vendor((setup, data) => device.control(setup, data)) };
    }

    test("is enumerated within 300 ms of power-on, and does nothing that it must not", async () => {
      const { device, host } = await plugged({ serial: "E66038B7130A2C35" });
      expect(device.milliseconds).toBeLessThan(300);
      expect(host.description).toMatchObject({ vid: 0x2e8a, pid: 0xfeaa, serial: "E66038B7130A2C35" });
      expect(host.description.interfaces.map((one) => one.class)).toEqual([1, 1, 0xff]);
      expect(device.chip.clock.frequency).toBe(307_200_000);
      expect(device.traps).toEqual([]);
      console.log(device.speed);
    });

    test("answers requests from TypeScript, between frames and while frames run", async () => {
      const { device, vendor } = await plugged();
      expect(await vendor.outputs()).toBe(outputs);
      const frames = device.frames(idle(20));
      expect(await vendor.outputs()).toBe(outputs);
      expect(device.controlMilliseconds).toBeLessThan(3);
      await frames;
      expect(
        (await device.control({ bmRequestType: 0xc1, bRequest: 0xff, wValue: 0, wIndex: 2, wLength: 4 })).status,
      ).toBe("stall");
      expect(device.traps).toEqual([]);
    });

    test("answers what was asked while frames ran, though no more of them come, and not while more do", async () => {
      const { device, vendor } = await plugged();
      await vendor.outputs();
      const about = (ms: number) =>
        expect.toSatisfy((time: number) => Math.abs(time - ms) <= 1, `about ${ms} ms`) as number;
      for (const more of [false, true]) {
        const began = device.milliseconds;
        const frames = device.frames(idle(10));
        await breathe(); // they run
        const saved = vendor.get(0x51, 0, 1).then(() => device.milliseconds - began); // takes longer: it writes flash
        await frames;
        expect(device.milliseconds - began).toEqual(about(10));
        if (more) {
          const packets = device.frames(idle(1000));
          expect(await saved).toBeLessThan(1010);
          await packets;
        }
        expect(await saved).toBeGreaterThan(10);
        expect(device.milliseconds - began).toEqual(about(more ? 1010 : await saved));
      }
      const frames = device.frames(idle(2));
      await breathe();
      const asked = vendor.get(0x51, 0, 1);
      asked.catch(() => undefined);
      await frames;
      await device.close();
      await expect(asked).rejects.toThrow("switched off");
    });

    test("plays a sine at its default volume, decoded from the S/PDIF pin", async () => {
      const { device, host } = await plugged();
      await device.frames(idle(200)); // the application starts
      const stream = await host.openStream(48000, 24);
      const source = sine(48000, 24, 1000, 0.5);
      await stream.run(200, source);
      const output = await stream.run(100, source);
      expect(output.frames).toBe(4800);
      const gain = amplitude(channel(output.slots[0], 0), 48000, 1000) / 0.5;
      expect(20 * Math.log10(gain)).toBeCloseTo(-20, 2);
      expect(channel(output.slots[1], 0).every((sample) => sample === 0)).toBe(true);
      expect(output.pdm).toBeUndefined();
      expect(device.traps).toEqual([]);
      console.log(device.speed);
    });

    test("asks a host with a fast clock for fewer frames", async () => {
      const { device, host } = await plugged({ hostPpm: 500 });
      const stream = await host.openStream(48000, 16);
      const source = sine(48000, 16, 1000, 0.5);
      let feedback = 0;
      for (let ms = 0; ms < 200; ms += 10) ({ feedback } = await stream.run(10, source)); // it follows at each end
      expect(feedback / 2 ** 14).toBeCloseTo(48 / 1.0005, 2);
      expect(device.traps).toEqual([]);
    });

    test("keeps what it has saved when the power is cycled", async () => {
      const { device, vendor } = await plugged();
      const name = Buffer.alloc(32);
      name.write("Fronts");
      await vendor.set(0x9b, 0, name);
      await vendor.get(0x51, 0, 1);
      await device.frames(idle(300));
      expect(device.chip.nor.operations).toBeGreaterThan(0);
      const attached: boolean[] = [];
      device.onAttach((on) => attached.push(on));
      await device.powerCycle();
      expect(attached).toEqual([false, true]);
      await UsbHost.attach(device);
      expect(await vendor.channelName(0)).toBe("Fronts");
      await device.eraseFlash();
      await UsbHost.attach(device);
      expect(await vendor.channelName(0)).not.toBe("Fronts");
      expect(device.traps).toEqual([]);
    });

    test("comes up again after a power cut in the middle of a save", async () => {
      const { device, vendor, log } = await plugged();
      await device.cutPower(2);
      const attached: boolean[] = [];
      device.onAttach((on) => attached.push(on));
      await expect(vendor.get(0x51, 0, 1).then(() => device.frames(idle(300)))).rejects.toThrow("power cut while");
      expect(attached).toEqual([false, true]);
      expect(log[0]).toMatch(/^power cut while (programming|erasing)/);
      await UsbHost.attach(device);
      expect(await vendor.outputs()).toBe(outputs);
    });

    test("leaves for its bootloader when it is asked to", async () => {
      const { device } = await plugged();
      const products: string[] = [];
      device.onBootloader(({ product }) => products.push(product));
      await device.control({ bmRequestType: 0xc1, bRequest: 0xf0, wValue: 0, wIndex: 2, wLength: 1 });
      await device.frames(idle(200)).catch(() => undefined);
      expect(products).toEqual([bootloader]);
      await expect(device.frames(idle(1))).rejects.toThrow("not on the bus");
      await device.powerCycle();
      await UsbHost.attach(device);
    });

    test("shows on its pins what drives them", async () => {
      const { device } = await plugged();
      await device.frames(idle(400));
      const pins = await device.pins();
      expect(pins[6]).toMatchObject({ function: "spdif", direction: "out" });
      await expect(device.gpio(6, 1)).rejects.toThrow("GPIO 6 is an output");
      await device.gpio(20, 1);
      expect((await device.pins())[20]).toMatchObject({ direction: "in", level: 1 });
      await device.gpio(20, null);
      expect((await device.pins())[20]?.level).toBe(0);
    });
  },
);
