/** `dspi get`: parameters of a device by name. */
import type { CommandModule } from "yargs";

import { match } from "../modules/client/match";
import { readValue } from "../modules/client/wire";
import { plainValue } from "../modules/client/format";
import { deviceOptions, withDevice, type DeviceOptions } from "./connection/options";
import { print, printJson } from "./print";
import { settingLine } from "./yaml";

interface Options extends DeviceOptions {
  names: string[];
}

export const get: CommandModule<object, Options> = {
  command: "get <names..>",
  describe: "Read parameters by name",
  builder: (yargs) =>
    yargs
      .positional("names", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "Names, groups of them, or patterns with * for anything; docs/parameters.md lists all",
      })
      .options(deviceOptions)
      .example("$0 get master.volume", "One parameter")
      .example("$0 get out1.eq", "All bands of the first output")
      .example("$0 get '*.gain' --json", "All gains, as one JSON object"),
  handler: (options) =>
    withDevice(options, async ({ vendor, names }) => {
      const places = new Map(options.names.flatMap((each) => match(names, each)).map((place) => [place.path, place]));
      const found: Record<string, number | string> = {};
      for (const place of places.values()) {
        const setting = { ...place, value: await readValue(vendor, place) };
        found[place.path] = plainValue(setting.row, setting.value);
        if (!options.json) print(settingLine(setting));
      }
      if (options.json) printJson(found);
    }),
};
