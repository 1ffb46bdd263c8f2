/** What the firmware's second core sends on the PDM pin. */
import { describe, expect, test } from "vitest";

import { DesktopDevice } from "../../simulator/desktop-device";
import type { Device } from "../../simulator/device";
import { EmulatedDevice } from "../../simulator/emulator/emulated-device";
import { UsbHost } from "../../simulator/usb-host";
import { Vendor } from "../../simulator/vendor";
import { type Board, boards, buildFirmware } from "../../tools/firmware";
import { toolchain } from "../../tools/toolchain";
import { tools } from "./toolchain";
import { level, levels, noise, spectrumOf } from "../output/spectrum";

const [pico] = boards as [Board];
const rate = 48_000;
const subwoofer = 4;
/** 1 kHz in 2^13 frames. */
const frames = 8192;
const bin = 171;

/** The pin's spectrum while a tone plays. */
async function play(device: Device) {
  const host = await UsbHost.attach(device);
  const vendor = new Vendor((setup, data) => device.control(setup, data));
  const stream = await host.openStream(rate, 24);
  await vendor.set(0x70, 0, Uint8Array.of(0, subwoofer, 1, 0, 0, 0, 0, 0)); // the left channel goes there
  await vendor.set(0x72, subwoofer, Uint8Array.of(1));
  let n = 0;
  const tone = (count: number) => {
    const pcm = Buffer.alloc(6 * count);
    for (let frame = 0; frame < count; frame++)
      pcm.writeIntLE(Math.round(Math.sin((2 * Math.PI * bin * n++) / frames) * (2 ** 23 - 1)), 6 * frame, 3);
    return pcm;
  };
  await stream.run(100, tone); // the fades
  const { pdm } = await stream.run(180, tone);
  return spectrumOf(levels((pdm as Uint8Array).slice(-32 * frames), 1 / 0.9), rate);
}

describe.skipIf(!tools)("PDM of the firmware (skipped without its toolchain)", () => {
  test("sounds as the simulator's, unbroken", async () => {
    const firmware = await buildFirmware(pico, await toolchain(), () => undefined);
    const device = await EmulatedDevice.open({ firmware });
    const reference = await DesktopDevice.open({ chip: "rp2040" });
    try {
      const [sent, expected] = [await play(device), await play(reference)];
      expect(level(sent, bin)).toBeCloseTo(level(expected, bin), 4);
      expect(noise(sent, 20, 20_000, bin)).toBeLessThan(-105);
      expect(device.traps).toEqual([]);
    } finally {
      await Promise.all([device.close(), reference.close()]);
    }
  }, 600_000);
});
