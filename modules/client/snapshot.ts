/** What a device is set to, read as quickly as the protocol allows: one bulk packet, then what that does not have. */
import { BulkImage } from "../parameters/bulk";
import { bulkLength } from "../parameters/layout";
import type { ParameterNames } from "../parameters/names";
import { Store } from "../parameters/store";
import { readText, readValue, type Requests, type Setting } from "./wire";

const getAll = 0xa0;

/** Settings by name, in the order of the table. */
export type Snapshot = ReadonlyMap<string, Setting>;

/** Reads every parameter that has a name. */
export async function readAll(requests: Requests, names: ParameterNames): Promise<Snapshot> {
  const { platform } = names;
  const { buffer, byteOffset, byteLength } = await requests.get(getAll, 0, bulkLength);
  const packet = new DataView(buffer.slice(byteOffset, byteOffset + byteLength)); // aligned
  const image = new BulkImage(new Store(platform, new ArrayBuffer(Store.bytes)), packet);
  const snapshot = new Map<string, Setting>();
  for (const path of names.paths()) {
    const place = names.find(path);
    const { row, index } = place;
    const isInPacket = row.scope !== "directory" && image.has(row);
    if (!isInPacket) snapshot.set(path, { ...place, value: await readValue(requests, place) });
    else if (row.kind !== "text") snapshot.set(path, { ...place, value: image.get(row, index) });
    else snapshot.set(path, { ...place, value: readText(viewOf(image.text(row, index))) });
  }
  return snapshot;
}

/** Whether a device with the one value has the other already: it keeps numbers as f32. */
export function isSame(a: number | string, b: number | string): boolean {
  return typeof a === "number" && typeof b === "number" ? Math.fround(a) === Math.fround(b) : a === b;
}

/** Those of the settings that a device does not have already. */
export function differences(now: Snapshot, settings: readonly Setting[]): Setting[] {
  return settings.filter(({ path, value }) => {
    const current = now.get(path);
    return current === undefined || !isSame(current.value, value);
  });
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
