import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readConfig } from "../../cli/config";
import { chips, type Chip } from "../../cli/options";
import { renderFile } from "../../cli/render";
import { projectFolder } from "../../tools/folders";
import { noise, wavFile, wavSamples } from "../wav";
import { dspi } from "./dspi";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspi-render-"));
  // As it goes in, it comes out: master volume 0 dB, and without the high-pass that outputs have when new.
  await writeFile(join(folder, "flat.yaml"), "master.volume: 0\nout1.eq.1.type: flat\nout2.eq.1.type: flat\n");
});
afterAll(() => rm(folder, { recursive: true }));

const write = (name: string, bytes: Buffer | string) => writeFile(join(folder, name), bytes);
const read = (name: string) => readFile(join(folder, name));

/** Seconds after which a stream's fade-in is over: 256 silent frames at any rate, then a ramp of some ms. */
const fadeIn = 0.05;

/** Amplitude of a steady sine on a channel, from the second half of a file of 1 s at 48 kHz (Goertzel). */
function amplitude(samples: number[], channels: number, channel: number, frequency: number): number {
  const count = 24000;
  let [re, im] = [0, 0];
  for (let n = 0; n < count; n++) {
    const phase = (2 * Math.PI * frequency * n) / 48000;
    const sample = (samples[(count + n) * channels + channel] ?? 0) / 2 ** 23;
    re += sample * Math.cos(phase);
    im += sample * Math.sin(phase);
  }
  return (2 * Math.hypot(re, im)) / count;
}

function sine(frequency: number, level: number): number[] {
  return Array.from({ length: 2 * 48000 }, (_, i) =>
    Math.round(level * 2 ** 23 * Math.sin((2 * Math.PI * frequency * (i >> 1)) / 48000)),
  );
}

/** What the command does, without a process of its own. */
async function render(name: string, out: string, options: { chip?: Chip; config: string; bits?: 16 | 24 }) {
  const { chip = "rp2350", config, bits } = options;
  const settings = await readConfig(resolve(folder, config), chip);
  return renderFile(join(folder, `${name}.wav`), join(folder, out), { chip, settings, bits });
}

const crossover = join(projectFolder, "examples/two-way-crossover.yaml");

