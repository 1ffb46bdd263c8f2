import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";

import { EmulatedDevice } from "../simulator/emulator/emulated-device";
import { readElf } from "../simulator/emulator/elf";
import { Functions } from "../simulator/emulator/observe/functions";
import { UsbHost, type AudioStream } from "../simulator/usb-host";
import { Vendor } from "../simulator/vendor";
import { left, noise, samplesOf } from "../test/firmware/playing";
import { boards, type Board } from "../tools/boards";
import { firmwareFolder } from "../tools/firmware";
import { packetWork, type CoreWork } from "./packet-work";

const measuredMs = 100;
const shortRequests = 300;
const longRequests = 40;

/** DSPi 1.1.3 in an emulator of the same kind: cycles of a packet, its waits on core 0 among them; loads in percent. */
interface Original {
  core0?: number;
  core1?: number;
  /** Of core 0 and 1, without waits, as is `core1`. */
  instructions?: [number, number];
  loads: string;
}

interface Configuration {
  name: string;
  rate: number;
  /** Stereo outputs; PDM beside them. */
  outputs: number;
  pdm?: boolean;
  bands?: boolean;
  stages?: boolean;
  original: Original;
}

const base = { rate: 48000, bands: true };
const configurations: Record<Board["chip"], Configuration[]> = {
  rp2040: [
    { ...base, name: "flat", outputs: 2, bands: false, original: { core0: 41_102, loads: "14 / 0" } },
    { ...base, name: "all bands, 4 outputs", outputs: 4, original: { core0: 200_881, loads: "67 / 30" } },
    { ...base, name: "and all stages", outputs: 4, stages: true, original: { core0: 265_472, loads: "88 / 30" } },
    { ...base, name: "2 outputs, PDM", outputs: 2, pdm: true, original: { core0: 248_817, loads: "82 / 73" } },
    { name: "flat, 96 kHz", rate: 96000, outputs: 2, original: { core0: 78_332, loads: "26 / 0" } },
    { ...base, name: "all bands, 96 kHz", rate: 96000, outputs: 4, original: { loads: "100 / 44, lost packets" } },
  ],
  rp2350: [
    {
      ...base,
      name: "flat",
      outputs: 2,
      bands: false,
      original: { core0: 32_089, instructions: [24_465, 0], loads: "12 / 0" },
    },
    {
      ...base,
      name: "all bands, 8 outputs",
      outputs: 8,
      original: { core0: 81_216 + 60_439, core1: 91_362, instructions: [48_052, 48_434], loads: "48 / 30" },
    },
    {
      ...base,
      name: "and all stages",
      outputs: 8,
      stages: true,
      original: { core0: 89_731, core1: 91_362, instructions: [53_523, 48_434], loads: "51 / 30" },
    },
    {
      ...base,
      name: "all bands, 96 kHz",
      rate: 96000,
      outputs: 8,
      original: { core0: 160_566 + 115_651, core1: 182_788, instructions: [93_503, 94_748], loads: "92 / 59" },
    },
    {
      ...base,
      name: "2 outputs, PDM",
      outputs: 2,
      pdm: true,
      original: { core0: 101_500, core1: 185_731, instructions: [60_184, 164_890], loads: "35 / 60" },
    },
  ],
};

const f32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

/**
 * The firmware on an emulated chip, its flash cache modelled: what a packet costs each core, and the latency of requests
 * meanwhile. Needs what `npm run firmware` makes. Costs of a Cortex-M33 are instructions, as its cycles are a model's.
 */
export async function firmware(chip: string): Promise<void> {
  const board = boards.find((one) => one.chip === chip);
  if (!board) throw new Error(`--chip ${chip}: expected ${boards.map((one) => one.chip).join(" or ")}`);
  const file = join(firmwareFolder, `dspi-${board.name}.uf2`);
  if (!existsSync(file)) throw new Error(`${file} is not there: run npm run firmware first.`);
  const rows = [];
  for (const configuration of configurations[board.chip]) rows.push(await measure(file, board, configuration));
  console.log(`Work and wait of an emulated ${board.chip.toUpperCase()} for 1 ms of audio, in cycles / instructions`);
  console.table(rows.map(({ work }) => work));
  console.log(
    "Requests meanwhile, p50 / p99 / worst in ms (wanted: 0x43 p99 ≤ 2, 0xA0 ≤ 10), and the pin after USB (≤ 4)",
  );
  console.table(rows.map(({ times }) => times));
}

