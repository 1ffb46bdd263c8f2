import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";

import { EmulatedDevice } from "../simulator/emulator/emulated-device";
import { UsbHost, type AudioStream } from "../simulator/usb-host";
import { Vendor } from "../simulator/vendor";
import { boards, firmwareFolder } from "../tools/firmware";

const cyclesPerMs = 307_200;
const measuredMs = 100;
const requests = 60;

interface Configuration {
  name: string;
  rate: number;
  channels: number[];
  outputs: number;
  pdm?: boolean;
  stages?: boolean;
  /** DSPi 1.1.3: cycles of core 0 per packet (absent where it lost packets), load of both cores in percent. */
  original: [number | undefined, number, number];
}

const all = [0, 1, 2, 3, 4, 5];
const configurations: Configuration[] = [
  { name: "flat, 48 kHz", rate: 48000, channels: [], outputs: 2, original: [41_102, 14, 0] },
  { name: "10 bands on masters, 4 outputs", rate: 48000, channels: all, outputs: 4, original: [200_881, 67, 30] },
  { name: "and all stages", rate: 48000, channels: all, outputs: 4, stages: true, original: [265_472, 88, 30] },
  {
    name: "masters, 2 outputs, PDM",
    rate: 48000,
    channels: [0, 1, 2, 3, 6],
    outputs: 2,
    pdm: true,
    original: [248_817, 82, 73],
  },
  { name: "flat, 96 kHz", rate: 96000, channels: [], outputs: 2, original: [78_332, 26, 0] },
  { name: "10 bands on all, 96 kHz", rate: 96000, channels: all, outputs: 4, original: [undefined, 100, 44] },
];

const f32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const silence = (frames: number) => Buffer.alloc(6 * frames);

/**
 * The firmware on an emulated chip, its flash cache modelled: load of both cores, latency of requests under it. Needs
 * what `npm run firmware` makes. DSPi 1.1.3 beside it was measured in an emulator of the same kind.
 */
export async function firmware(chip: string): Promise<void> {
  const board = boards.find((one) => one.chip === chip);
  if (!board) throw new Error(`--chip ${chip}: expected ${boards.map((one) => one.chip).join(" or ")}`);
  if (chip !== "rp2040") {
    console.log(`An ${chip.toUpperCase()} is not emulated yet: there are no figures of its firmware as a whole.`);
    return;
  }
  const file = join(firmwareFolder, `dspi-${board.name}.uf2`);
  if (!existsSync(file)) throw new Error(`${file} is not there: run npm run firmware first.`);
  const rows = [];
  for (const configuration of configurations) rows.push(await measure(file, configuration));
  console.log("On an emulated Pico, per packet of 1 ms (wanted: 0x43 p99 ≤ 2 ms, 0xA0 ≤ 10 ms)");
  console.table(rows);
}

async function measure(file: string, configuration: Configuration) {
  const device = await EmulatedDevice.open({ firmware: file });
  const host = await UsbHost.attach(device);
  const vendor = new Vendor((setup, data) => device.control(setup, data));
  await vendor.get(0x7f, 0, 4);
  await configure(vendor, configuration);
  const stream = await host.openStream(configuration.rate, 24);
  await stream.run(250, silence); // filters, fade-in
  const { cores } = device.chip;
  const before = cores.map(({ idle, cycles }) => ({ idle, cycles }));
  await stream.run(measuredMs, silence);
  const busy = cores.map(({ idle, cycles }, i) => cycles - (before[i]?.cycles ?? 0) - (idle - (before[i]?.idle ?? 0)));
  const [cycles = 0, other = 0] = busy.map((sum) => sum / measuredMs);
  const [original, load0, load1] = configuration.original;
  const short = await latencies(device, stream, () => vendor.get(0x43, 0x0121, 4), requests);
  const long = await latencies(device, stream, () => vendor.get(0xa0, 0, 2896), requests / 4);
  const starved = (await vendor.get(0x50, 17, 4)).getUint32(0, true);
  const row = {
    configuration: configuration.name,
    "core 0 cycles": Math.round(cycles),
    "DSPi 1.1.3": original ?? "lost packets",
    ratio: original ? (cycles / original).toFixed(2) : "",
    "load 0 / 1 %": `${percent(cycles)} / ${percent(other)}`,
    "DSPi %": `${load0} / ${load1}`,
    "0x43 p50 / p99 / max ms": short,
    "0xA0 p50 / p99 / max ms": long,
    starved,
  };
  console.log(`${configuration.name}: ${device.speed}`);
  await device.close();
  return row;
}

async function configure(vendor: Vendor, { channels, outputs, pdm, stages }: Configuration): Promise<void> {
  for (const channel of channels)
    for (let band = 0; band < 10; band++)
      await vendor.set(0x42, 0, Uint8Array.of(channel, band, 1, 0, ...f32(50 + 400 * band, 1, 3)));
  for (let output = 0; output < 5; output++) {
    const isOn = output === 4 ? pdm === true : output < outputs;
    await vendor.set(0x72, output, Uint8Array.of(isOn ? 1 : 0));
    if (isOn) await vendor.set(0x70, 0, Uint8Array.of(output % 2, output, 1, 0, ...f32(0)));
  }
  if (stages) for (const request of [0x58, 0x5e, 0xb4]) await vendor.set(request, 0, Uint8Array.of(1));
}

/** Of requests while the stream plays, each at another time within a frame; times on the wire. */
async function latencies(device: EmulatedDevice, stream: AudioStream, request: () => Promise<unknown>, count: number) {
  const times: number[] = [];
  let done = false;
  const running = (async () => {
    while (!done) await stream.run(2, silence);
  })();
  await breathe();
  for (let i = 0; i < count; i++) {
    await request();
    times.push(device.controlMilliseconds);
    await breathe();
  }
  done = true;
  await running;
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN).toFixed(2);
  return [0.5, 0.99, 1].map(at).join(" / ");
}

const percent = (cycles: number) => Math.round((100 * cycles) / cyclesPerMs);
