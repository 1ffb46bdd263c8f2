/** How a host reads and writes parameters: vendor requests as the rows of the parameter table say. */
import type { Place } from "../parameters/names";
import { inputCount, platformOf, storedBands, type Platform } from "../parameters/platforms";
import { textBytes, type Row } from "../parameters/row";
import { parameters } from "../parameters/table";
import { decodeText, encodeText } from "../parameters/text";

/** Vendor requests to a device; both throw when it stalls. */
export interface Requests {
  /** The answer of an IN request of at most `length` bytes. */
  get(request: number, value: number, length: number): Promise<DataView>;
  /** An OUT request. */
  set(request: number, value: number, data: Uint8Array): Promise<void>;
}

/** A parameter and a value of it as the device has it: a number for words and switches, the text of texts. */
export type Setting = Place & { readonly value: number | string };

const { bandType, bandFrequency, bandQ, bandGain, routeEnabled, routeInvert, routeGain } = parameters;
const { startupMode } = parameters;

/** Fields of a band, by their number in request 0x43. */
const bandFields: readonly Row[] = [bandType, bandFrequency, bandQ, bandGain];

/** Throws a RangeError for a platform that there is not. */
export async function readPlatform(requests: Requests): Promise<Platform> {
  return platformOf((await requests.get(0x7f, 0, 4)).getUint8(0));
}

export async function readValue(requests: Requests, { row, index }: Place): Promise<number | string> {
  switch (row.transport) {
    case "band":
      return readBandField(requests, row, index);
    case "route": {
      const route = await requests.get(row.get, routeAddress(index), 8);
      return row === routeGain ? route.getFloat32(4, true) : route.getUint8(row === routeEnabled ? 2 : 3);
    }
    case "startup":
      return (await requests.get(row.get, 0, 3)).getUint8(row === startupMode ? 0 : 1);
    default:
      if (row.kind === "text") return readText(await requests.get(row.get, index, textBytes));
      if (row.kind === "float") return (await requests.get(row.get, index, 4)).getFloat32(0, true);
      return (await requests.get(row.get, index, 1)).getUint8(0);
  }
}

/** Settings in the groups that one request each sets, in the order of their first. */
export function byRequest(settings: readonly Setting[]): Setting[][] {
  const groups = new Map<string, Setting[]>();
  for (const setting of settings) {
    const { path, row, index } = setting;
    const travelsAlone = row.transport === "plain" || row.transport === "status";
    const key = travelsAlone ? path : `${row.transport} ${row.axes.length === 0 ? 0 : index}`;
    const group = groups.get(key);
    if (group) group.push(setting);
    else groups.set(key, [setting]);
  }
  return [...groups.values()];
}

/** Sets one of the groups of `byRequest`. Returns the status that the device answers, 0 where a request has none. */
export async function writeGroup(requests: Requests, group: readonly Setting[]): Promise<number> {
  const [first] = group;
  if (first === undefined) return 0;
  const { row, index, value } = first;
  switch (row.transport) {
    case "plain":
      await requests.set(row.set, index, payload(row, value));
      return 0;
    case "status": {
      const argument = row.axes.length > 0 ? index | (Number(value) << 8) : Number(value);
      return (await requests.get(row.set, argument, 1)).getUint8(0);
    }
    case "band":
      await writeBand(requests, index, group);
      return 0;
    case "route":
      await writeRoute(requests, index, group);
      return 0;
    case "startup":
      await writeStartup(requests, group);
      return 0;
  }
}

/** The text in a field that ends with a zero. */
export function readText({ buffer, byteOffset, byteLength }: DataView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}

function payload(row: Row, value: number | string): Uint8Array {
  if (typeof value === "string") return Uint8Array.from([...encodeText(value), 0]);
  if (row.kind !== "float") return Uint8Array.of(value);
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return new Uint8Array(view.buffer);
}

async function readBandField(requests: Requests, row: Row, index: number): Promise<number> {
  const [channel, band] = [Math.trunc(index / storedBands), index % storedBands];
  const view = await requests.get(row.get, (channel << 8) | (band << 4) | bandFields.indexOf(row), 4);
  return row === bandType ? view.getUint32(0, true) : view.getFloat32(0, true);
}

/** A band travels whole, u8 channel, band, type, 0, f32 frequency, Q, gain: fields that are not set stay. */
async function writeBand(requests: Requests, index: number, group: readonly Setting[]): Promise<void> {
  const band = new DataView(new ArrayBuffer(16));
  band.setUint8(0, Math.trunc(index / storedBands));
  band.setUint8(1, index % storedBands);
  for (const [field, row] of bandFields.entries()) {
    const value = valueIn(group, row) ?? (await readBandField(requests, row, index));
    if (row === bandType) band.setUint8(2, value);
    else band.setFloat32(4 * field, value, true);
  }
  await requests.set(bandType.set, 0, new Uint8Array(band.buffer));
}

/** So does a route, u8 input, output, enabled, invert, f32 gain. */
async function writeRoute(requests: Requests, index: number, group: readonly Setting[]): Promise<void> {
  const route = await requests.get(routeGain.get, routeAddress(index), 8);
  route.setUint8(2, valueIn(group, routeEnabled) ?? route.getUint8(2));
  route.setUint8(3, valueIn(group, routeInvert) ?? route.getUint8(3));
  route.setFloat32(4, valueIn(group, routeGain) ?? route.getFloat32(4, true), true);
  await requests.set(routeGain.set, 0, new Uint8Array(route.buffer, route.byteOffset, 8));
}

/** So does the startup policy, u8 mode, default preset. */
async function writeStartup(requests: Requests, group: readonly Setting[]): Promise<void> {
  const startup = await requests.get(startupMode.get, 0, 3);
  startup.setUint8(0, valueIn(group, startupMode) ?? startup.getUint8(0));
  startup.setUint8(1, valueIn(group, parameters.defaultSlot) ?? startup.getUint8(1));
  await requests.set(startupMode.set, 0, new Uint8Array(startup.buffer, startup.byteOffset, 2));
}

function valueIn(group: readonly Setting[], row: Row): number | undefined {
  const setting = group.find((each) => each.row === row);
  return setting && Number(setting.value);
}

/** wValue of a route: input in the high byte, output in the low byte. */
function routeAddress(index: number): number {
  return ((index % inputCount) << 8) | Math.trunc(index / inputCount);
}
