/** What a host, a user and a failing supply have the application do, in parts. */
import { FilterType } from "../../modules/dsp/biquad";
import { bulkLength, Header } from "../../modules/parameters/layout";
import { sizeOf } from "../../modules/parameters/row";
import { liveRows } from "../../modules/parameters/table";
import { slotCount } from "../../modules/presets/slots";
import type { Chip } from "../../tools/build";
import { commands, dimensions } from "../protocol/commands";
import { enable, setBand, setTypes, silence, type Plugged } from "./playing";

/** In their order: what comes later finds what was left. The first of all is the start, which has been. */
export type Part = readonly [name: string, run: (plugged: Plugged, chip: Chip) => Promise<unknown>];

/** What stalls does, too. */
const send = ({ device }: Plugged, bRequest: number, data: Uint8Array) =>
  device.control({ bmRequestType: 0x41, bRequest, wValue: 1, wIndex: 2, wLength: data.length }, data);

const read = ({ device }: Plugged, bRequest: number, wValue: number, wLength = 64) =>
  device.control({ bmRequestType: 0xc1, bRequest, wValue, wIndex: 2, wLength });

/** All parameters, every number, text, flag and filter other than it is: `way` 0 or 1. */
async function otherParameters({ vendor }: Plugged, way: 0 | 1): Promise<DataView> {
  const packet = await vendor.get(0xa0, 0, bulkLength);
  const view = new DataView(new Uint8Array(packet.buffer, packet.byteOffset, bulkLength).slice().buffer);
  for (const row of liveRows) {
    if (row.transport === "status" || row.name === "{output}.enabled") continue;
    for (const [index, offset] of row.offsets.entries()) {
      const { min = 0, max = 0, words } = row;
      if (offset + sizeOf(row) > bulkLength) continue;
      if (row.kind === "float") view.setFloat32(offset, min + ((max - min) * (1 + ((index + way) % 7))) / 8, true);
      else if (row.kind === "text") view.setUint8(offset, 65 + way);
      else view.setUint8(offset, words ? (index + way) % words.length : way);
    }
  }
  return view;
}

const floatBytes = (value: number) => new Uint8Array(Float32Array.of(value).buffer);

const bytesOf = ({ buffer }: DataView) => new Uint8Array(buffer as ArrayBuffer);

async function play({ host }: Plugged, rate: number): Promise<void> {
  const stream = await host.openStream(rate, 24);
  await stream.run(60, silence);
  await stream.close();
}

