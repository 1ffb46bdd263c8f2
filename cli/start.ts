/** `dspi start`, which is `npm start`: a simulated Pico 2 that plays a recording, with meters. */
import type { CommandModule } from "yargs";

import { listen, PortTaken, type Link } from "../simulator/link/listen";
import { Vendor } from "../simulator/vendor";
import { Workbench } from "../simulator/workbench";
import { startDevice } from "./device";
import { interrupted } from "./interrupted";
import { showMeters } from "./live-meters";
import { print } from "./print";
import { recordings, type Recording } from "./recordings";

interface Options {
  file: string | undefined;
  once: boolean;
}

const ports = { tcp: 9777, ws: 9778 };

export const start: CommandModule<object, Options> = {
  command: "start [file]",
  describe: "Play a recording through a simulated Pico 2 in real time, with meters, until Ctrl-C",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", describe: "WAV file; without it Debian's voice recordings" })
      .option("once", {
        type: "boolean",
        default: false,
        describe: "Stop after the recording instead of repeating it",
      }),
  handler: async ({ file, once }) => {
    const playlist = await recordings(file, print);
    const bench = await Workbench.start(await startDevice("rp2350"), { realtime: true });
    try {
      const link = await listenSomewhere(bench);
      const stop = new AbortController();
      void interrupted().then(() => stop.abort());
      welcome(bench, link, playlist);
      const vendor = new Vendor(async (setup, data) => (await bench.control(setup, data)) ?? { status: "stall" });
      // Somebody may cycle the device's power: it will be back.
      const shown = showMeters(vendor, stop.signal, { isPatient: true });
      await play(bench, playlist, once, stop.signal).finally(() => stop.abort());
      await shown;
      await link.close();
    } finally {
      await bench.close();
    }
  },
};

/** The usual ports, or free ones when another program has them. */
async function listenSomewhere(bench: Workbench): Promise<Link> {
  const wanted = { ...ports };
  for (;;) {
    try {
      return await listen(bench, wanted);
    } catch (error) {
      if (!(error instanceof PortTaken) || wanted[error.option] === 0) throw error;
      print(`Port ${wanted[error.option]} is taken, so a free one is used instead.`);
      wanted[error.option] = 0;
    }
  }
}

function welcome(bench: Workbench, { tcp, ws }: Link, playlist: Recording[]): void {
  const { product, serial } = bench.description;
  print(`${product} ${serial}: a simulated Pico 2, in real time`);
  print(`  playing   ${playlist.map(({ name }) => name).join("\n            ")}`);
  print(`  listening dspi-link/1 on TCP 127.0.0.1:${tcp} and WebSocket ws://127.0.0.1:${ws}`);
  print("  try       its platform request, from another terminal:");
  const messages = `'{"t":"hello","v":1}' '{"t":"ctl","id":1,"bm":193,"req":127,"val":0,"idx":2,"len":4}'`;
  print(`            printf '%s\\n' ${messages} | nc -w 1 127.0.0.1 ${tcp}`);
  print("            npx dspi render in.wav out --config examples/two-way-crossover.yaml");
  print("  Ctrl-C ends it.\n");
}

async function play(bench: Workbench, playlist: Recording[], once: boolean, stop: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  do {
    for (const recording of playlist) {
      await Promise.race([recording.open().then((source) => bench.play(source)), stopped]);
      if (stop.aborted) return;
    }
  } while (!once);
}
