import { onTestFinished } from "vitest";

import { DesktopDevice, type DesktopDeviceOptions } from "../../simulator/desktop-device";
import { UsbHost, type PcmSource } from "../../simulator/usb-host";
import { Vendor } from "../../simulator/vendor";

export const chips = ["rp2040", "rp2350"] as const;

/** A powered device that the test's end switches off, with what it logs. */
export async function powered(options: DesktopDeviceOptions): Promise<DesktopDevice & { log: string[] }> {
  const device = await DesktopDevice.open(options);
  onTestFinished(() => device.close());
  const log: string[] = [];
  device.onLog((text) => log.push(text));
  return Object.assign(device, { log });
}

/** A powered device on a host. */
export async function plugged(options: DesktopDeviceOptions) {
  const device = await powered(options);
  const host = await UsbHost.attach(device);
  return { device, host, vendor: new Vendor((setup, data) => device.control(setup, data)) };
}

/** A sine on both channels, `amplitude` in full scale, that starts at phase 0 and never ends. */
export function sine(rate: number, bits: 16 | 24, frequency: number, amplitude: number): PcmSource {
  let frame = 0;
  const bytes = bits / 8;
  return (frames) => {
    const pcm = Buffer.alloc(frames * 2 * bytes);
    for (let i = 0; i < frames; i++, frame++) {
      const sample = Math.round(amplitude * 2 ** (bits - 1) * Math.sin((2 * Math.PI * frequency * frame) / rate));
      pcm.writeIntLE(sample, 2 * bytes * i, bytes);
      pcm.writeIntLE(sample, 2 * bytes * i + bytes, bytes);
    }
    return pcm;
  };
}

/** One channel of a slot's samples in full scale. */
export function channel(slot: Uint8Array | undefined, index: 0 | 1): Float64Array {
  if (!slot) throw new Error("the slot sent nothing");
  const buffer = Buffer.from(slot.buffer, slot.byteOffset, slot.byteLength);
  return Float64Array.from({ length: slot.length / 6 }, (_, i) => buffer.readIntLE(6 * i + 3 * index, 3) / 2 ** 23);
}

/** Amplitude of one frequency, by correlation over whole periods. */
export function amplitude(samples: Float64Array, rate: number, frequency: number): number {
  let real = 0;
  let imaginary = 0;
  samples.forEach((sample, i) => {
    real += sample * Math.cos((2 * Math.PI * frequency * i) / rate);
    imaginary += sample * Math.sin((2 * Math.PI * frequency * i) / rate);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

/** A status counter (vendor request 0x50). */
export async function counter(vendor: Vendor, selector: number): Promise<number> {
  return (await vendor.get(0x50, selector, 4)).getUint32(0, true);
}