export const everything: readonly Part[] = [
  [
    "every request of the command table, in range, beyond and malformed",
    async (plugged, chip) => {
      for (const { passing, beyond, malformed } of commands(dimensions[chip]))
        for (const { bm, req, val, idx, len, data } of [...passing, ...beyond, ...malformed]) {
          if (req === 0xf0 && bm === 0xc1) continue; // leaves for the bootloader
          const setup = { bmRequestType: bm, bRequest: req, wValue: val, wIndex: idx, wLength: len };
          await plugged.device.control(setup, Buffer.from(data ?? "", "hex"));
        }
    },
  ],
  [
    "every code with other values and payloads",
    async (plugged) => {
      for (let code = 0x40; code < 0xf0; code++) {
        for (const value of [0x0103, 0xffff]) await read(plugged, code, value);
        for (const byte of [1, 0xff]) await send(plugged, code, new Uint8Array(64).fill(byte));
      }
    },
  ],
  [
    "every type of filter on every channel",
    async ({ vendor }, chip) => {
      for (const type of Object.values(FilterType))
        for (let channel = 0; channel < dimensions[chip].channels; channel++)
          await setBand(vendor, channel, 1 + (channel % 9), type, 6);
    },
  ],
  [
    "loudness, crossfeed and leveller in every way",
    async (plugged) => {
      const { vendor, host } = plugged;
      for (const on of [0x58, 0x5e, 0xb4]) await vendor.set(on, 0, Uint8Array.of(1));
      for (const preset of [0, 1, 2, 3]) await vendor.set(0x60, 0, Uint8Array.of(preset));
      for (const itd of [0, 1]) await vendor.set(0x66, 0, Uint8Array.of(itd));
      for (const speed of [0, 1, 2]) await vendor.set(0xb8, 0, Uint8Array.of(speed));
      for (const volume of [-90, -20, 0]) await host.setVolume(volume);
    },
  ],
  [
    "streams of every rate",
    async (plugged) => {
      for (const rate of [44100, 48000, 96000]) await play(plugged, rate);
    },
  ],
  [
    "slots, clocks and PDM",
    async (plugged, chip) => {
      const { slots, outputs } = dimensions[chip];
      await setTypes(plugged.vendor, new Array<number>(slots).fill(1));
      await read(plugged, 0xc4, 1);
      await enable(plugged.vendor, outputs - 1);
      await play(plugged, 96000);
      await read(plugged, 0xc4, 0);
      await enable(plugged.vendor, outputs - 1, false);
      await setTypes(plugged.vendor, new Array<number>(slots).fill(0));
    },
  ],
  [
    "all parameters at once",
    async (plugged) => {
      for (const way of [0, 1] as const)
        await plugged.vendor.set(0xa1, 0, bytesOf(await otherParameters(plugged, way)));
    },
  ],
  [
    "all parameters as an older host has them",
    async (plugged) => {
      for (const [version, length] of [
        [2, 2832],
        [3, 2848],
        [5, 2896],
      ] as const) {
        const packet = await otherParameters(plugged, 1);
        packet.setUint8(Header.version, version);
        packet.setUint16(Header.length, length, true);
        await plugged.vendor.set(0xa1, 0, bytesOf(packet));
      }
    },
  ],
  [
    "presets: saved, named, loaded, deleted, with and without pins and volume",
    async (plugged) => {
      const { vendor } = plugged;
      for (const mode of [0, 1]) {
        await vendor.set(0x98, 0, Uint8Array.of(mode));
        await vendor.set(0xd4, 0, Uint8Array.of(mode));
        await vendor.set(0x96, 0, Uint8Array.of(mode, 3 + mode));
        await read(plugged, 0x90, 3);
        await vendor.set(0x94, 3, new TextEncoder().encode("a name"));
        await vendor.set(0xa1, 0, bytesOf(await otherParameters(plugged, mode === 0 ? 1 : 0)));
        await read(plugged, 0x91, 3);
        await read(plugged, 0x91, 9); // has none
        await read(plugged, 0x91, 3);
        await read(plugged, 0x92, 3);
        await read(plugged, 0xd6, 0);
        for (const request of [0x51, 0x52, 0x53]) await read(plugged, request, 0);
      }
    },
  ],
  [
    "each kind of write until it needs a sector of its own",
    async (plugged) => {
      const { vendor } = plugged;
      const small = [
        (i: number) => vendor.set(0x94, i % slotCount, new TextEncoder().encode(`preset ${i}`)),
        (i: number) => vendor.set(0x96, 0, Uint8Array.of(i % 2, 3)),
        (i: number) => vendor.set(0x98, 0, Uint8Array.of(i % 2)),
        (i: number) => vendor.set(0xd4, 0, Uint8Array.of(i % 2)),
        (i: number) => vendor.set(0xd2, 0, floatBytes(-i)).then(() => read(plugged, 0xd6, 0)),
      ];
      for (const write of small) {
        await read(plugged, 0x90, 0); // leaves room for 36 of the smallest records
        for (let i = 0; i < 40; i++) await write(i);
      }
      for (const request of [0x90, 0x92, 0x90, 0x51, 0x91, 0x51, 0x91])
        for (const slot of [8, 9]) await read(plugged, request, slot);
    },
  ],
  [
    "all presets saved until the log has gone round",
    async ({ vendor }) => {
      for (let save = 0; save < 3 * slotCount; save++) await vendor.get(0x90, save % slotCount, 1);
      for (let save = 0; save < 2 * slotCount; save++) await vendor.get(0x51, 0, 1);
    },
  ],
  [
    "power that fails while a preset is written, and while the log is compacted",
    async (plugged) => {
      for (const after of [1, 2, 7, 14, 15, 30]) {
        await plugged.device.cutPower(after);
        for (let save = 0; save < 3; save++) await read(plugged, 0x90, save).catch(() => undefined);
        await plugged.device.cutPower(0);
        await read(plugged, 0x95, 0);
      }
    },
  ],
];