async function measure(file: string, board: Board, configuration: Configuration) {
  const { name, rate, original } = configuration;
  const functions = new Functions(readElf(await readFile(file.replace(/uf2$/, "elf"))).functions);
  const device = await EmulatedDevice.open({ firmware: file });
  const host = await UsbHost.attach(device);
  const vendor = new Vendor((setup, data) => device.control(setup, data));
  await vendor.get(0x7f, 0, 4);
  await configure(vendor, configuration);
  const stream = await host.openStream(rate, 24);
  const sound = noise();
  await stream.run(250, sound); // filters, fade-in
  const [core0, core1] = await packetWork(device, board.chip, functions, () => stream.run(measuredMs, sound));
  const loads = (await vendor.get(0x50, 2, 4)).getUint32(0, true);
  const short = await latencies(device, stream, () => vendor.get(0x43, 0x0121, 4), shortRequests);
  const long = await latencies(device, stream, () => vendor.get(0xa0, 0, 2896), longRequests);
  const starved = (await vendor.get(0x50, 17, 4)).getUint32(0, true);
  const toPin = await latencyToPin(stream, rate);
  const { speed } = device;
  await device.close();
  console.log(`${name}: ${speed}`);
  const own = [core0.work.cycles + core0.wait.cycles, original.core1 === undefined ? 0 : core1.work.cycles];
  const busier = Math.max(...own) / measuredMs;
  const originals = Math.max(original.core0 ?? 0, original.core1 ?? 0);
  return {
    work: {
      configuration: name,
      ...tell("core 0", core0, original.core0, original.instructions?.[0]),
      ...tell("core 1", core1, original.core1, original.instructions?.[1]),
      "of DSPi's": originals ? (busier / originals).toFixed(2) : "",
      "load %": `${(loads >>> 16) & 0xff} / ${loads >>> 24}`,
      "DSPi's load %": original.loads,
    },
    times: { configuration: name, "0x43": short, "0xA0": long, "USB to pin": toPin, "starved ms": starved },
  };
}

/** A core's work and wait, and DSPi's. */
function tell(name: string, { work, wait }: CoreWork, cycles?: number, instructions?: number) {
  const perMs = (count: number) => Math.round(count / measuredMs);
  const original = [cycles, instructions].filter((count) => count !== undefined && count > 0).join(" / ");
  return {
    [name]: `${perMs(work.cycles)} / ${perMs(work.instructions)}`,
    [`${name} waits`]: perMs(wait.cycles),
    [`${name} of DSPi`]: original,
  };
}

async function configure(vendor: Vendor, { outputs, pdm, bands, stages }: Configuration): Promise<void> {
  const pdmOutput = (await vendor.outputs()) - 1;
  const used = Array.from({ length: outputs }, (_, output) => output);
  if (pdm) used.push(pdmOutput);
  for (let output = outputs; output <= pdmOutput; output++) await vendor.set(0x72, output, Uint8Array.of(0));
  for (const output of used) {
    await vendor.set(0x72, output, Uint8Array.of(1));
    await vendor.set(0x70, 0, Uint8Array.of(output % 2, output, 1, 0, ...f32(0)));
  }
  for (const channel of [0, 1, ...used.map((output) => 2 + output)])
    for (let band = 0; band < 10; band++)
      await vendor.set(0x42, 0, Uint8Array.of(channel, band, bands ? 1 : 0, 0, ...f32(50 + 400 * band, 1, 3)));
  if (stages) for (const request of [0x58, 0x5e, 0xb4]) await vendor.set(request, 0, Uint8Array.of(1));
}

/** Of requests while the stream plays, each at another time within a frame; times on the wire. */
async function latencies(device: EmulatedDevice, stream: AudioStream, request: () => Promise<unknown>, count: number) {
  const times: number[] = [];
  const sound = noise();
  let done = false;
  const running = (async () => {
    while (!done) await stream.run(2, sound);
  })();
  await breathe();
  for (let i = 0; i < count; i++) {
    await request();
    times.push(device.controlMilliseconds);
    for (let frames = i % 3; frames > 0; frames--) await breathe();
  }
  done = true;
  await running;
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN).toFixed(2);
  return [0.5, 0.99, 1].map(at).join(" / ");
}

/** Ms from the moment when a packet is due to its first frame on the pin, at most, of some pulses. */
async function latencyToPin(stream: AudioStream, rate: number): Promise<string> {
  const took: number[] = [];
  const quiet = (frames: number) => Buffer.alloc(6 * frames);
  await stream.run(100, quiet);
  for (let pulse = 0; pulse < 5; pulse++) {
    for (let ms = 0; ms < 20; ms++) {
      const source = ms === 0 ? samplesOf((frame) => (frame === 0 ? 0.5 : 0)) : quiet;
      const heard = left(Buffer.from((await stream.run(1, source)).slots[0] ?? []));
      const at = heard.findIndex((sample) => Math.abs(sample) > 20_000);
      if (at < 0) continue;
      took.push(ms + (1000 * at) / rate);
      break;
    }
    await stream.run(30, quiet);
  }
  return Math.max(...took).toFixed(2);
}
