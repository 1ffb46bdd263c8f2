/** `dspi simulate`: a simulated device that hosts reach over dspi-link/1. */
import type { CommandModule } from "yargs";

import { startDevice } from "./device";
import { chipOption, type Chip } from "./options";
import { flashOption, serve, serveOptions, type ServeOptions } from "./serve";

interface Options extends ServeOptions {
  chip: Chip;
  flash: string | undefined;
}

export const simulate: CommandModule<object, Options> = {
  command: "simulate",
  describe: "Run a simulated device until Ctrl-C, for hosts that speak dspi-link/1",
  builder: (yargs) => yargs.options({ chip: chipOption, ...serveOptions, flash: flashOption }),
  handler: (options) => serve(() => startDevice(options.chip, options.flash), options),
};
