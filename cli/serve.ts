/** What `simulate` and `emulate` have in common: a device on the bench, served over dspi-link/1 until Ctrl-C. */
import { listen } from "../simulator/link/listen";
import { Workbench } from "../simulator/workbench";
import type { Device } from "../simulator/device";
import { interrupted } from "./interrupted";
import { port } from "./options";

export interface ServeOptions {
  tcp: number;
  ws: number;
  host: string;
  origin: string[];
  realtime: boolean;
}

export const serveOptions = {
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
    default: [] as string[],
    requiresArg: true,
    describe: "Web origin whose pages may connect, such as http://localhost:5173",
  },
  realtime: { type: "boolean", default: false, describe: "Run on the wall clock instead of as fast as possible" },
} as const;

export const flashOption = {
  type: "string",
  requiresArg: true,
  describe: "File that keeps the flash memory; without it flash starts blank",
} as const;

/** Powers a device up, says on one line of standard output where it is reached, and ends when a person or `over` ends it. */
export async function serve(
  start: () => Promise<Device>,
  options: ServeOptions,
  over = new AbortController().signal,
): Promise<void> {
  const stop = Promise.race([interrupted(), aborted(over)]);
  const bench = await Workbench.start(await start(), { realtime: options.realtime });
  bench.onEvent((event) => {
    if (event.ev === "log") process.stderr.write(`${event.text}\n`);
  });
  try {
    const link = await listen(bench, { ...options, origins: options.origin });
    process.stdout.write(`${JSON.stringify({ ready: true, tcp: link.tcp, ws: link.ws })}\n`);
    await stop;
    await link.close();
  } finally {
    await bench.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
