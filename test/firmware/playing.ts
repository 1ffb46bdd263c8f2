/** A chip's emulated firmware and the simulator of it, and what both are given to play. */
import { setImmediate as breathe } from "node:timers/promises";

import { afterEach, beforeAll, expect } from "vitest";

import { DesktopDevice } from "../../simulator/desktop-device";
import type { Device, Output } from "../../simulator/device";
import { EmulatedDevice, type EmulatedDeviceOptions } from "../../simulator/emulator/emulated-device";
import { UsbHost, type PcmSource } from "../../simulator/usb-host";
import { Vendor } from "../../simulator/vendor";
import type { Board } from "../../tools/boards";
import { type Application, buildFirmware } from "../../tools/firmware";
import { toolchain } from "../../tools/toolchain";

export interface Plugged<T extends Device = Device> {
  device: T;
  host: UsbHost;
  vendor: Vendor;
}

type Emulation = Omit<EmulatedDeviceOptions, "firmware">;

/** For one block of tests: builds the board's firmware before it, and closes after each test what it has opened. */
export function players(board: Board) {
  let firmware = "";
  const opened: Device[] = [];

  beforeAll(async () => {
    firmware = await buildFirmware(board, await toolchain(), () => undefined);
  }, 600_000);
  afterEach(() => Promise.all(opened.splice(0).map((device) => device.close())));

  async function plugged<T extends Device>(device: T): Promise<Plugged<T>> {
    opened.push(device);
    const host = await UsbHost.attach(device);
    const vendor = new Vendor((setup, data) => device.control(setup, data));
    await vendor.get(0x7f, 0, 4); // answered once the application is up
    return { device, host, vendor };
  }

  return {
    plugged,
    /** Not enumerated yet. */
    poweredOn: async () => {
      const device = await EmulatedDevice.open({ firmware });
      opened.push(device);
      return device;
    },
    emulated: async (options: Emulation = {}) => plugged(await EmulatedDevice.open({ ...options, firmware })),
    emulatedWith: async (application: Application) => {
      const other = await buildFirmware(board, await toolchain(), () => undefined, application);
      return plugged(await EmulatedDevice.open({ firmware: other }));
    },
    /** With an application that may not come up, and what it logs. */
    poweredOnWith: async (application: Application, onLog: (line: string) => void) => {
      const other = await buildFirmware(board, await toolchain(), () => undefined, application);
      const device = await EmulatedDevice.open({ firmware: other }, onLog);
      opened.push(device);
      return device;
    },
    simulated: async (serial?: string) =>
      plugged(await DesktopDevice.open({ chip: board.chip, ...(serial === undefined ? {} : { serial }) })),
  };
}

/** Both channels' noise, the same each time; −12 dBFS at most. */
export function noise(bits: 16 | 24 = 24): PcmSource {
  const bytes = bits / 8;
  let state = 1;
  return (frames) => {
    const pcm = Buffer.alloc(2 * bytes * frames);
    for (let sample = 0; sample < 2 * frames; sample++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      pcm.writeIntLE((state >> 10) >> (24 - bits), bytes * sample, bytes);
    }
    return pcm;
  };
}

export const silence: PcmSource = (frames) => Buffer.alloc(6 * frames);

/** Both channels' 24-bit samples as a function of the frame's number, −1 … 1. */
export function samplesOf(value: (frame: number) => number): PcmSource {
  let frame = 0;
  return (frames) => {
    const pcm = Buffer.alloc(6 * frames);
    for (let i = 0; i < frames; i++, frame++) {
      const sample = Math.round(value(frame) * (2 ** 23 - 1));
      pcm.writeIntLE(sample, 6 * i, 3);
      pcm.writeIntLE(sample, 6 * i + 3, 3);
    }
    return pcm;
  };
}

/** What a slot has sent. */
export const slot = (outputs: Output[], index: number) =>
  Buffer.concat(outputs.map(({ slots }) => slots[index] ?? Buffer.alloc(0)));

/** The left channel of what a slot has sent. */
export const left = (sent: Buffer) =>
  Int32Array.from({ length: sent.length / 6 }, (_, frame) => sent.readIntLE(6 * frame, 3));

/** In frames. */
export const leadingSilence = (samples: Buffer) => Math.floor(samples.findIndex((byte) => byte !== 0) / 6);

