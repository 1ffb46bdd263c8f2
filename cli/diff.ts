/** `dspi diff`: what two configuration files, or a file and a device, have different. */
import type { CommandModule } from "yargs";

import { isSame, readAll } from "../modules/client/snapshot";
import type { Setting } from "../modules/client/wire";
import type { ParameterNames } from "../modules/parameters/names";
import { namesOf, parseEntries, readText } from "./config";
import { deviceOptions, withDevice, type DeviceOptions } from "./connection/options";
import { chipOption, type Chip } from "./options";
import { changeLine, changeObject, print, printJson } from "./print";

interface Options extends DeviceOptions {
  a: string;
  b: string | undefined;
  chip: Chip;
}

/** As diff(1) ends. */
const exitCode = { same: 0, different: 1, trouble: 2 };

export const diff: CommandModule<object, Options> = {
  command: "diff <a> [b]",
  describe: "Show what differs between two files, or between a device and a file",
  builder: (yargs) =>
    yargs
      .positional("a", { type: "string", demandOption: true, describe: "YAML file of parameters by name" })
      .positional("b", { type: "string", describe: "Another; without it, what the file would change on the device" })
      .options({ ...deviceOptions, chip: { ...chipOption, describe: "Chip that two files are for" } })
      .epilogue("Ends with 0 when nothing differs, 1 when something does, 2 on errors."),
  handler: async (options) => {
    try {
      const differences = await compare(options);
      if (options.json)
        printJson(differences.map(({ setting, before, after }) => changeObject(setting, before, after)));
      else for (const { setting, before, after } of differences) print(changeLine(setting, before, after));
      process.exitCode = differences.length === 0 ? exitCode.same : exitCode.different;
    } catch (error) {
      throw Object.assign(error as Error, { exitCode: exitCode.trouble });
    }
  },
};

interface Difference {
  setting: Setting;
  before: number | string | undefined;
  after: number | string | undefined;
}

function compare(options: Options): Promise<Difference[]> {
  const { a, b, chip } = options;
  if (b !== undefined) return compareFiles(a, b, namesOf(chip));
  return withDevice(options, async ({ vendor, names }) => {
    const wanted = await settingsIn(a, names);
    return differencesOf(await readAll(vendor, names), wanted, [...wanted.keys()]);
  });
}

async function compareFiles(a: string, b: string, names: ParameterNames): Promise<Difference[]> {
  const [before, after] = [await settingsIn(a, names), await settingsIn(b, names)];
  return differencesOf(before, after, [...new Set([...before.keys(), ...after.keys()])]);
}

type Settings = ReadonlyMap<string, Setting>;

async function settingsIn(file: string, names: ParameterNames): Promise<Settings> {
  return new Map(parseEntries(await readText(file), file, names).map(({ setting }) => [setting.path, setting]));
}

function differencesOf(before: Settings, after: Settings, paths: readonly string[]): Difference[] {
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    const setting = now ?? old;
    if (!setting || (old && now && isSame(old.value, now.value))) return [];
    return [{ setting, before: old?.value, after: now?.value }];
  });
}
