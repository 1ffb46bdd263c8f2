import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chips, outputCount, type Chip } from "../test/engine/programs";
import { Session, settled, whiteNoise } from "../test/engine/session";
import { WavWriter } from "../simulator/wav";
import { debianProgram } from "../tools/debian";
import { projectFolder } from "../tools/folders";

const rate = 48_000;
const bands = 10;
/** Seconds of audio per measurement. */
const seconds = 60;

const sides = ["left", "right"];
/** Debian's util-linux; elsewhere a render takes what cores there are. */
const taskset = "/usr/bin/taskset";

const filters = Array.from({ length: bands }, (_, band) => ({
  frequency: Math.round(40 * 1.9 ** band),
  q: 1.4,
  gain: band % 2 === 0 ? 3 : -3,
}));

/** The engine and a whole render on one core against real time, and sox with the same filters on as many channels. */
export async function speed(): Promise<void> {
  const rows = [];
  for (const chip of chips) {
    const channels = 2 + stereoOutputs(chip);
    const { time, bytes } = await engineTime(chip);
    const sox = await soxTime(channels);
    const render = await renderTime(chip, channels - 2);
    rows.push({
      chip,
      "channels × bands": `${channels} × ${bands}`,
      "engine × real time": (seconds / time).toFixed(1),
      "dspi render × real time": (seconds / render).toFixed(1),
      "sox × real time": (seconds / sox).toFixed(1),
      "engine ÷ sox": (sox / time).toFixed(1),
      "render ÷ sox": (sox / render).toFixed(1),
      "ns per band and sample": ((time / (seconds * rate * channels * bands)) * 1e9).toFixed(2),
      "engine bytes": bytes,
    });
  }
  console.log(
    `${seconds} s at ${rate} Hz, peaking bands on every channel, each on one core: the engine alone (processor time), ` +
      "a whole dspi render (wall time; wanted on the rp2350: ≥ 20 ×), sox with the same filters (wall time)",
  );
  console.table(rows);
}

function stereoOutputs(chip: Chip): number {
  return outputCount[chip] - 1; // all but the subwoofer
}

async function engineTime(chip: Chip) {
  const session = new Session(chip);
  for (let channel = 0; channel < 2 + stereoOutputs(chip); channel++)
    filters.forEach(({ frequency, q, gain }, band) => session.band(channel, band, 1, frequency, q, gain));
  for (let output = 0; output < stereoOutputs(chip); output++) session.route(output % 2, output, 0.5);
  session
    .commit()
    .play(10 * settled)
    .say("rewind")
    .say(`time ${seconds * 1000} 48`)
    .say("bytes");
  const { readings } = await session.run(whiteNoise(2 ** 21));
  const [time, bytes] = readings.map(Number) as [number, number];
  return { time, bytes };
}

/** Seconds that sox, on one core, takes for its `equalizer` on a file of so many channels. */
async function soxTime(channels: number): Promise<number> {
  const sox = await debianProgram("sox");
  return inFolder((folder) => {
    const file = join(folder, "noise.raw");
    const noise = whiteNoise(2 ** 29);
    writeFileSync(
      file,
      new Uint8Array(Int32Array.from({ length: rate * seconds * channels }, () => noise(0)[0]).buffer),
    );
    const raw = ["-t", "raw", "-r", String(rate), "-c", String(channels), "-e", "signed", "-b", "32"];
    const effects = filters.flatMap(({ frequency, q, gain }) => ["equalizer", `${frequency}`, `${q}q`, `${gain}`]);
    const start = performance.now();
    execFileSync(sox.path, ["--single-threaded", "-D", ...raw, file, "-n", ...effects], { env: sox.env });
    return (performance.now() - start) / 1000;
  });
}

/** Wall seconds of a whole `dspi render`, start and files included, held to one core where taskset(1) is there. */
function renderTime(chip: Chip, outputs: number): Promise<number> {
  return inFolder(async (folder) => {
    const names = Array.from({ length: outputs }, (_, output) => `out${output + 1}`);
    const config = [
      ...names.flatMap((name, output) => [`${name}.enabled: on`, `${name}.from.${sides[output % 2]}.enabled: on`]),
      ...[...sides, ...names].flatMap((channel) =>
        filters.map(
          ({ frequency, q, gain }, band) =>
            `${channel}.eq.${band + 1}: { type: peaking, frequency: ${frequency}, q: ${q}, gain: ${gain} }`,
        ),
      ),
    ];
    const files = { config: join(folder, "all-bands.yaml"), input: join(folder, "noise.wav") };
    writeFileSync(files.config, `${config.join("\n")}\n`);
    const noise = whiteNoise(2 ** 22);
    const samples = new Uint8Array(seconds * rate * 6);
    const view = new DataView(samples.buffer);
    for (let at = 0; at + 4 <= samples.length; at += 3) view.setInt32(at, noise(0)[0], true);
    const writer = await WavWriter.start(await open(files.input, "w"), files.input, rate, 2);
    await writer.write(samples);
    await writer.close();
    const render = [
      "cli/dspi.js",
      "render",
      files.input,
      join(folder, "out"),
      "--chip",
      chip,
      "--config",
      files.config,
    ];
    const isBound = existsSync(taskset);
    const program = isBound ? taskset : process.execPath;
    const args = isBound ? ["-c", "0", process.execPath, ...render] : render;
    const start = performance.now();
    execFileSync(program, args, { cwd: projectFolder });
    return (performance.now() - start) / 1000;
  });
}

/** Works in a folder that is gone afterwards. */
async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "dspi-speed-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
