/** Presets as a host works with them. */
import { bulkLength } from "../parameters/layout";
import type { ParameterNames } from "../parameters/names";
import { presetCount } from "../parameters/platforms";
import { parameters } from "../parameters/table";
import { applySettings } from "./apply";
import { readAll, type Snapshot } from "./snapshot";
import { readValue, type Requests, type Setting } from "./wire";

const { includePins, volumeMode, presetName } = parameters;

const request = Object.freeze({
  save: 0x90,
  load: 0x91,
  delete: 0x92,
  directory: 0x95,
  active: 0x9a,
  getAll: 0xa0,
  setAll: 0xa1,
});

export interface Preset {
  readonly slot: number;
  readonly name: string;
  /** Whether something is saved there. */
  readonly occupied: boolean;
  readonly active: boolean;
}

export async function listPresets(requests: Requests): Promise<Preset[]> {
  const occupied = (await requests.get(request.directory, 0, 7)).getUint16(0, true);
  const active = await activeSlot(requests);
  const presets: Preset[] = [];
  for (let slot = 0; slot < presetCount; slot++) {
    const name = String(await readValue(requests, { path: "", row: presetName, index: slot }));
    presets.push({ slot, name, occupied: (occupied & (1 << slot)) !== 0, active: slot === active });
  }
  return presets;
}

async function activeSlot(requests: Requests): Promise<number> {
  return (await requests.get(request.active, 0, 1)).getUint8(0);
}

/** Saves what is live; like all of these, throws an Error when the device could not do it. */
export function savePreset(requests: Requests, slot: number): Promise<void> {
  return act(requests, request.save, slot);
}

/** Makes a preset live; factory defaults when the slot is empty. */
export function loadPreset(requests: Requests, slot: number): Promise<void> {
  return act(requests, request.load, slot);
}

export function deletePreset(requests: Requests, slot: number): Promise<void> {
  return act(requests, request.delete, slot);
}

async function act(requests: Requests, code: number, slot: number): Promise<void> {
  const status = (await requests.get(code, slot, 1)).getUint8(0);
  const reasons = [
    "",
    "there is no such preset",
    "it is empty",
    "it is damaged",
    "the flash memory could not be written",
  ];
  if (status !== 0) throw new Error(`preset ${slot}: ${reasons[status] ?? `refused with status ${status}`}`);
}

/** Of all settings, those that loading a preset changes, and its name. */
export function settingsOfPreset(snapshot: Snapshot, slot: number): Setting[] {
  const values = [...snapshot.values()];
  const isOn = (row: unknown) => values.some((setting) => setting.row === row && setting.value !== 0);
  const scopes = ["live", ...(isOn(includePins) ? ["pins"] : []), ...(isOn(volumeMode) ? ["volume"] : [])];
  return values.filter(({ row, index }) => scopes.includes(row.scope) || (row === presetName && index === slot));
}

/**
 * Makes presets live one after the other, for `visit` to read or to change, and then what was live before again. The
 * protocol has no other way to read a preset: it is heard meanwhile, and the device remembers as the last active one
 * that which was active before.
 */
export async function visitPresets(
  requests: Requests,
  names: ParameterNames,
  slots: readonly number[],
  visit: (slot: number, snapshot: Snapshot) => Promise<void>,
): Promise<void> {
  const live = await readAll(requests, names);
  const { buffer, byteOffset } = await requests.get(request.getAll, 0, bulkLength);
  const packet = new Uint8Array(buffer, byteOffset, bulkLength);
  const active = await activeSlot(requests);
  try {
    for (const slot of slots) {
      await loadPreset(requests, slot);
      await visit(slot, await readAll(requests, names));
    }
  } finally {
    await loadPreset(requests, active).catch(() => undefined); // a damaged one: what was live comes back all the same
    await requests.set(request.setAll, 0, packet);
    const scopes = ["live", "pins", "volume"]; // what the packet does not bring back
    await applySettings(
      requests,
      [...live.values()].filter(({ row }) => scopes.includes(row.scope)),
    );
  }
}
