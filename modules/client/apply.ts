/** Brings a device to the settings of a file or a command: sends what differs, and reads all of it back. */
import { formatValue } from "./format";
import { ParameterNames } from "../parameters/names";
import { pdmOutput, type Platform } from "../parameters/platforms";
import { parameters } from "../parameters/table";
import { portCount } from "../pins/pin-map";
import { inTheWay, isPin, movePins } from "./move-pins";
import { differences, isSame, readAll, type Snapshot } from "./snapshot";
import { byRequest, readPlatform, writeGroup, type Requests, type Setting } from "./wire";

const { volume, outputEnabled, channelDelay, slotType, bckPin, mckEnabled, mckPin, pin } = parameters;

/** A setting that was changed, and what it was before. */
export type Change = Setting & { readonly before: number | string };

/**
 * Throws one Error with a line for each setting that cannot be, before anything is sent, or that the device did not
 * take. Returns what has changed.
 */
export async function applySettings(requests: Requests, settings: readonly Setting[]): Promise<Change[]> {
  const names = new ParameterNames(await readPlatform(requests));
  const before = await readAll(requests, names);
  const clashes = findClashes(names.platform, before, settings);
  if (clashes.length > 0)
    throw new Error(`these settings exclude each other, so nothing was sent\n${clashes.join("\n")}`);
  const refusals = await send(requests, names, before, settings);
  if (refusals.length > 0) throw new Error(`the device did not take all of the settings\n${refusals.join("\n")}`);
  return settings.flatMap((setting) => {
    const old = before.get(setting.path)?.value ?? "";
    return isSame(old, setting.value) ? [] : [{ ...setting, before: old }];
  });
}

/** What makes the sound louder or starts something comes last, what does the opposite first. */
function inOrder(now: Snapshot, settings: readonly Setting[]): Setting[] {
  const rank = ({ path, row, value }: Setting) => {
    if (row === outputEnabled || row === slotType || row === mckEnabled) return value === 0 ? 0 : 3;
    if (row === volume) return value < (now.get(path)?.value ?? 0) ? 0 : 4;
    return row === channelDelay ? 2 : 1; // an output's delay sets its channel's, too
  };
  return settings.toSorted((a, b) => rank(a) - rank(b));
}

/** Setting one parameter may move another, and a DSPi of the original firmware loses settings that come fast. */
const mostRounds = 100;

/** Sends until all is as it should be, or until that brings nothing more. Returns what was refused, a line each. */
async function send(
  requests: Requests,
  names: ParameterNames,
  before: Snapshot,
  settings: readonly Setting[],
): Promise<string[]> {
  const refusals = new Map<string, string>();
  const note = (setting: Setting, status: number) =>
    refusals.set(
      setting.path,
      `${setting.path}: ${formatValue(setting.row, setting.value)} ${refusal(setting, status)}`,
    );

  const goal = [...settings];
  const pins = differences(before, settings).filter(isPin);
  const paused = inTheWay(names, before, pins);
  if (pins.length > 0) {
    const isGoal = new Set(settings.map(({ path }) => path));
    goal.push(...paused.filter(({ path }) => !isGoal.has(path)));
    const off = differences(before, settings).filter(
      ({ row, value }) => (row === mckEnabled || row === slotType) && value === 0,
    );
    for (const setting of [...paused, ...off]) await writeGroup(requests, [{ ...setting, value: 0 }]);
    for (const [setting, status] of await movePins(requests, names, before, settings)) note(setting, status);
  }

  let now = await readAll(requests, names);
  let left = differences(now, goal);
  for (let round = 0; left.length > 0 && round < mostRounds; round++) {
    for (const group of byRequest(inOrder(now, left))) {
      const status = await writeGroup(requests, group);
      for (const setting of group) if (status !== 0) note(setting, status);
    }
    now = await readAll(requests, names);
    const still = differences(now, goal);
    const isStuck = still.length === left.length && still.every((setting) => left.includes(setting));
    left = still;
    if (isStuck) break;
  }
  return left.map((setting) => {
    const { path, row, value } = setting;
    const current = now.get(path)?.value ?? "";
    return (
      refusals.get(path) ??
      `${path}: the device keeps ${formatValue(row, current)} instead of ${formatValue(row, value)}`
    );
  });
}

function refusal({ row }: Setting, status: number): string {
  if (row === parameters.mckMultiplier) return "is not possible at this sample rate";
  const reasons = [
    "",
    "is not a pin for this",
    "is in use",
    "is for an output that does not exist",
    "cannot change now",
  ];
  return reasons[status] ?? `was refused with status ${status}`;
}

/** What the device would never take together, a line each. */
function findClashes(platform: Platform, now: Snapshot, settings: readonly Setting[]): string[] {
  const then = new Map(now);
  for (const setting of settings) then.set(setting.path, setting);
  const values = [...then.values()];
  const clashes: string[] = [];
  const isOn = (setting: Setting) => setting.value !== 0;
  const concerns = (rows: readonly unknown[]) => settings.some(({ row }) => rows.includes(row));

  const enabled = values.filter((setting) => setting.row === outputEnabled && isOn(setting));
  const pdm = enabled.find(({ index }) => index === pdmOutput(platform));
  const workers = enabled.filter((setting) => setting.index >= 2 && setting !== pdm);
  if (pdm && workers.length > 0 && concerns([outputEnabled]))
    clashes.push(`${pdm.path} and ${workers.map(({ path }) => path).join(", ")}: ${outputEnabled.about}`);

  if (!concerns([pin, bckPin, mckPin, mckEnabled, slotType])) return clashes;
  const hasI2s = values.some((setting) => setting.row === slotType && isOn(setting));
  const hasMck = values.some((setting) => setting.row === mckEnabled && isOn(setting));
  const owners = new Map<number, string>();
  const claim = (gpio: number, path: string) => {
    const other = owners.get(gpio);
    if (other === undefined) owners.set(gpio, path);
    else clashes.push(`${other} and ${path} both need GPIO ${gpio}`);
  };
  for (const { row, index, path, value } of values) {
    if (row === pin && index < portCount(platform)) claim(Number(value), path);
    if (row === mckPin && hasMck) claim(Number(value), path);
    if (row === bckPin && hasI2s) claim(Number(value), path);
    if (row === bckPin && hasI2s) claim(Number(value) + 1, `${path} (its word clock)`);
  }
  return clashes;
}
