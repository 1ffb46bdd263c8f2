/** What may ever be read back, from the protocol's table: bytes of GET answers and of the bulk packet. */
import type { Dimensions } from "./commands";

type Range = readonly [min: number, max: number];

const decibels: Range = [-60, 20];
const level: Range = [-128, 12];
const delay: Range = [0, 85];
const flag: Range = [0, 1];

/** GETs of one f32. */
const floatGets: Readonly<Record<number, Range>> = {
  0x45: decibels,
  0x49: delay,
  0x55: level,
  0x5b: [40, 100],
  0x5d: [0, 200],
  0x63: [500, 2000],
  0x65: [0, 15],
  0x75: level,
  0x79: delay,
  0xb7: [0, 100],
  0xbb: [0, 35],
  0xbf: [-96, 0],
  0xd1: decibels,
  0xd3: [-128, 0],
  0xd7: [-128, 0],
};

/** GETs and actions of one u8. */
const byteGets: Readonly<Record<number, Range>> = {
  0x47: flag,
  0x59: flag,
  0x5f: flag,
  0x61: [0, 3],
  0x67: flag,
  0x73: flag,
  0x7a: [0, 2],
  0x7b: flag,
  0x7c: [0, 4],
  0x7d: [0, 29],
  0x90: [0, 4],
  0x91: [0, 4],
  0x92: [0, 4],
  0x99: flag,
  0x9a: [0, 9],
  0xb5: flag,
  0xb9: [0, 2],
  0xbd: flag,
  0xc1: flag,
  0xc3: [0, 28],
  0xc5: flag,
  0xc7: [0, 29],
  0xc9: flag,
  0xd5: flag,
};

/** Fields of 0x43: frequency, Q, gain. */
const bandRanges: readonly Range[] = [[10, 20000], [Math.fround(0.1), 20], decibels];

/** Natural lengths of what is neither one f32 nor one u8. */
const lengths: Readonly<Record<number, number>> = {
  0x43: 4,
  0x71: 8,
  0x7e: 16,
  0x7f: 4,
  0x83: 2,
  0x93: 32,
  0x95: 7,
  0x97: 3,
  0x9c: 32,
  0xa0: 2896,
  0xb0: 44,
  0xb2: 24,
};

const within = (value: number, [min, max]: Range) => value >= min && value <= max;

/** Says what is wrong with the answer of an IN request, or nothing. */
export function wrongAnswer(
  chip: Dimensions,
  req: number,
  val: number,
  len: number,
  data: Uint8Array,
): string | undefined {
  if (data.length > len) return `${data.length} bytes for wLength ${len}`;
  const natural = lengths[req] ?? (req in floatGets ? 4 : req in byteGets ? 1 : undefined);
  if (natural !== undefined && data.length !== Math.min(natural, len))
    return `${data.length} bytes instead of ${natural}`;
  if (natural === undefined || data.length < natural) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const range = floatGets[req];
  if (range && !within(view.getFloat32(0, true), range)) return `${view.getFloat32(0, true)} is out of range`;
  const bytes = byteGets[req];
  if (bytes && !within(view.getUint8(0), bytes)) return `${view.getUint8(0)} is out of range`;
  const field = val & 15;
  if (req === 0x43 && field >= 1 && field <= 3 && !within(view.getFloat32(0, true), bandRanges[field - 1] as Range))
    return `${view.getFloat32(0, true)} is out of range`;
  if (req === 0x71 && !within(view.getFloat32(4, true), level)) return `${view.getFloat32(4, true)} is out of range`;
  return req === 0xa0 ? wrongBulk(chip, view) : undefined;
}

/** The sections of the bulk packet: offset, stride, count, range. */
function wrongBulk({ channels, outputs }: Dimensions, view: DataView): string | undefined {
  const floats: [number, number, number, Range][] = [
    [16, 4, 1, decibels],
    [24, 4, 1, [40, 100]],
    [28, 4, 1, [0, 200]],
    [36, 4, 1, [500, 2000]],
    [40, 4, 1, [0, 15]],
    [48, 4, 3, level],
    [64, 4, channels, delay],
    [112, 8, outputs, level],
    [184, 8, outputs, level],
    [256, 12, outputs, level],
    [260, 12, outputs, delay],
    [2852, 4, 1, [0, 100]],
    [2856, 4, 1, [0, 35]],
    [2860, 4, 1, [-96, 0]],
    [2864, 4, 2, decibels],
    [2880, 4, 1, [-128, 0]],
  ];
  for (let channel = 0; channel < channels; channel++)
    bandRanges.forEach((range, field) => floats.push([372 + 192 * channel + 4 * field, 16, 12, range]));
  for (const [offset, stride, count, range] of floats)
    for (let i = 0; i < count; i++) {
      const value = view.getFloat32(offset + i * stride, true);
      if (!within(value, range)) return `${value} at ${offset + i * stride} is out of range`;
    }
  for (let channel = 0; channel < channels; channel++)
    if (view.getUint8(2480 + 32 * channel + 31) !== 0) return `the name of channel ${channel} has no end`;
  const isOn = (output: number) => view.getUint8(252 + 12 * output) === 1;
  const workers = Array.from({ length: outputs - 3 }, (_, i) => isOn(2 + i));
  if (isOn(outputs - 1) && workers.includes(true)) return "PDM and outputs of core 1 are enabled together";
  return undefined;
}
