/** Random states of a device, for tests: any value that any host can have left there. */
import { applySettings } from "../../modules/client/apply";
import { readAll } from "../../modules/client/snapshot";
import type { Setting } from "../../modules/client/wire";
import type { ParameterNames } from "../../modules/parameters/names";
import { parameters } from "../../modules/parameters/table";
import { isValidPin } from "../../modules/pins/pin-map";
import type { Vendor } from "../../simulator/vendor";

/** A whole number below a limit. */
export type Random = (limit: number) => number;

/** The generator of Numerical Recipes; its upper bits. */
export function generator(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const { outputEnabled, pin, bckPin, mckPin, slotType } = parameters;

/** Gives every live parameter a random value; pins are distinct, and the subwoofer excludes outputs 3 and up. */
export async function scramble(vendor: Vendor, names: ParameterNames, random: Random): Promise<void> {
  const { platform } = names;
  const gpios = Array.from({ length: platform.highestPin + 1 }, (_, gpio) => gpio).filter((gpio) =>
    isValidPin(platform, gpio),
  );
  shuffle(gpios, random);
  const bck = gpios.find((gpio) => gpios.includes(gpio + 1)) ?? 0;
  const free = gpios.filter((gpio) => gpio !== bck && gpio !== bck + 1);
  const hasPdm = random(2) === 1;
  const isLast = (index: number) => index === platform.outputs - 1;

  const settings: Setting[] = [];
  for (const setting of (await readAll(vendor, names)).values()) {
    const { row, index } = setting;
    if (row.scope === "directory") continue;
    let value: number | string | undefined;
    if (row === bckPin) value = bck;
    else if (row === pin || row === mckPin) value = free.pop();
    else if (row === outputEnabled) value = index < 2 || isLast(index) === hasPdm ? random(2) : 0;
    else if (row.kind === "flag" || row === slotType) value = random(2);
    else if (row.kind === "choice") value = random(row.words?.length ?? 1);
    else if (row.kind === "byte") value = random(4) === 0 ? random(256) : random(row.words?.length ?? 1);
    else if (row.kind === "float") value = randomFloat(row.min ?? 0, row.max ?? 0, random);
    else {
      await vendor.set(
        row.set,
        index,
        Uint8Array.from({ length: 1 + random(31) }, () => 1 + random(255)),
      );
      continue;
    }
    settings.push({ ...setting, value: value ?? 0 });
  }
  await applySettings(vendor, settings);
}

/** Any f32 in a range, tiny ones and the ends among them. */
function randomFloat(min: number, max: number, random: Random): number {
  const choice = random(8);
  if (choice === 0) return Math.fround(min);
  if (choice === 1) return max;
  const tiny = Math.fround((random(2 ** 24) + 1) * 2 ** -149); // below the smallest normal number
  if (choice === 2 && min <= 0 && max > 0) return tiny;
  const value = Math.fround(min + ((max - min) * random(2 ** 31)) / 2 ** 31);
  return Math.min(max, Math.max(Math.fround(min), value));
}

function shuffle(list: number[], random: Random): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = random(last + 1);
    [list[last], list[other]] = [list[other] ?? 0, list[last] ?? 0];
  }
}