export function withoutLeadingSilence(samples: Buffer): Buffer {
  return samples.subarray(6 * leadingSilence(samples));
}

/** How many frames are equal from the beginning on. */
export function equalFrames(samples: Buffer, others: Buffer): number {
  let same = 0;
  while (same < samples.length && samples[same] === others[same]) same++;
  return Math.floor(same / 6);
}

/** One of the counters of status request 0x50. */
export const counter = async (vendor: Vendor, selector: number) =>
  (await vendor.get(0x50, selector, 4)).getUint32(0, true);

/** Counters of status request 0x50: lost packets and frames, the host's pauses and frames repeated, ms run dry, PDM late. */
const Status = { overruns: 7, underruns: 8, starvations: 17, late: 6 } as const;

export const nothing = { overruns: 0, underruns: 0, starvations: 0, late: 0 };

/** Requests while `play` goes on, again and again, as a host's audio does while it asks. */
export async function during<T>(play: () => Promise<unknown>, ask: () => Promise<T>): Promise<T> {
  let asked = false;
  const playing = (async () => {
    while (!asked) await play();
  })();
  await breathe();
  const answer = await ask();
  asked = true;
  await playing;
  return answer;
}

/** What has been lost so far. */
export function losses(vendor: Vendor, play: () => Promise<unknown>): Promise<typeof nothing> {
  return during(play, async () => {
    const lost = { ...nothing };
    for (const name of ["overruns", "underruns", "starvations", "late"] as const)
      lost[name] = await counter(vendor, Status[name]);
    return lost;
  });
}

export const enable = (vendor: Vendor, output: number, on = true) =>
  vendor.set(0x72, output, Uint8Array.of(on ? 1 : 0));

/** One input to one output, at 0 dB. */
export async function route(vendor: Vendor, input: number, output: number): Promise<void> {
  for (const other of [0, 1])
    await vendor.set(0x70, 0, Uint8Array.of(other, output, other === input ? 1 : 0, 0, 0, 0, 0, 0));
}

/** A band of the EQ: types 0 flat, 1 peaking. */
export async function setBand(vendor: Vendor, channel: number, band: number, type: number, gain = 0): Promise<void> {
  const data = new DataView(new ArrayBuffer(16));
  [channel, band, type, 0].forEach((byte, at) => data.setUint8(at, byte));
  [100 * 2 ** (0.7 * band), 2, gain].forEach((value, at) => data.setFloat32(4 + 4 * at, value, true));
  await vendor.set(0x42, 0, new Uint8Array(data.buffer));
}

/** A board's stereo slots, and its PDM output. */
export const outputsOf = ({ chip }: Board) => (chip === "rp2040" ? { slots: 2, pdm: 4 } : { slots: 4, pdm: 8 });

/** The same two inputs on every slot, unfiltered. */
export async function everySlot({ vendor }: Plugged, slots: number): Promise<void> {
  for (const channel of [0, 1]) await setBand(vendor, channel, 0, 0);
  for (let output = 0; output < 2 * slots; output++) {
    await enable(vendor, output);
    await route(vendor, output % 2, output);
    await setBand(vendor, 2 + output, 0, 0);
  }
}

/** The PDM output with the left input, as flat as slot 0 beside it. */
export async function leftOnPdm({ vendor }: Plugged, pdm: number): Promise<void> {
  await route(vendor, 0, pdm);
  for (const channel of [0, 1, 2, 3, 2 + pdm]) await setBand(vendor, channel, 0, 0);
  await enable(vendor, pdm);
}

export const pdmOf = (outputs: Output[]) => Buffer.concat(outputs.map(({ pdm }) => pdm ?? Buffer.alloc(0)));

/** What is left of one signal beside another, in dB of the other. */
export function difference(one: Int32Array, other: Int32Array): number {
  let error = 0;
  let power = 0;
  one.forEach((value, i) => {
    error += (value - (other[i] as number)) ** 2;
    power += value ** 2;
  });
  return 10 * Math.log10(error / power);
}

/** Ways to set slots up: 0xC0 with their types, S/PDIF 0 and I2S 1. */
export async function setTypes(vendor: Vendor, types: readonly number[]): Promise<void> {
  for (const [index, type] of types.entries())
    expect((await vendor.get(0xc0, (type << 8) | index, 1)).getUint8(0)).toBe(0);
}
