/** `dspi simulate`: a simulated device that hosts reach over dspi-link/1. */
import type { CommandModule } from "yargs";

import { listen } from "../simulator/link/listen";
import { Workbench } from "../simulator/workbench";
import { startDevice } from "./device";
import { chipOption, port, type Chip } from "./options";
import { interrupted } from "./interrupted";

interface Options {
  chip: Chip;
  tcp: number;
  ws: number;
  host: string;
  origin: string[];
  flash: string | undefined;
  realtime: boolean;
}

export const simulate: CommandModule<object, Options> = {
  command: "simulate",
  describe: "Run a simulated device until Ctrl-C, for hosts that speak dspi-link/1",
  builder: (yargs) =>
    yargs.options({
      chip: chipOption,
      tcp: {
        type: "number",
        default: 9777,
        requiresArg: true,
        coerce: port("tcp"),
        describe: "TCP port; 0 is any free one",
      },
      ws: {
        type: "number",
        default: 9778,
        requiresArg: true,
        coerce: port("ws"),
        describe: "WebSocket port; 0 is any free one",
      },
      host: {
        type: "string",
        default: "127.0.0.1",
        requiresArg: true,
        describe: "Address to listen on. Whoever reaches it can drive the device and use files below this folder",
      },
      origin: {
        type: "string",
        array: true,
        default: [],
        requiresArg: true,
        describe: "Web origin whose pages may connect, such as http://localhost:5173",
      },
      flash: {
        type: "string",
        requiresArg: true,
        describe: "File that keeps the flash memory; without it flash starts blank",
      },
      realtime: { type: "boolean", default: false, describe: "Run on the wall clock instead of as fast as possible" },
    }),
  handler: async ({ chip, tcp, ws, host, origin, flash, realtime }) => {
    const stop = interrupted();
    const bench = await Workbench.start(await startDevice(chip, flash), { realtime });
    bench.onEvent((event) => {
      if (event.ev === "log") process.stderr.write(`${event.text}\n`);
    });
    try {
      const link = await listen(bench, { tcp, ws, host, origins: origin });
      process.stdout.write(`${JSON.stringify({ ready: true, tcp: link.tcp, ws: link.ws })}\n`);
      await stop;
      await link.close();
    } finally {
      await bench.close();
    }
  },
};
