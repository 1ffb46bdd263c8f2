/** A device's meters as lines of text, read as any host reads them. */
import type { Vendor } from "../simulator/vendor";
import { printable } from "./print";

export interface Channel {
  number: number;
  name: string;
}

export interface Meters {
  peaks: number[];
  loads: [number, number];
  clips: number;
}

const inputs = 2;
const bottom = -60;
const widestBar = 40;
/** Columns beside name and bar: the level, its unit and the clip mark. */
const textWidth = 21;

/** The inputs and the enabled outputs, by their names. */
export async function activeChannels(vendor: Vendor): Promise<Channel[]> {
  const outputs = await vendor.outputs();
  const channels: Channel[] = [];
  for (let number = 0; number < inputs + outputs; number++) {
    if (number < inputs || (await vendor.outputEnabled(number - inputs))) {
      channels.push({ number, name: printable(await vendor.channelName(number)) });
    }
  }
  return channels;
}

/** One bar a channel, then the loads, none wider than `columns`. */
export function meterLines(channels: Channel[], { peaks, loads, clips }: Meters, columns: number): string[] {
  const width = Math.max(...channels.map(({ name }) => name.length));
  const barWidth = Math.max(0, Math.min(widestBar, columns - width - textWidth));
  const lines = channels.map(({ number, name }) => {
    const level = decibels(peaks[number] ?? 0);
    const clipped = clips & (1 << number) ? "  CLIP" : "";
    return `${name.padEnd(width)} ${bar(level, barWidth)} ${levelText(level).padStart(6)} dBFS${clipped}`;
  });
  const load = `${"CPU".padEnd(width)} core 0 ${loads[0]} %, core 1 ${loads[1]} %`;
  return [...lines, load].map((line) => line.slice(0, columns));
}

/** All of it in one line. */
export function meterLine(channels: Channel[], { peaks, loads, clips }: Meters): string {
  const levels = channels.map(({ number, name }) => {
    const clipped = clips & (1 << number) ? " CLIP" : "";
    return `${name} ${levelText(decibels(peaks[number] ?? 0))}${clipped}`;
  });
  return `${levels.join(" | ")} dBFS | CPU ${loads[0]} % ${loads[1]} %`;
}

/** For programs: levels in dBFS to a tenth, null for silence. */
export function meterObject(channels: Channel[], { peaks, loads, clips }: Meters): object {
  const levels = channels.map(({ number, name }) => {
    const level = decibels(peaks[number] ?? 0);
    const peak = level === -Infinity ? null : Number(level.toFixed(1));
    return { channel: number, name, peak, clip: (clips & (1 << number)) !== 0 };
  });
  return { channels: levels, loads };
}

function decibels(peak: number): number {
  return 20 * Math.log10(peak);
}

function levelText(level: number): string {
  return level === -Infinity ? "-inf" : level.toFixed(1);
}

function bar(level: number, width: number): string {
  const length = Math.round(width * Math.min(1, Math.max(0, 1 - level / bottom)));
  return "█".repeat(length) + "·".repeat(width - length);
}
