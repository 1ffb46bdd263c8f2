/**
 * The Pico 2's code on a Cortex-M33: engine, XS machine and application as its firmware has them, run by qemu, against
 * the simulated device, whose engine is the desktop's.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { applySettings } from "../../modules/client/apply";
import { readPlatform } from "../../modules/client/wire";
import { ParameterNames } from "../../modules/parameters/names";
import { DesktopDevice } from "../../simulator/desktop-device";
import { type PcmSource, UsbHost } from "../../simulator/usb-host";
import { Vendor } from "../../simulator/vendor";
import { findProgram, isUnpacked } from "../../tools/debian";
import { boards } from "../../tools/boards";
import { tools } from "./toolchain";
import { buildQemuDevice } from "./qemu/build";
import { requestsThatAct } from "./requests";

const [, pico2] = boards;
const hasQemu = findProgram("qemu-system-arm") !== undefined || isUnpacked("qemu-system-arm");

/** Something at every stage of the signal path. */
const everything: Record<string, string> = {
  "left.preamp": "-6",
  "left.eq.1.type": "peaking",
  "left.eq.1.frequency": "300",
  "left.eq.1.gain": "5",
  "right.eq.10.type": "highshelf",
  "right.eq.10.frequency": "4000",
  "right.eq.10.gain": "-7",
  "out1.eq.3.type": "lowpass",
  "out1.eq.3.frequency": "2500",
  "out1.gain": "-2.5",
  "out2.enabled": "on",
  "out2.from.left.enabled": "on",
  "out2.delay": "7.5",
  "loudness.enabled": "on",
  "crossfeed.enabled": "on",
  "leveller.enabled": "on",
};

const float = (value: number) => new Uint8Array(Float32Array.of(value).buffer);

/** Both channels' noise, 24 bits, the same each time; −6 dBFS at most. */
function noise(): PcmSource {
  let state = 7;
  return (frames) => {
    const pcm = Buffer.alloc(6 * frames);
    for (let sample = 0; sample < 2 * frames; sample++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      pcm.writeIntLE((state | 0) >> 9, 3 * sample, 3);
    }
    return pcm;
  };
}

async function plugged(device: DesktopDevice) {
  const host = await UsbHost.attach(device);
  const vendor = new Vendor((setup, data) => device.control(setup, data));
  return { device, host, vendor };
}
type Plugged = Awaited<ReturnType<typeof plugged>>;

describe.skipIf(!tools || !hasQemu)(
  "the Pico 2's code on qemu's Cortex-M33 (skipped without qemu or the firmware's toolchain)",
  () => {
    let core: Plugged;
    let simulated: Plugged;

    beforeAll(async () => {
      const { executable, rom } = await buildQemuDevice(pico2);
      core = await plugged(await DesktopDevice.open({ chip: "rp2350", executable, image: rom.image }));
      simulated = await plugged(await DesktopDevice.open({ chip: "rp2350" }));
    }, 600_000);
    afterAll(() => Promise.all([core, simulated].map((one) => one.device.close())));

    const both = <T>(ask: (one: Plugged) => Promise<T>) => Promise.all([ask(core), ask(simulated)]);

    test("answers every vendor request that only reads as the simulator does", async () => {
      for (let bRequest = 0x40; bRequest < 0x100; bRequest++) {
        if (requestsThatAct.includes(bRequest)) continue;
        const setup = { bmRequestType: 0xc1, bRequest, wValue: 1, wIndex: 2, wLength: 4096 };
        const [answer, expected] = await both(({ device }) => device.control(setup));
        expect(answer, `request 0x${bRequest.toString(16)}`).toEqual(expected);
      }
    }, 60_000);

    test("saves a preset and loads it as the simulator does", async () => {
      const [loaded, expected] = await both(async ({ vendor }) => {
        await vendor.set(0x74, 1, float(-4.5));
        const saved = (await vendor.get(0x90, 3, 1)).getUint8(0);
        await vendor.set(0x74, 1, float(0));
        const status = (await vendor.get(0x91, 3, 1)).getUint8(0);
        return { saved, status, gain: (await vendor.get(0x75, 1, 4)).getFloat32(0, true) };
      });
      expect(loaded).toEqual(expected);
      expect(loaded).toEqual({ saved: 0, status: 0, gain: -4.5 });
    }, 60_000);

    test.each([44100, 48000, 96000])(
      "plays, bit for bit, what the desktop's engine plays at %i Hz: filters, loudness, crossfeed, leveller, delay",
      async (rate) => {
        const [played, expected] = await both(async ({ host, vendor }) => {
          const names = new ParameterNames(await readPlatform(vendor));
          await applySettings(
            vendor,
            Object.entries(everything).map(([path, text]) => names.parse(path, text)),
          );
          const stream = await host.openStream(rate, 24);
          const outputs = [await stream.run(150, noise()), await stream.idle(10)];
          await stream.close();
          return outputs
            .flatMap(({ slots, pdm }) => [...slots, pdm])
            .map((sent) => sent && Buffer.from(sent).toString("base64"));
        });
        expect(played).toEqual(expected);
        expect(Buffer.from(played[0] ?? "", "base64").some((byte) => byte !== 0)).toBe(true);
      },
      120_000,
    );
  },
);
