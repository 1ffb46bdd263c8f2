/** `dspi emulate`: a Pico's real firmware, run instruction by instruction, that hosts reach over dspi-link/1. */
import type { CommandModule } from "yargs";

import { EmulatedDevice } from "../simulator/emulator/emulated-device";
import { observeOptions, observersOf, type ObserveArguments } from "./observe";
import { flashOption, serve, serveOptions, type ServeOptions } from "./serve";

interface Options extends ServeOptions, ObserveArguments {
  firmware: string;
  flash: string | undefined;
  "host-ppm": number;
  "flash-cache": boolean;
  "stop-on-trap": boolean;
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
        "host-ppm": {
          type: "number",
          default: 0,
          requiresArg: true,
          coerce: hostPpm,
          describe: "How much faster the host's clock is than the device's, in parts per million",
        },
        "flash-cache": {
          type: "boolean",
          default: true,
          describe: "Model the time that code and data in flash take; --no-flash-cache has them as fast as RAM",
        },
        "stop-on-trap": {
          type: "boolean",
          default: false,
          describe: "End with an error at the first thing that must never happen, such as a fault",
        },
        ...observeOptions,
      }),
  handler: async ({ firmware, flash, hostPpm, flashCache, stopOnTrap, ...options }) => {
    const log = (text: string) => process.stderr.write(`${text}\n`);
    const observers = observersOf(firmware, options);
    let device: EmulatedDevice | undefined;
    let trap: string | undefined;
    const stop = new AbortController();
    const start = async () => {
      device = await EmulatedDevice.open(
        {
          firmware,
          hostPpm,
          flashCache,
          ...(observers && { observers }),
          ...(flash === undefined ? {} : { flash }),
        },
        log,
      );
      device.onTrap((message) => {
        trap ??= message;
        if (stopOnTrap) stop.abort();
      });
      [trap] = device.traps;
      if (stopOnTrap && trap !== undefined) stop.abort();
      return device;
    };
    try {
      await serve(start, options, stop.signal);
    } finally {
      if (observers) process.stderr.write(observers.close(options.profileTop));
    }
    if (!device) return;
    log(device.speed);
    if (stopOnTrap && trap !== undefined) throw new Error(`The firmware did what must never happen: ${trap}`);
    const locked = device.chip.cores.find(({ lockedUp }) => lockedUp);
    if (locked) throw new Error(`The firmware has crashed: core ${locked.index} is locked up.`);
  },
};

function hostPpm(value: unknown): number {
  if (typeof value !== "number" || !(Math.abs(value) <= 5000))
    throw new Error("--host-ppm takes one number of -5000 to 5000.");
  return value;
}
