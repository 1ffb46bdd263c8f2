/** Meters as they move. */
import type { Vendor } from "../simulator/vendor";
import { activeChannels, meterLine, meterLines, meterObject } from "./meters";
import { print, printJson } from "./print";

export interface ShowOptions {
  /** Whether to go on when the device does not answer. */
  isPatient?: boolean;
  json?: boolean;
  /** Ends after this many lines or pictures. */
  count?: number;
}

/** Milliseconds between two looks at the meters, which show the last packet only. */
const lookInterval = 10;

/** Bars that move on a terminal, else a line a second; each shows the highest peaks since the one before. */
export async function showMeters(vendor: Vendor, stop: AbortSignal, options: ShowOptions = {}): Promise<void> {
  const { isPatient = false, json = false, count = Infinity } = options;
  const terminal = process.stdout.isTTY && !json;
  const interval = terminal ? 60 : 1000;
  let lines = 0;
  let shown = 0;
  let held: number[] = [];
  let due = performance.now() + interval;
  while (!stop.aborted && shown < count) {
    await pause(lookInterval, stop);
    try {
      const meters = await vendor.meters((await vendor.outputs()) + 2);
      held = meters.peaks.map((peak, channel) => Math.max(peak, held[channel] ?? 0));
      if (performance.now() < due && !stop.aborted) continue;
      const channels = await activeChannels(vendor);
      const highest = { ...meters, peaks: held };
      if (json) printJson(meterObject(channels, highest));
      else if (!terminal) print(meterLine(channels, highest));
      else lines = redraw(meterLines(channels, highest, process.stdout.columns), lines);
      held = [];
      due += interval;
      shown++;
    } catch (error) {
      if (!isPatient) throw error;
    }
  }
}

/** Draws lines over those drawn last; returns how many they are. */
function redraw(text: string[], before: number): number {
  const up = before > 0 ? `\x1b[${before}A` : "";
  process.stdout.write(`${up}${text.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
  return text.length;
}

function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    stop.addEventListener("abort", done);
    if (stop.aborted) done();
  });
}
