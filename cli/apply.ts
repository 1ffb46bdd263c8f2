/** `dspi apply`: a configuration file onto a device. */
import type { CommandModule } from "yargs";

import { applySettings, type Change } from "../modules/client/apply";
import { savePreset, visitPresets } from "../modules/client/presets";
import type { Setting } from "../modules/client/wire";
import type { ParameterNames } from "../modules/parameters/names";
import { parameters } from "../modules/parameters/table";
import { parseEntries, readText } from "./config";
import { deviceOptions, withDevice, type DeviceOptions } from "./connection/options";
import { uninterrupted } from "./interrupted";
import { slotOf } from "./preset";
import { presetFile, presetsIn } from "./preset-files";
import { changeLine, changeObject, print, printJson } from "./print";

interface Options extends DeviceOptions {
  file: string | undefined;
  preset: string | undefined;
  bank: string | undefined;
}

export const apply: CommandModule<object, Options> = {
  command: "apply [file]",
  describe: "Send a configuration file to a device: what differs, and nothing of a wrong file",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", describe: "YAML file of parameters by name; the others stay" })
      .options({
        preset: { type: "string", requiresArg: true, describe: "Into a preset, which is heard for a moment" },
        bank: { type: "string", requiresArg: true, describe: "Folder with a file for each preset, as export makes it" },
        ...deviceOptions,
      })
      .conflicts("bank", ["file", "preset"])
      .example("$0 apply my.yaml", "Into what is live")
      .example("$0 apply --bank presets", "Into the presets"),
  handler: (options) =>
    withDevice(options, async ({ vendor, names }) => {
      const { file, preset, bank } = options;
      if (file === undefined && bank === undefined) throw new Error("name a file, or a folder with --bank");
      if (file !== undefined && preset === undefined) {
        return report(options, await applySettings(vendor, await readSettings(file, names)));
      }
      const contents = new Map<number, Setting[]>();
      if (file !== undefined) {
        const slot = await slotOf(vendor, preset ?? "");
        contents.set(slot, forPreset(await readSettings(file, names), slot, file, names));
      }
      for (const slot of bank === undefined ? [] : await presetsIn(bank)) {
        const path = presetFile(bank ?? "", slot);
        contents.set(slot, forPreset(await readSettings(path, names), slot, path, names));
      }
      if (contents.size === 0) throw new Error(`${bank}: no preset0.yaml … preset9.yaml in it`);
      const changes: Change[] = [];
      await uninterrupted(() =>
        visitPresets(vendor, names, [...contents.keys()], async (slot) => {
          changes.push(...(await applySettings(vendor, contents.get(slot) ?? [])));
          await savePreset(vendor, slot);
        }),
      );
      report(options, changes);
    }),
};

async function readSettings(file: string, names: ParameterNames): Promise<Setting[]> {
  return parseEntries(await readText(file), file, names).map(({ setting }) => setting);
}

/** A preset's name is that of the preset it goes into; what the device has once is no part of a preset. */
function forPreset(settings: readonly Setting[], slot: number, file: string, names: ParameterNames): Setting[] {
  return settings.map((setting) => {
    if (setting.row === parameters.presetName) return { ...setting, ...names.find(`preset${slot}.name`) };
    if (setting.row.scope !== "directory") return setting;
    throw new Error(`${file}: ${setting.path} is the device's, not a preset's: apply it without --preset and --bank`);
  });
}

function report({ json }: DeviceOptions, changes: readonly Change[]): void {
  if (json) return printJson(changes.map((change) => changeObject(change, change.before, change.value)));
  for (const change of changes) print(changeLine(change, change.before, change.value));
  print(changes.length === 0 ? "nothing differs" : `${changes.length} changed`);
}
