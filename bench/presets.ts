import { dimensions } from "../test/protocol/commands";
import { DesktopDevice } from "../simulator/desktop-device";
import type { Device } from "../simulator/device";
import { UsbHost } from "../simulator/usb-host";

const chips = ["rp2040", "rp2350"] as const;
const bulkLength = 2896;
const cycles = 10;
const repetitions = 200;

/**
 * Wall time on this machine of bulk and preset requests at 48 kHz with all bands active, a USB frame with audio between
 * them, and whether export, factory reset and import give the same bytes again.
 */
export async function presets(): Promise<void> {
  const rows = [];
  let exact = 0;
  for (const chip of chips) {
    const device = await DesktopDevice.open({ chip });
    const host = await UsbHost.attach(device);
    const stream = await host.openStream(48_000, 24);
    const silence = new Uint8Array(48 * 6);
    const port = new Port(device, () => stream.run(1, () => silence));
    await dress(port, dimensions[chip]);
    const one = await port.in(0xa0, 0, bulkLength);
    await dress(port, dimensions[chip], 1.25);
    const other = await port.in(0xa0, 0, bulkLength);

    for (let cycle = 0; cycle < cycles; cycle++) {
      const image = cycle % 2 === 0 ? one : other;
      await port.in(0x53);
      await port.out(0xa1, 0, image);
      if (Buffer.from(image).equals(Buffer.from(await port.in(0xa0, 0, bulkLength)))) exact++;
    }

    const times: Record<string, number> = {};
    const measure = async (name: string, work: (n: number) => Promise<unknown>) => {
      const all = [];
      for (let n = 0; n < repetitions; n++) {
        await port.pass();
        const start = performance.now();
        await work(n);
        all.push(performance.now() - start);
      }
      times[name] = all.sort((a, b) => a - b)[Math.floor(0.99 * all.length)] as number;
    };
    await measure("bulk GET", () => port.in(0xa0, 0, bulkLength));
    await measure("bulk SET of all", (n) => port.out(0xa1, 0, n % 2 === 0 ? one : other));
    await measure("preset save", (n) => port.in(0x90, n % 10));
    await measure("preset load", (n) => port.in(0x91, n % 10));
    await measure("0x43", () => port.in(0x43, 0x0121, 4));
    rows.push({
      chip,
      ...Object.fromEntries(Object.entries(times).map(([name, ms]) => [`${name} ms`, ms.toFixed(2)])),
    });
    await stream.close();
    await device.close();
  }
  console.log("99th percentile of wall time on this machine (wanted: bulk GET ≤ 5 ms, bulk SET applied ≤ 20 ms)");
  console.table(rows);
  console.log(`${exact} of ${chips.length * cycles} cycles of export, factory reset and import were bit-exact`);
  if (exact < chips.length * cycles) process.exitCode = 1;
}

class Port {
  readonly #device: Device;
  /** Lets a USB frame with audio pass. */
  readonly pass: () => Promise<unknown>;

  constructor(device: Device, pass: () => Promise<unknown>) {
    this.#device = device;
    this.pass = pass;
  }

  async in(bRequest: number, wValue = 0, wLength = 64): Promise<Uint8Array> {
    const answer = await this.#device.control({ bmRequestType: 0xc1, bRequest, wValue, wIndex: 2, wLength });
    if (answer.status !== "ok") throw new Error(`request 0x${bRequest.toString(16)} stalled`);
    return answer.data;
  }

  async out(bRequest: number, wValue: number, data: Uint8Array): Promise<void> {
    const setup = { bmRequestType: 0x41, bRequest, wValue, wIndex: 2, wLength: data.length };
    const answer = await this.#device.control(setup, data);
    if (answer.status !== "ok") throw new Error(`request 0x${bRequest.toString(16)} stalled`);
  }

  band(channel: number, band: number, frequency: number): Promise<void> {
    return this.out(
      0x42,
      0,
      Uint8Array.of(channel, band, 1 + (band % 5), 0, ...f32(frequency, 0.7 + band / 10, 4 - band)),
    );
  }
}

/** Every band of every channel does something, and every other parameter is not what the factory says. */
async function dress(
  port: Port,
  { channels, outputs }: (typeof dimensions)[keyof typeof dimensions],
  factor = 1,
): Promise<void> {
  for (let channel = 0; channel < channels; channel++) {
    await port.out(0x9b, channel, new TextEncoder().encode(`Channel ${channel} × ${factor}`));
    for (let band = 0; band < 10; band++) await port.band(channel, band, factor * (50 + 150 * band + 10 * channel));
  }
  for (let output = 0; output < outputs; output++) {
    await port.out(0x72, output, Uint8Array.of(1));
    await port.out(0x74, output, f32(-factor * output));
    await port.out(0x78, output, f32(factor * 5 * output));
    for (let input = 0; input < 2; input++)
      await port.out(0x70, 0, Uint8Array.of(input, output, 1, output % 2, ...f32(-factor * (input + output))));
  }
  for (const [set, value] of [
    [0x5a, 60],
    [0x5c, 80],
    [0x62, 800],
    [0x64, 6],
    [0xb6, 40],
    [0xba, 10],
    [0xbe, -60],
    [0xd2, -30],
  ] as const)
    await port.out(set, 0, f32(factor * value));
  await port.out(0xd0, 1, f32(-factor));
  for (const set of [0x46, 0x58, 0x5e, 0xb4, 0xb8]) await port.out(set, 0, Uint8Array.of(1));
  await port.in(0x7c, 20 << 8);
  await port.in(0xc0, 0x0101);
}

function f32(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
