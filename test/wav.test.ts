import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { WavReader, WavWriter } from "../simulator/wav";
import { chunk, noise, wavFile, wavSamples, type WavOptions } from "./wav";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspi-wav-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function reader(bytes: Buffer): Promise<WavReader> {
  const file = join(folder, "in.wav");
  await writeFile(file, bytes);
  return WavReader.open(file);
}

/** All samples, read in uneven pieces. */
async function readAll(wav: WavReader): Promise<number[]> {
  const pieces: Buffer[] = [];
  for (let size = 1; ; size = (size * 7) % 1009) {
    const piece = await wav.read(size);
    if (piece.length === 0) break;
    pieces.push(Buffer.from(piece));
  }
  await wav.close();
  const pcm = Buffer.concat(pieces);
  const bytes = wav.bits / 8;
  return Array.from({ length: pcm.length / bytes }, (_, i) => pcm.readIntLE(i * bytes, bytes));
}

describe("a WAV file", () => {
  test.each(
    [44100, 48000, 96000].flatMap((rate) =>
      [16, 24].flatMap((bits) => [false, true].map((extensible) => ({ rate, bits, extensible }))),
    ),
  )("of %j is read sample for sample", async (options) => {
    const samples = noise(2 * 3001, options.bits);
    const wav = await reader(wavFile(samples, options));
    expect([wav.rate, wav.bits, wav.length]).toEqual([options.rate, options.bits, 3001]);
    expect(await readAll(wav)).toEqual(samples);
  });

  test.each([16, 24])("of one channel and %i bit comes on both", async (bits) => {
    const samples = noise(501, bits);
    const wav = await reader(wavFile(samples, { bits, channels: 1 }));
    expect(wav.length).toBe(501);
    expect(await readAll(wav)).toEqual(samples.flatMap((sample) => [sample, sample]));
  });

  test("may have tags before its samples", async () => {
    const info = Buffer.concat([Buffer.from("INFO"), chunk("ISFT", Buffer.from("Lavf60.16.100\0\0"))]);
    const before = Buffer.concat([
      chunk("LIST", info),
      chunk("odd ", Buffer.from("abc")),
      chunk("JUNK", Buffer.alloc(5000)),
    ]);
    const samples = noise(2 * 100, 16);
    expect(await readAll(await reader(wavFile(samples, { before })))).toEqual(samples);
  });

  test("written into a pipe ends where it ends, whatever its header says", async () => {
    const samples = noise(2 * 100, 24);
    const wav = await reader(wavFile(samples, { bits: 24, dataSize: 0xffffffff }));
    expect(wav.length).toBe(100);
    expect(await readAll(wav)).toEqual(samples);
  });

  test("without samples is empty", async () => {
    const wav = await reader(wavFile([]));
    expect(wav.length).toBe(0);
    expect(await readAll(wav)).toEqual([]);
  });

  test.each<[WavOptions, RegExp]>([
    [{ bits: 32 }, /: 32 bit; supported are 16 or 24 bit .* sox ".*" -b 24 -c 2 -r 48000 converted.wav$/],
    [{ bits: 32, tag: 3 }, /: the samples are floating point; /],
    [{ bits: 32, tag: 3, extensible: true }, /: the samples are not integer PCM; /],
    [{ bits: 8 }, /: 8 bit; /],
    [{ channels: 6 }, /: 6 channels; /],
    [{ rate: 22050 }, /: 22050 Hz; /],
  ])("of %j is refused with the way to convert it", async (options, error) => {
    await expect(reader(wavFile([0, 0, 0, 0, 0, 0], options))).rejects.toThrow(error);
  });

  test.each([
    ["empty", Buffer.alloc(0)],
    ["of text", Buffer.from("Once upon a time there was a wolf and seven little goats.")],
    ["cut in its header", wavFile([1, 2]).subarray(0, 30)],
    ["without samples", wavFile([]).subarray(0, 36)],
    ["big-endian", Buffer.concat([Buffer.from("RIFX"), wavFile([1, 2]).subarray(4)])],
  ])("that is none, but a file %s, is refused", async (_, bytes) => {
    await expect(reader(bytes)).rejects.toThrow(/in\.wav: (not a WAV file|a RIFX file)/);
  });

  test("that is missing or a folder is refused", async () => {
    await expect(WavReader.open(join(folder, "none.wav"))).rejects.toThrow("none.wav: no such file");
    await expect(WavReader.open(folder)).rejects.toThrow("not a file");
  });
});

test.each([1, 2] as const)("a written file of %i channels has the right header and samples", async (channels) => {
  const file = join(folder, "out.wav");
  const writer = await WavWriter.start(await open(file, "w"), file, 44100, channels);
  const samples = noise(channels * 333, 24);
  const expected = wavFile(samples, { rate: 44100, bits: 24, channels });
  await writer.write(expected.subarray(44, 44 + channels * 3 * 100));
  await writer.write(expected.subarray(44 + channels * 3 * 100, 44 + samples.length * 3));
  expect(writer.frames).toBe(333);
  await writer.close();
  const written = await readFile(file);
  expect(written.equals(expected)).toBe(true);
  expect(wavSamples(written)).toEqual(samples);
});
