/** `dspi watch`: a device's meters as they move. */
import type { CommandModule } from "yargs";

import { DeviceGone } from "./connection/connection";
import { deviceOptions, withDevice, type DeviceOptions } from "./connection/options";
import { interrupted } from "./interrupted";
import { showMeters } from "./live-meters";

interface Options extends DeviceOptions {
  once: boolean;
}

export const watch: CommandModule<object, Options> = {
  command: "watch",
  describe: "Show the meters of a device until Ctrl-C",
  builder: (yargs) =>
    yargs
      .options(deviceOptions)
      .option("once", { type: "boolean", default: false, describe: "Show the highest levels of one second, then end" })
      .example("$0 watch", "Bars on a terminal, a line a second anywhere else"),
  handler: ({ once, json, ...options }) =>
    withDevice(options, async ({ vendor, connection }) => {
      const stop = new AbortController();
      void interrupted().then(() => stop.abort());
      const lost = connection.gone.then(() => {
        throw new DeviceGone();
      });
      await Promise.race([showMeters(vendor, stop.signal, { json, ...(once ? { count: 1 } : {}) }), lost]);
    }),
};
