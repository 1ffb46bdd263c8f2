/** `dspi set`: parameters of a device by name. */
import type { CommandModule } from "yargs";

import { applySettings } from "../modules/client/apply";
import { deviceOptions, withDevice, type DeviceOptions } from "./connection/options";
import { changeLine, changeObject, print, printJson } from "./print";

interface Options extends DeviceOptions {
  settings: string[];
}

export const set: CommandModule<object, Options> = {
  command: "set <settings..>",
  describe: "Set parameters by name; either all that is given or nothing is sent",
  builder: (yargs) =>
    yargs
      .positional("settings", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "A name and a value, or several of both in turn",
      })
      .options(deviceOptions)
      .example("$0 set out1.gain -3", "One parameter")
      .example("$0 set out3.enabled on out3.from.left.enabled on", "Two")
      .example("$0 set left.name 'Music L'", "A text"),
  handler: (options) =>
    withDevice(options, async ({ vendor, names }) => {
      const { settings: words } = options;
      const last = words.at(-1) ?? "";
      if (words.length % 2 !== 0) throw new Error(`a value was expected after ${last}: dspi set NAME VALUE …`);
      const errors: string[] = [];
      const wanted = new Map<string, ReturnType<typeof names.parse>>();
      for (let at = 0; at < words.length; at += 2) {
        const [name = "", value = ""] = words.slice(at, at + 2);
        try {
          if (wanted.has(name)) throw new Error(`${name} is given twice`);
          wanted.set(name, names.parse(name, value));
        } catch (error) {
          errors.push((error as Error).message);
        }
      }
      if (errors.length > 0) throw new Error(errors.join("\n"));
      const changes = await applySettings(vendor, [...wanted.values()]);
      if (options.json) printJson(changes.map((change) => changeObject(change, change.before, change.value)));
      else for (const change of changes) print(changeLine(change, change.before, change.value));
    }),
};
