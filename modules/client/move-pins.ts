/**
 * Moves pins from where they are to where they shall be. The device moves a pin only to a free one, and only while
 * nothing runs on it: so outputs and clocks in the way are switched off first, and a circle of pins that want each
 * other's place is opened over a spare one.
 */
import { pdmOutput } from "../parameters/platforms";
import type { ParameterNames } from "../parameters/names";
import { parameters } from "../parameters/table";
import { isValidPin, PinStatus, portCount } from "../pins/pin-map";
import { differences, type Snapshot } from "./snapshot";
import { writeGroup, type Requests, type Setting } from "./wire";

const { pin: portPin, bckPin, mckPin, outputEnabled, slotType, mckEnabled } = parameters;

export function isPin({ row }: Setting): boolean {
  return row === portPin || row === bckPin || row === mckPin;
}

/** What is on now and has to be off while these pins move. */
export function inTheWay(names: ParameterNames, now: Snapshot, pins: readonly Setting[]): Setting[] {
  const { platform } = names;
  const pdm = pdmOutput(platform);
  const movesPdm = pins.some(({ row, index }) => row === portPin && index === platform.slots);
  const movesBck = pins.some(({ row }) => row === bckPin);
  const movesMck = pins.some(({ row }) => row === mckPin);
  return [...now.values()].filter(
    ({ row, index, value }) =>
      value !== 0 &&
      ((movesPdm && row === outputEnabled && index === pdm) ||
        (movesBck && row === slotType) ||
        (movesMck && row === mckEnabled)),
  );
}

/** Moves the pins among the settings; returns the status of each that the device refuses. */
export async function movePins(
  requests: Requests,
  names: ParameterNames,
  now: Snapshot,
  settings: readonly Setting[],
): Promise<Map<Setting, number>> {
  const wanted = settings.filter(isPin);
  const at = new Map([...now.values()].filter(isPin).map((setting) => [setting.path, setting]));
  // The clocks first: a port may go where an idle clock is, but not the other way round.
  let left = differences(now, wanted).toSorted((a, b) => Number(a.row === portPin) - Number(b.row === portPin));
  for (let parked = 0; ; parked++) {
    const refused = new Map<Setting, number>();
    for (const setting of left) {
      const status = await writeGroup(requests, [setting]);
      if (status === PinStatus.success) at.set(setting.path, setting);
      else refused.set(setting, status);
    }
    if (refused.size === 0) return refused;
    if (refused.size === left.length) {
      const holder = wanted.find((each) => isHolder(each, at.get(each.path), refused));
      const spare = sparePin(names, [...at.values(), ...wanted]);
      if (holder === undefined || spare === undefined || parked > 2 * portCount(names.platform)) return refused;
      const away = { ...holder, value: spare };
      if ((await writeGroup(requests, [away])) !== PinStatus.success) return refused;
      at.set(holder.path, away);
      const isRefused = left.some(({ path }) => path === holder.path);
      left = isRefused ? [...refused.keys()] : [...refused.keys(), holder];
    } else left = [...refused.keys()];
  }
}

/** Whether a port is at a pin that another is refused for it. */
function isHolder({ row, path }: Setting, now: Setting | undefined, refused: ReadonlyMap<Setting, number>): boolean {
  if (row !== portPin) return false;
  return [...refused].some(([other, status]) => {
    if (status !== PinStatus.inUse || other.path === path) return false;
    const last = other.row === bckPin ? Number(other.value) + 1 : other.value;
    return now?.value === other.value || now?.value === last;
  });
}

/** A pin that nobody has or wants. */
function sparePin({ platform }: ParameterNames, pins: readonly Setting[]): number | undefined {
  const taken = new Set<number>();
  for (const { row, value } of pins) {
    taken.add(Number(value));
    if (row === bckPin) taken.add(Number(value) + 1); // the word clock
  }
  for (let pin = 0; pin <= platform.highestPin; pin++) if (isValidPin(platform, pin) && !taken.has(pin)) return pin;
  return undefined;
}
