import { DesktopDevice } from "../simulator/desktop-device";
import { UsbHost, type AudioStream } from "../simulator/usb-host";
import type { Device, Setup } from "../simulator/device";

const platforms = ["rp2040", "rp2350"] as const;

/**
 * Wall time of a request while audio renders (a USB frame before and after every request), and the XS heap after
 * 1,000 and 10,000 mixed requests, each after a full collection.
 */
export async function control(): Promise<void> {
  const rows = [];
  for (const chip of platforms) {
    const device = await DesktopDevice.open({ chip });
    const host = await UsbHost.attach(device);
    const stream = await host.openStream(48_000, 24);
    const latencies = await latency(device, stream, 5_000);
    const heap1 = await after(device, 1_000, 0);
    const heap10 = await after(device, 9_000, 1_000);
    await stream.close();
    await device.close();
    rows.push({
      chip,
      "0x43 median ms": quantile(latencies, 0.5).toFixed(3),
      "0x43 p99 ms": quantile(latencies, 0.99).toFixed(3),
      "0x43 worst ms": quantile(latencies, 1).toFixed(3),
      "heap after 1,000 requests": heap1,
      "heap after 10,000 requests": heap10,
      "difference in bytes": heap10 - heap1,
    });
  }
  console.log("A 0x43 while audio renders (wanted: under 1 ms of wall time), and the XS heap (wanted: no growth)");
  console.table(rows);
}

async function latency(device: Device, stream: AudioStream, count: number): Promise<number[]> {
  const latencies = [];
  const silence = new Uint8Array(48 * 6);
  for (let n = 0; n < count; n++) {
    await stream.run(1, () => silence);
    const start = performance.now();
    await device.control({ bmRequestType: 0xc1, bRequest: 0x43, wValue: (n % 7) << 8, wIndex: 2, wLength: 4 });
    latencies.push(performance.now() - start);
  }
  return latencies.sort((a, b) => a - b);
}

const vendorIn = (bRequest: number, wValue: number, wLength: number): Setup => ({
  bmRequestType: 0xc1,
  bRequest,
  wValue,
  wIndex: 2,
  wLength,
});

/** Heap in use, in bytes, after `count` requests of every kind: reads, writes, refused and unknown ones. */
async function after(device: Device, count: number, first: number): Promise<number> {
  const float = (value: number) => new Uint8Array(new Float32Array([value]).buffer);
  for (let n = first; n < first + count; n++) {
    const kind = n % 8;
    const out = (bRequest: number, wValue: number, data: Uint8Array) =>
      device.control({ bmRequestType: 0x41, bRequest, wValue, wIndex: 2, wLength: data.length }, data);
    if (kind === 0) await device.control(vendorIn(0x43, ((n % 7) << 8) | ((n % 10) << 4) | (n % 4), 4));
    else if (kind === 1) {
      const band = new Uint8Array(16);
      band.set([n % 7, n % 10, n % 6]);
      band.set(float(20 + (n % 15_000)), 4);
      band.set(float(0.5 + (n % 10)), 8);
      band.set(float((n % 40) - 20), 12);
      await out(0x42, 0, band);
    } else if (kind === 2) await device.control(vendorIn(0x50, n % 24, 32));
    else if (kind === 3) await out(0x74, n % 5, float(-(n % 60)));
    else if (kind === 4) await out(0x9b, n % 7, new TextEncoder().encode(`channel ${n}`));
    else if (kind === 5) await device.control(vendorIn(0x9c, n % 9, 32));
    else if (kind === 6) await device.control(vendorIn(0xee, n & 0xffff, 8));
    else await out(0xd2, 0, float(-(n % 128)));
  }
  const { slots, chunks } = await device.heap();
  return slots + chunks;
}

function quantile(sorted: number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}