describe("dspi render", () => {
  test.each(
    chips.flatMap((chip) => [44100, 48000, 96000].flatMap((rate) => [16, 24].map((bits) => ({ chip, rate, bits })))),
  )("passes the samples through unchanged when nothing is set: %j", async ({ chip, rate, bits }) => {
    const samples = noise(2 * Math.round(rate * 0.25), bits).map((sample) => sample >> 1);
    const name = `${chip}-${rate}-${bits}`;
    await write(`${name}.wav`, wavFile(samples, { rate, bits }));
    const slot = join(folder, name, "slot0.wav");
    expect(await render(name, name, { chip, config: "flat.yaml" })).toMatchObject({
      files: [{ file: slot, frames: samples.length / 2 }],
    });
    expect(await readdir(join(folder, name))).toEqual(["slot0.wav"]);
    const file = await read(`${name}/slot0.wav`);
    expect([file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt16LE(34)]).toEqual([2, rate, 24]);
    const played = wavSamples(file);
    const expected = samples.map((sample) => sample * 2 ** (24 - bits));
    const from = 2 * Math.round(rate * fadeIn);
    expect(played.length).toBe(expected.length);
    expect(played.slice(from)).toEqual(expected.slice(from));
  });

  test("plays a mono file on both channels, and 24 bit over a 16 bit stream as a driver does", async () => {
    const samples = noise(12000, 24).map((sample) => sample >> 1);
    await write("mono.wav", wavFile(samples, { channels: 1, bits: 24 }));
    await render("mono", "mono", { config: "flat.yaml", bits: 16 });
    const expected = samples.flatMap((sample) => [sample & ~0xff, sample & ~0xff]);
    expect(wavSamples(await read("mono/slot0.wav")).slice(4800)).toEqual(expected.slice(4800));
  });

  test("gives the same files twice, and says what it made", async () => {
    await write("twice.wav", wavFile(noise(2 * 24000, 24), { bits: 24, rate: 44100 }));
    for (const out of ["one", "two"]) {
      const { code, stdout, stderr } = await dspi(folder, "render", "twice.wav", out, "--config", crossover);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^  ${out}/slot1.wav: 24006 frames$`, "m"));
      expect(stdout).toMatch(/× real time/);
    }
    expect(await readdir(join(folder, "one"))).toEqual(["slot0.wav", "slot1.wav"]);
    for (const name of ["slot0.wav", "slot1.wav"]) {
      expect((await read(`one/${name}`)).equals(await read(`two/${name}`))).toBe(true);
    }
  });

  test.each(chips)("sets up the crossover of the example on the %s", async (chip) => {
    await write("200.wav", wavFile(sine(200, 0.5), { bits: 24 }));
    await render("200", chip, { chip, config: crossover });
    const decibels = (samples: number[]) => 20 * Math.log10(amplitude(samples, 2, 0, 200) / 0.5);
    // Linkwitz-Riley of 4th order: low pass 1 / (1 + x⁴), high pass x⁴ / (1 + x⁴), x the bilinear transform's f / f0.
    const x = Math.tan((Math.PI * 200) / 48000) / Math.tan((Math.PI * 2000) / 48000);
    // The room filter: |1 − y² + jyA/Q|² / |1 − y² + jy/(AQ)|², A = 10^(dB / 40).
    const y = Math.tan((Math.PI * 200) / 48000) / Math.tan((Math.PI * 45) / 48000);
    const gain = 10 ** (-5 / 40);
    const side = (factor: number) => (1 - y * y) ** 2 + ((y * factor) / 4) ** 2;
    const before = -6 + 10 * Math.log10(side(gain) / side(1 / gain));
    const low = before - 20 * Math.log10(1 + x ** 4);
    const high = before - 3.5 + 20 * Math.log10(x ** 4 / (1 + x ** 4));
    expect(decibels(wavSamples(await read(`${chip}/slot0.wav`)))).toBeCloseTo(low, 2);
    expect(decibels(wavSamples(await read(`${chip}/slot1.wav`)))).toBeCloseTo(high, 1); // some 130 steps of 24 bits
    // The tweeters' delay of 0.12 ms is 6 frames: the files are longer by what is still to come.
    expect((await read(`${chip}/slot1.wav`)).readUInt32LE(40) / 6).toBe(48006);
  });

  test("writes the subwoofer's bits, and what one hears of them", async () => {
    await write("40.wav", wavFile(sine(40, 0.5), { bits: 24 }));
    await write("sub.yaml", "master.volume: 0\npdm: { enabled: on, from.left.enabled: on }\n");
    await render("40", "sub", { config: "sub.yaml" });
    expect(await readdir(join(folder, "sub"))).toEqual(["pdm.bits", "pdm.wav", "slot0.wav"]);
    const wav = await read("sub/pdm.wav");
    expect([wav.readUInt16LE(22), wav.readUInt16LE(34), wav.readUInt32LE(40) / 3]).toEqual([1, 24, 48000]);
    expect((await read("sub/pdm.bits")).length).toBe((48000 * 256) / 8);
    // A new device has a Butterworth low pass of 80 Hz there: 1 / √(1 + (40 / 80)⁴) = −0.26 dB.
    const level = 20 * Math.log10(amplitude(wavSamples(wav), 1, 0, 40) / 0.5);
    expect(level).toBeCloseTo(-10 * Math.log10(1 + 0.5 ** 4), 1);
  });

  test("does not write over its own input", async () => {
    await mkdir(join(folder, "own"));
    const bytes = wavFile(noise(2000, 16));
    await write("own/slot0.wav", bytes);
    await symlink("own", join(folder, "same"));
    const { code, stderr } = await dspi(folder, "render", "own/slot0.wav", "same");
    expect(code).toBe(1);
    expect(stderr).toContain("own/slot0.wav is one of the files to be written");
    expect((await read("own/slot0.wav")).equals(bytes)).toBe(true);
  });

  test("applies nothing of a wrong configuration and makes no file", async () => {
    await write("ok.wav", wavFile(noise(2000, 16)));
    await write("bad.yaml", "out1.gain: -3\nout1.gian: 3\n");
    const { code, stderr } = await dspi(folder, "render", "ok.wav", "none", "--config", "bad.yaml");
    expect(code).toBe(1);
    expect(stderr).toContain('bad.yaml:2: the RP2350 has no parameter "out1.gian": did you mean "out1.gain"?');
    expect(await readdir(folder)).not.toContain("none");
  });

  test("tells what excludes each other", async () => {
    await write("both.yaml", "pdm.enabled: on\nout3.enabled: on\n");
    const { code, stderr } = await dspi(folder, "render", "ok.wav", "both", "--config", "both.yaml");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^pdm.enabled and out3.enabled: /m);
  });

  test.each([
    [["render"], "Not enough"],
    [["render", "ok.wav", "x", "--chip", "z80"], '"rp2040", "rp2350"'],
    [["render", "ok.wav", "x", "--speed", "2"], "Unknown argument: speed"],
    [["render", "nothing.wav", "x"], "nothing.wav: no such file"],
    [["render", "flat.yaml", "x"], "flat.yaml: not a WAV file"],
    [["render", "ok.wav", "x", "--config", "no.yaml"], "no.yaml: no such file"],
    [["rendre"], "rendre"],
    [[], "name a command"],
  ])("dspi %j ends with an error that says why", async (args, text) => {
    const { code, stderr } = await dspi(folder, ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(text);
  });
});
