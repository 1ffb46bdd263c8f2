/** `dspi status`: what a device is and how it is doing. */
import type { CommandModule } from "yargs";

import { listPresets } from "../modules/client/presets";
import { readPlatform, readValue } from "../modules/client/wire";
import type { Vendor } from "../simulator/vendor";
import { deviceOptions, withDevice, type ConnectedDevice, type DeviceOptions } from "./connection/options";
import { print, printable, printJson } from "./print";

export const status: CommandModule<object, DeviceOptions> = {
  command: "status",
  describe: "Show what a device is and how it is doing",
  builder: (yargs) =>
    yargs.options(deviceOptions).example("$0 status --tcp 9777", "Of the simulated device on that port"),
  handler: (options) =>
    withDevice(options, async (device) => {
      const state = await readStatus(device);
      if (options.json) printJson(state);
      else for (const line of statusLines(state)) print(line);
    }),
};

type Status = Awaited<ReturnType<typeof readStatus>>;

/** Selectors of GET_STATUS. */
const selector = { starvations: 17, packets: 10, alternate: 11, clock: 13, millivolts: 14, rate: 15, temperature: 16 };
const overruns = 7;
const underruns = 8;
const coreModes = ["idle", "pdm", "eq"];

async function readStatus({ vendor, names, connection }: ConnectedDevice) {
  const identity = await vendor.get(0x7f, 0, 4);
  const [major, minor] = [identity.getUint8(1), identity.getUint8(2)];
  const outputs = identity.getUint8(3);
  const { loads, clips } = await vendor.meters(outputs + 2);
  const count = (which: number) => counter(vendor, which);
  const presets = await listPresets(vendor);
  const { slot, name } = presets.find(({ active }) => active) ?? { slot: 0, name: "" };
  const errors = await vendor.get(0xb2, 0, 24);
  return {
    ...connection.identity,
    platform: (await readPlatform(vendor)).name,
    firmware: `${major}.${minor >> 4}.${minor & 15}`,
    outputs,
    sampleRate: await count(selector.rate),
    /** 0 none, 16 or 24 bits. */
    streaming: [0, 16, 24][await count(selector.alternate)] ?? 0,
    masterVolume: await readValue(vendor, names.find("master.volume")),
    savedVolume: (await vendor.get(0xd7, 0, 4)).getFloat32(0, true),
    preset: { slot, name },
    clips: Array.from({ length: outputs + 2 }, (_, channel) => channel).filter((channel) => clips & (1 << channel)),
    loads,
    core1: coreModes[(await vendor.get(0x7a, 0, 1)).getUint8(0)] ?? "unknown",
    clock: await count(selector.clock),
    millivolts: await count(selector.millivolts),
    celsius: (await count(selector.temperature)) / 100,
    packets: await count(selector.packets),
    overruns: await count(overruns),
    underruns: await count(underruns),
    starvations: await count(selector.starvations),
    usbErrors: errors.getUint32(0, true),
  };
}

async function counter(vendor: Vendor, which: number): Promise<number> {
  return (await vendor.get(0x50, which, 4)).getInt32(0, true);
}

function statusLines(status: Status): string[] {
  const { preset, clips, loads } = status;
  const decibels = (value: number | string) => `${typeof value === "number" ? Number(value.toFixed(2)) : value} dB`;
  return Object.entries({
    device: `${printable(status.product)} ${printable(status.serial)}, ${status.platform}, firmware ${status.firmware}`,
    stream: `${status.streaming ? `${status.streaming} bit` : "none"}, ${status.sampleRate} Hz`,
    volume: `${decibels(status.masterVolume)}; ${decibels(status.savedVolume)} after power-on`,
    preset: `${preset.slot} ${printable(preset.name)}`.trimEnd(),
    clipped: clips.length > 0 ? `channels ${clips.join(", ")}` : "nothing",
    cores: `${loads[0]} % and ${loads[1]} %, core 1 runs ${status.core1}`,
    chip: `${status.clock / 1e6} MHz, ${status.millivolts} mV, ${status.celsius.toFixed(1)} °C`,
    buffers: `${status.overruns} overruns, ${status.underruns} underruns, ${status.starvations} starvations`,
    usb: `${status.packets} audio packets, ${status.usbErrors} errors`,
  }).map(([name, text]) => `${name.padEnd(8)} ${text}`);
}
