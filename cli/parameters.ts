/** Reads and writes a device's parameters by vendor requests, as the rows of the parameter table say. */
import { formatValue, type Place } from "../modules/parameters/names";
import { inputCount, storedBands } from "../modules/parameters/platforms";
import { textBytes, type Row } from "../modules/parameters/row";
import { parameters } from "../modules/parameters/table";
import { encodeText } from "../modules/parameters/text";
import type { Vendor } from "../simulator/vendor";
import type { Setting } from "./config";

const { bandType, bandFrequency, bandQ, bandGain, routeEnabled, routeInvert, routeGain } = parameters;
const { outputEnabled, slotType, mckEnabled } = parameters;

/** Sets a device up, then reads all of it back. Throws one Error with a line for each setting that it did not take. */
export async function applySettings(vendor: Vendor, settings: Setting[]): Promise<void> {
  const refusals: string[] = [];
  for (const setting of inOrder(settings)) {
    const status = await write(vendor, setting);
    if (status !== 0) refusals.push(`${setting.path}: ${formatValue(setting.row, setting.value)} ${pinStatus[status]}`);
  }
  for (const setting of settings) {
    const { path, row, value } = setting;
    const now = await read(vendor, setting);
    if (now === (row.kind === "float" ? Math.fround(value as number) : value)) continue;
    if (refusals.some((line) => line.startsWith(`${path}:`))) continue;
    const about = row === outputEnabled ? ` (${row.about})` : "";
    refusals.push(`${path}: the device keeps ${formatValue(row, now)} instead of ${formatValue(row, value)}${about}`);
  }
  if (refusals.length > 0) throw new Error(`the device did not take all of the configuration\n${refusals.join("\n")}`);
}

/** Answers to pin requests. */
const pinStatus = [
  "",
  "is not a pin for this",
  "is in use",
  "is for an output that does not exist",
  "cannot change now",
];

/** Pins move while nothing runs on them: what is switched off comes first, what is switched on last. */
function inOrder(settings: Setting[]): Setting[] {
  const rank = ({ row, value }: Setting) =>
    row === outputEnabled || row === slotType || row === mckEnabled ? (value === 0 ? 0 : 2) : 1;
  return settings.toSorted((a, b) => rank(a) - rank(b));
}

/** Returns the status that the device answers, 0 where a request has none. */
async function write(vendor: Vendor, { row, index, value }: Setting): Promise<number> {
  switch (row.transport) {
    case "plain":
      await vendor.set(row.set, index, payload(row, value));
      return 0;
    case "status":
      return (
        await vendor.get(row.set, row.axes.length > 0 ? index | (Number(value) << 8) : Number(value), 1)
      ).getUint8(0);
    case "band":
      await writeBand(vendor, row, index, Number(value));
      return 0;
    case "route":
      await writeRoute(vendor, row, index, Number(value));
      return 0;
  }
}

async function read(vendor: Vendor, { row, index }: Place): Promise<number | string> {
  if (row.transport === "band") return readBand(vendor, row, index);
  if (row.transport === "route") return readRoute(vendor, row, index);
  if (row.kind === "text") return text(await vendor.get(row.get, index, textBytes));
  if (row.kind === "float") return (await vendor.get(row.get, index, 4)).getFloat32(0, true);
  return (await vendor.get(row.get, index, 1)).getUint8(0);
}

function payload(row: Row, value: number | string): Uint8Array {
  if (typeof value === "string") return Uint8Array.from([...encodeText(value), 0]);
  if (row.kind !== "float") return Uint8Array.of(value);
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return new Uint8Array(view.buffer);
}

function text(view: DataView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Fields of a band, by their number in request 0x43. */
const bandFields: readonly Row[] = [bandType, bandFrequency, bandQ, bandGain];

async function readBand(vendor: Vendor, row: Row, index: number): Promise<number> {
  const [channel, band] = [Math.trunc(index / storedBands), index % storedBands];
  const view = await vendor.get(bandType.get, (channel << 8) | (band << 4) | bandFields.indexOf(row), 4);
  return row === bandType ? view.getUint32(0, true) : view.getFloat32(0, true);
}

/** A band travels whole: the other fields stay as they are. */
async function writeBand(vendor: Vendor, row: Row, index: number, value: number): Promise<void> {
  const band = new DataView(new ArrayBuffer(16));
  band.setUint8(0, Math.trunc(index / storedBands));
  band.setUint8(1, index % storedBands);
  for (const [field, other] of bandFields.entries()) {
    const now = other === row ? value : await readBand(vendor, other, index);
    if (field === 0) band.setUint8(2, now);
    else band.setFloat32(4 * field, now, true);
  }
  await vendor.set(row.set, 0, new Uint8Array(band.buffer));
}

async function readRoute(vendor: Vendor, row: Row, index: number): Promise<number> {
  const route = await vendor.get(row.get, routeValue(index), 8);
  if (row === routeGain) return route.getFloat32(4, true);
  return route.getUint8(row === routeEnabled ? 2 : 3);
}

/** A route travels whole, too. */
async function writeRoute(vendor: Vendor, row: Row, index: number, value: number): Promise<void> {
  const route = await vendor.get(row.get, routeValue(index), 8);
  if (row === routeEnabled) route.setUint8(2, value);
  if (row === routeInvert) route.setUint8(3, value);
  if (row === routeGain) route.setFloat32(4, value, true);
  await vendor.set(row.set, 0, new Uint8Array(route.buffer, route.byteOffset, 8));
}

/** Input in the high byte, output in the low byte. */
function routeValue(index: number): number {
  return ((index % inputCount) << 8) | Math.trunc(index / inputCount);
}
