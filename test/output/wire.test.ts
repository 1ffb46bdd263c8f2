/** From samples to samples over the pins: C encoders, assembled PIO programs, a cycle-true PIO, independent decoders. */
import { describe, expect, it } from "vitest";

import { cyclesPerFrame, outputClock, systemClock, type OutputFormat } from "../../modules/output/clock";
import { capture, sampled, type Edge, type Sender } from "../../simulator/pio/wire";
import { assembleFile } from "../../tools/pio/assembler";
import type { PioProgram } from "../../tools/pio/program";
import { encode, testSamples } from "./encode";
import { modulate, signal } from "./modulate";
import { sigrok } from "./sigrok";
import { statusBytes } from "./spdif-receiver";

const pin = { spdif: 0, data: 1, slave: 2, pdm: 3, mck128: 4, mck256: 5, bck: 6, lrclk: 7 };
const nsPerClock = 1e9 / systemClock;
const block = 192;
const frames = 2 * block + 2; // sigrok finds the clock in the first subframe and wants an edge after the last

const programs = new Map<string, PioProgram>();
for (const name of ["spdif", "i2s", "pdm", "mck"])
  for (const program of await assembleFile(`pio/${name}.pio`)) programs.set(program.name, program);

function sender(
  name: string,
  pins: Sender["pins"],
  rate: number,
  format: OutputFormat,
  words?: Iterable<number>,
): Sender {
  const program = programs.get(name);
  if (!program) throw new Error(`pio/ has no program ${name}.`);
  return { program, pins, divider: outputClock(rate, format), ...(words ? { words } : {}) };
}

/** Every kind of output at once, each on its pins. */
async function play(rate: number) {
  const left = testSamples(frames);
  const right = left.toReversed();
  const { bits } = await modulate(signal(frames, (n) => Math.sin(n / 7) / 2));
  const bytes = new DataView(bits.buffer, bits.byteOffset, bits.byteLength);
  const swapped = Array.from({ length: bits.byteLength / 4 }, (_, word) => bytes.getUint32(4 * word));
  const duration = Math.ceil((frames * systemClock) / rate);
  const edges = capture(
    [
      sender("spdif", { out: pin.spdif }, rate, "spdif", await encode("spdif", rate, left)),
      sender("i2s", { out: pin.data, side: pin.bck }, rate, "i2s", await encode("i2s", rate, left)),
      sender("i2s_data", { out: pin.slave }, rate, "i2s", await encode("i2s", rate, right)),
      sender("pdm", { out: pin.pdm }, rate, "pdm", swapped),
      sender("mck", { set: pin.mck128 }, rate, "mck128"),
      sender("mck", { set: pin.mck256 }, rate, "mck256"),
    ],
    duration,
  );
  return { left: Array.from(left), right: Array.from(right), bits, edges, lines: sampled(edges, duration) };
}

/** Times at which one pin changes. */
function changes(edges: Edge[], line: number): number[] {
  let level = 0;
  return edges
    .filter(({ levels }) => {
      const changed = ((levels >>> line) & 1) !== level;
      if (changed) level ^= 1;
      return changed;
    })
    .map(({ time }) => time);
}

const numbers = (texts: string[], prefix: string) =>
  texts.filter((text) => text.startsWith(prefix)).map((text) => Number(text.slice(prefix.length)));

const signed24 = (sample: number) => (sample << 8) >> 8;

