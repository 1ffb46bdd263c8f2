/** `dspi export`: a device's settings as a configuration file. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { CommandModule } from "yargs";

import { listPresets, settingsOfPreset, visitPresets } from "../modules/client/presets";
import { readAll } from "../modules/client/snapshot";
import type { Setting } from "../modules/client/wire";
import type { ParameterNames } from "../modules/parameters/names";
import { deviceOptions, withDevice } from "./connection/options";
import { parseEntries } from "./config";
import { uninterrupted } from "./interrupted";
import { slotOf } from "./preset";
import { presetFile, presetsIn } from "./preset-files";
import { print } from "./print";
import { updateConfig, writeConfig } from "./yaml";

interface Options {
  tcp: string | undefined;
  serial: string | undefined;
  file: string | undefined;
  preset: string | undefined;
  bank: string | undefined;
}

const { tcp, serial } = deviceOptions;

export const exportCommand: CommandModule<object, Options> = {
  command: "export [file]",
  describe: "Write all settings as a configuration file, or bring one up to date",
  builder: (yargs) =>
    yargs
      .positional("file", {
        type: "string",
        describe: "Made, or brought up to date: its comments stay. Without it to standard output",
      })
      .options({
        preset: { type: "string", requiresArg: true, describe: "Of one preset, which is heard for a moment" },
        bank: { type: "string", requiresArg: true, describe: "Folder for one file for each preset" },
        tcp,
        serial,
      })
      .conflicts("bank", ["file", "preset"])
      .example("$0 export my.yaml", "All of the device")
      .example("$0 export night.yaml --preset Night", "One preset")
      .example("$0 export --bank presets", "presets/preset0.yaml …"),
  handler: (options) =>
    withDevice(options, async ({ vendor, names }) => {
      const { file, preset, bank } = options;
      if (bank !== undefined) {
        const slots = (await listPresets(vendor)).filter(({ occupied }) => occupied).map(({ slot }) => slot);
        for (const slot of slots) await existing(presetFile(bank, slot), names);
        await mkdir(bank, { recursive: true });
        await uninterrupted(() =>
          visitPresets(vendor, names, slots, (slot, snapshot) =>
            writeUpdated(presetFile(bank, slot), settingsOfPreset(snapshot, slot), names),
          ),
        );
        const old = (await presetsIn(bank)).filter((slot) => !slots.includes(slot));
        for (const slot of old) print(`${presetFile(bank, slot)} is older: there is no preset ${slot} any more`);
        return print(`${slots.length} ${slots.length === 1 ? "preset" : "presets"} in ${join(bank, "preset*.yaml")}`);
      }
      if (file !== undefined) await existing(file, names);
      let settings: Setting[] = [];
      if (preset === undefined) settings = [...(await readAll(vendor, names)).values()];
      else {
        const slot = await slotOf(vendor, preset);
        await uninterrupted(() =>
          visitPresets(vendor, names, [slot], (_, snapshot) => {
            settings = settingsOfPreset(snapshot, slot);
            return Promise.resolve();
          }),
        );
      }
      if (file === undefined) process.stdout.write(writeConfig(settings));
      else await writeUpdated(file, settings, names);
    }),
};

/** The text of a file, empty when there is none; throws when it is no configuration, before anything is done. */
async function existing(file: string, names: ParameterNames): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new Error(`${file}: ${error.message}`, { cause: error });
  });
  parseEntries(text, file, names);
  return text;
}

async function writeUpdated(file: string, settings: readonly Setting[], names: ParameterNames): Promise<void> {
  const before = await existing(file, names);
  const after = updateConfig(before, settings, file, names);
  if (after !== before) await writeFile(file, after);
}
