/** Latency, fill and losses of the emulated Pico's audio path under drift, and the load of its cores, beside DSPi 1.1.3. */
import { EmulatedDevice } from "../simulator/emulator/emulated-device";
import { type AudioStream, UsbHost } from "../simulator/usb-host";
import { Vendor } from "../simulator/vendor";
import { counter, enable, losses, noise, route, setBand, silence } from "../test/firmware/playing";
import { followPulses, settled } from "../test/firmware/pulses";
import { boards } from "../tools/boards";
import { buildFirmware } from "../tools/firmware";
import { toolchain } from "../tools/toolchain";

const [pico] = boards;
const subwoofer = 4;

async function plug(firmware: string, hostPpm = 0) {
  const device = await EmulatedDevice.open({ firmware, hostPpm });
  const host = await UsbHost.attach(device);
  const vendor = new Vendor((setup, data) => device.control(setup, data));
  await vendor.get(0x7f, 0, 4);
  return { device, host, vendor };
}

async function lost(vendor: Vendor, stream: AudioStream): Promise<string> {
  const { overruns, underruns, starvations, late } = await losses(vendor, () => stream.run(80, silence));
  return `${overruns} over- and ${underruns} underruns, ${starvations} ms starved, PDM late ${late} times`;
}

async function latency(firmware: string, rate: number, hostPpm: number, seconds: number): Promise<void> {
  const { device, host, vendor } = await plug(firmware, hostPpm);
  const stream = await host.openStream(rate, 24);
  await vendor.get(0x7f, 0, 4);
  const { took, fills } = await followPulses(stream, rate, seconds);
  const fill =
    fills.length > 0 ? `fill ±${(Math.max(...fills) - Math.min(...fills)) / 2} frames after ${settled} ms, ` : "";
  const range = [Math.min(...took), Math.max(...took)].map((ms) => ms.toFixed(2)).join("–");
  console.log(`  ${rate} Hz, host ${hostPpm} ppm off, ${seconds} s: ${range} ms, ${fill}${await lost(vendor, stream)}`);
  await device.close();
}

interface Load {
  name: string;
  rate: number;
  outputs: number[];
  bands: boolean;
  /** Percent of core 0 and 1 that DSPi 1.1.3 takes. */
  original: string;
}

const stereo = [0, 1, 2, 3];
const loads: Load[] = [
  { name: "flat, 48 kHz", rate: 48000, outputs: [0, 1], bands: false, original: "14 / 0" },
  {
    name: "10 bands on 2 masters and 4 outputs, 48 kHz",
    rate: 48000,
    outputs: stereo,
    bands: true,
    original: "67 / 30",
  },
  {
    name: "10 bands on 2 masters, 2 outputs and PDM, 48 kHz",
    rate: 48000,
    outputs: [0, 1, subwoofer],
    bands: true,
    original: "82 / 73",
  },
  { name: "flat, 96 kHz", rate: 96000, outputs: [0, 1], bands: false, original: "26 / 0" },
  {
    name: "10 bands on 2 masters and 4 outputs, 96 kHz",
    rate: 96000,
    outputs: stereo,
    bands: true,
    original: "100 / 44, packets lost",
  },
  {
    name: "10 bands on 2 masters, 2 outputs and PDM, 96 kHz",
    rate: 96000,
    outputs: [0, 1, subwoofer],
    bands: true,
    original: "",
  },
];

async function load(firmware: string, { name, rate, outputs, bands, original }: Load): Promise<void> {
  const { device, host, vendor } = await plug(firmware);
  for (const output of outputs) await route(vendor, output % 2, output);
  for (const output of outputs) await enable(vendor, output);
  for (const channel of [0, 1, ...outputs.map((output) => 2 + output)])
    for (let band = 0; band < 10; band++) await setBand(vendor, channel, band, bands ? 1 : 0, band % 2 ? 3 : -3);
  const stream = await host.openStream(rate, 24);
  await vendor.get(0x7f, 0, 4);
  await stream.run(250, noise());
  const shown = (await counter(vendor, 2)) >>> 16;
  const loss = await lost(vendor, stream);
  const besides = original ? ` (DSPi 1.1.3: ${original})` : "";
  console.log(`  ${name}: ${shown & 0xff} / ${shown >>> 8} %${besides}, ${loss}`);
  await device.close();
}

export async function streaming(): Promise<void> {
  const firmware = await buildFirmware(pico, await toolchain(), () => undefined);
  console.log("USB to S/PDIF pin (wanted: at most 4 ms at 48 kHz, fill within a frame; DSPi 1.1.3: 8 ms)");
  for (const ppm of [-500, 500]) await latency(firmware, 48000, ppm, 10);
  await latency(firmware, 44100, 0, 1);
  await latency(firmware, 96000, 500, 1);
  console.log("Load of core 0 / 1, as the device shows it");
  for (const one of loads) await load(firmware, one);
}
