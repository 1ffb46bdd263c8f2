/** `dspi emulate`: a Pico's real firmware, run instruction by instruction, that hosts reach over dspi-link/1. */
import type { CommandModule } from "yargs";

import { EmulatedDevice } from "../simulator/emulator/emulated-device";
import { flashOption, serve, serveOptions, type ServeOptions } from "./serve";

interface Options extends ServeOptions {
  firmware: string;
  flash: string | undefined;
  hostPpm: number;
  flashCache: boolean;
}

export const emulate: CommandModule<object, Options> = {
  command: "emulate <firmware>",
  describe: "Run a Pico's firmware (UF2) in an emulator until Ctrl-C, for hosts that speak dspi-link/1",
  builder: (yargs) =>
    yargs
      .positional("firmware", {
        type: "string",
        demandOption: true,
        describe: "UF2 file; an ELF file of the same name beside it names functions in messages",
      })
      .options({
        ...serveOptions,
        flash: flashOption,
        hostPpm: {
          type: "number",
          default: 0,
          requiresArg: true,
          coerce: hostPpm,
          describe: "How much faster the host's clock is than the device's, in parts per million",
        },
        flashCache: {
          type: "boolean",
          default: true,
          describe: "Model the time that code and data in flash take; --no-flash-cache has them as fast as RAM",
        },
      }),
  handler: async ({ firmware, flash, hostPpm, flashCache, ...options }) => {
    let device: EmulatedDevice | undefined;
    const start = async () => {
      const log = (text: string) => process.stderr.write(`${text}\n`);
      device = await EmulatedDevice.open(
        { firmware, hostPpm, flashCache, ...(flash === undefined ? {} : { flash }) },
        log,
      );
      return device;
    };
    await serve(start, options);
    if (device) process.stderr.write(`${device.speed}\n`);
  },
};

function hostPpm(value: unknown): number {
  if (typeof value !== "number" || !(Math.abs(value) <= 5000))
    throw new Error("--host-ppm takes one number of -5000 to 5000.");
  return value;
}