describe.each([44100, 48000, 96000])("on the wire at %d Hz", async (rate) => {
  const { left, right, bits, edges, lines } = await play(rate);
  const kinds = ["preamble", "samples", "validity", "subcode", "chan_stat", "parity"];
  const start = changes(edges, pin.spdif)[0]; // sigrok measures its first pulse from the first sample
  const spdif = await sigrok(lines.subarray(start), systemClock, `spdif:data=${pin.spdif}`, kinds);
  const audio = numbers(spdif, "Audio ");
  const status = numbers(spdif, "C: ");

  it("S/PDIF carries every sample whole", () => {
    expect(audio.length).toBeGreaterThanOrEqual(left.length - 2);
    expect(audio.map(signed24)).toEqual(left.slice(1, 1 + audio.length));
  });

  it("S/PDIF has blocks of 192 frames, even parity, valid samples and no user data", () => {
    const preambles = spdif.filter((text) => text.startsWith("Preamble "));
    preambles.forEach((preamble, index) => {
      const place = (index + 1) % (2 * block);
      expect(preamble, `subframe ${index + 1}`).toBe(`Preamble ${place === 0 ? "B" : place % 2 === 0 ? "M" : "W"}`);
    });
    const parity = numbers(spdif, "P: ");
    expect(parity.length).toBe(audio.length);
    audio.forEach((sample, index) => {
      const ones = [...sample.toString(2)].filter((bit) => bit === "1").length;
      expect((ones + (status[index] ?? NaN) + (parity[index] ?? NaN)) % 2, `subframe ${index + 1}`).toBe(0);
    });
    expect(spdif.filter((text) => text === "V").length).toBe(audio.length);
    expect(numbers(spdif, "S: ")).toEqual(audio.map(() => 0));
  });

  it("S/PDIF states rate, word length and channel", () => {
    const code = { 44100: 0x0, 48000: 0x2, 96000: 0xa }[rate];
    for (const channel of [0, 1]) {
      const bitOf = (frame: number) => status[2 * (block + frame) + channel - 1] as number;
      const bytes = statusBytes(Array.from({ length: block }, (_, frame) => bitOf(frame)));
      expect(bytes.slice(0, 5)).toEqual([0x04, 0x00, 0x10 * (channel + 1), code, 0x0b]);
      expect(bytes.slice(5)).toEqual(Array.from({ length: 19 }, () => 0));
    }
  });

  it.each([
    ["that makes the clocks", pin.data, left],
    ["beside it", pin.slave, right],
  ])("the I2S pin %s carries every sample whole in 32-bit slots", async (_, data, expected) => {
    const decoder = `i2s:sck=${pin.bck}:ws=${pin.lrclk}:sd=${data}`;
    const words = await sigrok(lines, systemClock, decoder, ["left", "right", "warnings"]);
    expect(words.length).toBeGreaterThanOrEqual(expected.length - 1);
    const text = (sample: number) => ((sample * 256 + 2 ** 32) % 2 ** 32).toString(16).padStart(8, "0");
    const side = (index: number) => (index % 2 === 0 ? "Left" : "Right");
    expect(words).toEqual(expected.slice(0, words.length).map((sample, n) => `${side(n)} channel: ${text(sample)}`));
  });

  it("the PDM pin carries the modulator's bits", () => {
    const { int, frac } = outputClock(rate, "pdm");
    const middle = (bit: number) => Math.floor((bit + 1.5) * (int + frac / 256));
    const sent = Array.from(
      { length: 8 * bits.length - 1 },
      (_, bit) => ((lines[middle(bit)] as number) >> pin.pdm) & 1,
    );
    expect(sent).toEqual(sent.map((_, bit) => ((bits[bit >> 3] as number) >> (7 - (bit & 7))) & 1));
  });

  it("the first bits of all outputs leave together", () => {
    const { int, frac } = outputClock(rate, "spdif");
    expect(changes(edges, pin.spdif)[0]).toBe(int);
    // The word clock rises a bit clock, 2 cycles, before the first bit of the right word.
    expect(changes(edges, pin.lrclk)[0]).toBe(Math.floor((1 + 2 * 31) * (int + frac / 256)));
    expect(changes(edges, pin.pdm)[0]).toBe(outputClock(rate, "pdm").int); // within half a half-bit of S/PDIF
  });

  it.each([
    ["bck", "i2s"],
    ["mck128", "mck128"],
    ["mck256", "mck256"],
  ] as const)("%s has the rate and jitter that the clock function tells", (line, format) => {
    const { ppm, jitterNs } = outputClock(rate, format);
    const times = changes(edges, pin[line]); // one a cycle
    const cycles = times.length - (times.length % 256); // after 256 cycles, a divider begins anew
    const perCycle = ((times[cycles - 1] as number) - (times[cycles - 257] as number)) / 256;
    expect((systemClock / cyclesPerFrame[format] / perCycle / rate - 1) * 1e6).toBeCloseTo(ppm, 6);
    const lengths = new Set(times.slice(1).map((time, index) => time - (times[index] as number)));
    expect((Math.max(...lengths) - Math.min(...lengths)) * nsPerClock).toBeCloseTo(jitterNs, 6);
  });

  it("S/PDIF edges keep to its half-bits within the jitter", () => {
    const { int, frac, jitterNs } = outputClock(rate, "spdif");
    const divider = int + frac / 256;
    const errors = changes(edges, pin.spdif).map((time) => time - Math.round(time / divider) * divider);
    expect((Math.max(...errors) - Math.min(...errors)) * nsPerClock).toBeLessThanOrEqual(jitterNs);
  });
});

describe("without data", () => {
  it("S/PDIF holds its level and I2S rests its clocks, BCK low", async () => {
    const samples = new Int32Array(4).fill(-1);
    const senders = [
      sender("spdif", { out: pin.spdif }, 48000, "spdif", await encode("spdif", 48000, samples)),
      sender("i2s", { out: pin.data, side: pin.bck }, 48000, "i2s", await encode("i2s", 48000, samples)),
    ];
    const edges = capture(senders, 10 * 128 * 50);
    const last = edges.at(-1) as Edge;
    expect(last.time).toBe((1 + 2 * 128) * 50); // the word clock falls, BCK with it
    expect((last.levels >> pin.bck) & 1).toBe(0);
    expect((last.levels >> pin.spdif) & 1).toBe(0);
  });
});
