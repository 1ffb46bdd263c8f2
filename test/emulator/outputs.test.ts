/** Slots and PDM as receivers on the pins of two PIO blocks hear them. */
import { expect, test } from "vitest";

import { outputClock } from "../../modules/output/clock";
import { Pins } from "../../simulator/emulator/pins";
import { Outputs } from "../../simulator/emulator/receive/outputs";
import { Pio, register } from "../../simulator/pio/pio";
import { PioRunner } from "../../simulator/pio/runner";
import { setUp } from "../../simulator/pio/setup";
import { assembleFile } from "../../tools/pio/assembler";
import { encode, testSamples } from "../output/encode";

const frameCycles = 307_200_000 / 48000;
const functions = { pio0: 6, pio1: 7 };
const plan = {
  slots: { pio: 0, machines: 2 },
  pdm: { pio: 1, machine: 0 },
  mck: { pio: 1, machine: 1 },
};

async function machine() {
  const clock = { time: 0 };
  const sources: (Iterator<number> | undefined)[][] = [[], []];
  const block = (index: 0 | 1): Pio =>
    new Pio({
      now: () => clock.time,
      inputs: () => 0,
      interrupt: () => undefined,
      request: (own, transmit) => transmit && feed(index, own),
      enablesChanged: () => {
        runner?.refresh();
        outputs?.follow();
      },
    });
  const pioBlocks = [block(0), block(1)] as const;
  const feed = (index: 0 | 1, own: number) => {
    for (const source = sources[index]?.[own]; source && pioBlocks[index].requests(own, true);) {
      const { value, done } = source.next() as { value: number; done?: boolean };
      if (done) return;
      pioBlocks[index].write(register.TXF0 + 4 * own, value, value);
    }
  };
  const pins = new Pins(
    30,
    new Map([
      [functions.pio0, pioBlocks[0]],
      [functions.pio1, pioBlocks[1]],
    ]),
  );
  const runner: PioRunner | undefined = new PioRunner(pioBlocks, (time) => pins.update(time));
  const outputs: Outputs | undefined = new Outputs({ pins, pioBlocks }, plan);
  const programs = new Map<string, Awaited<ReturnType<typeof assembleFile>>[0]>();
  for (const name of ["spdif", "pdm", "i2s"])
    for (const program of await assembleFile(`pio/${name}.pio`)) programs.set(program.name, program);
  return {
    outputs,
    pins,
    run(frames: number) {
      clock.time += frames * frameCycles;
      runner.advance(clock.time);
    },
    start(
      index: 0 | 1,
      own: number,
      name: "spdif" | "pdm" | "i2s",
      pin: number,
      words: Iterable<number>,
      side?: number,
    ) {
      const program = programs.get(name);
      if (!program) throw new Error(`no program ${name}`);
      const pio = pioBlocks[index];
      for (const used of [pin, ...(side === undefined ? [] : [side, side + 1])]) {
        pins.select(used, index === 0 ? functions.pio0 : functions.pio1, 0, 0);
        pio.writeDirections(used, 1, 1);
      }
      setUp(pio, own, 8 * own, { program, pins: { out: pin, side: side ?? 0 }, divider: outputClock(48000, name) });
      (sources[index] as Iterator<number>[])[own] = words[Symbol.iterator]();
      feed(index, own);
      const control = pio.read(register.CTRL) | (0x101 << own);
      pio.write(register.CTRL, control, control);
    },
    stop: (index: 0 | 1) => pioBlocks[index].write(register.CTRL, 0, 0),
  };
}

const samples = testSamples(600);
const bytes = (from: number, to: number) => {
  const packed = Buffer.alloc((to - from) * 6);
  samples.subarray(2 * from, 2 * to).forEach((sample, i) => packed.writeIntLE(sample, 3 * i, 3));
  return packed;
};

test("a slot's samples come out in order, over any number of looks", async () => {
  const m = await machine();
  m.start(0, 0, "spdif", 6, await encode("spdif", 48000, samples));
  const parts: Buffer[] = [];
  for (let i = 0; i < 10; i++) {
    m.run(50.3);
    const output = m.outputs.take(0);
    expect(output.slots[0]).toHaveLength(6 * output.frames);
    expect(output.slots[1]).toBeUndefined();
    expect(output.pdm).toBeUndefined();
    parts.push(Buffer.from(output.slots[0] ?? []));
  }
  const all = Buffer.concat(parts);
  expect(all.length / 6).toBeGreaterThanOrEqual(501);
  expect(all.equals(bytes(0, all.length / 6))).toBe(true);
  expect(m.outputs.carriedBy(6)).toBe("spdif");
});

test("PDM that begins in the middle has silence before it, and its bits in order after that", async () => {
  const m = await machine();
  m.start(0, 0, "spdif", 6, await encode("spdif", 48000, samples));
  m.run(60);
  const word = (i: number) => Math.imul(i + 1, 0x9e3779b9) >>> 0;
  m.start(
    1,
    0,
    "pdm",
    10,
    Array.from({ length: 8 * 600 }, (_, i) => word(i)),
  );
  m.run(40);
  const { pdm, frames } = m.outputs.take(0);
  expect(pdm).toHaveLength(32 * frames);
  const begin = pdm?.findIndex((byte) => byte !== 0xaa) ?? -1;
  expect(Math.abs(begin / 32 - 60)).toBeLessThanOrEqual(2);
  const view = new DataView(Uint8Array.from(pdm ?? []).buffer);
  for (let i = 0; begin + 4 * i + 4 <= view.byteLength; i++) expect(view.getUint32(begin + 4 * i)).toBe(word(i));
  expect(m.outputs.carriedBy(10)).toBe("pdm");
});

test("an I2S slot is heard with the clocks of the machine that makes them, and rests when that stops", async () => {
  const m = await machine();
  m.start(0, 1, "i2s", 7, await encode("i2s", 48000, samples), 14);
  m.run(300);
  const first = m.outputs.take(0);
  expect(first.frames).toBeGreaterThanOrEqual(298);
  expect(Buffer.from(first.slots[1] ?? []).equals(bytes(0, first.frames))).toBe(true);
  expect([7, 14, 15].map((pin) => m.outputs.carriedBy(pin))).toEqual(["i2s data", "i2s bck", "i2s lrclk"]);
  m.stop(0);
  m.run(100);
  expect(m.outputs.take(0)).toMatchObject({ frames: 0, slots: [undefined, new Uint8Array()] });
});
