/** `dspi render`: a recording through the device, as fast as it can, into files. */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { SingleBar } from "cli-progress";
import type { CommandModule } from "yargs";

import { Vendor } from "../simulator/vendor";
import { WavReader } from "../simulator/wav";
import { Workbench } from "../simulator/workbench";
import { applySettings } from "../modules/client/apply";
import type { Setting } from "../modules/client/wire";
import { readConfig } from "./config";
import { startDevice } from "./device";
import { chipOption, type Chip } from "./options";

interface Options {
  input: string;
  outdir: string;
  chip: Chip;
  config: string | undefined;
  alt: string;
}

export const render: CommandModule<object, Options> = {
  command: "render <input> <outdir>",
  describe: "Play a WAV file through the device and write what each output sends",
  builder: (yargs) =>
    yargs
      .positional("input", { type: "string", demandOption: true, describe: "WAV file, 16 or 24 bit" })
      .positional("outdir", { type: "string", demandOption: true, describe: "Folder for slot0.wav …, pdm.wav" })
      .options({
        chip: chipOption,
        config: { type: "string", requiresArg: true, describe: "YAML file of parameters by name" },
        alt: {
          type: "string",
          choices: ["auto", "1", "2"],
          default: "auto",
          requiresArg: true,
          describe: "USB audio format: 1 is 16 bit, 2 is 24 bit, auto is what the file has",
        },
      })
      .example("$0 render music.wav out", "As the device is when it is new")
      .example("$0 render music.wav out --config examples/two-way-crossover.yaml", "With parameters from a file"),
  handler: async ({ input, outdir, chip, config, alt }) => {
    const settings = config === undefined ? [] : await readConfig(config, chip);
    const bits = alt === "1" ? 16 : alt === "2" ? 24 : undefined;
    const { source, files, seconds } = await withProgress((progress) =>
      renderFile(input, outdir, { chip, settings, bits, progress }),
    );
    const duration = source.length / source.rate;
    process.stdout.write(`${input}: ${duration.toFixed(2)} s, ${source.rate} Hz, ${source.bits} bit\n`);
    for (const { file, frames } of files) process.stdout.write(`  ${file}: ${frames} frames\n`);
    if (files.length === 0) process.stdout.write("  no output is enabled\n");
    process.stdout.write(`${seconds.toFixed(2)} s, ${(duration / seconds).toFixed(1)} × real time, ${chip}\n`);
  },
};

export interface RenderOptions {
  chip: Chip;
  settings?: Setting[];
  /** Of the audio stream; those of the file by default. */
  bits?: 16 | 24 | undefined;
  /** Called with the share that is done, 0 to 1. */
  progress?: (share: number) => void;
}

/** Plays a file through a new device into a folder, made when it is missing; `seconds` is the time it took. */
export async function renderFile(input: string, outdir: string, options: RenderOptions) {
  const { chip, settings = [], bits, progress = () => undefined } = options;
  const source = await WavReader.open(input);
  try {
    await keepInput(input, outdir);
    await mkdir(outdir, { recursive: true });
    const bench = await Workbench.start(await startDevice(chip));
    bench.onEvent((event) => {
      if (event.ev === "log") process.stderr.write(`${event.text}\n`);
    });
    try {
      await applySettings(new Vendor((setup, data) => bench.device.control(setup, data)), settings);
      await bench.startCapture(outdir);
      const begin = performance.now();
      await bench.play(source, bits, (frames) => progress(frames / source.length));
      const files = await bench.stopCapture();
      return { source, files, seconds: (performance.now() - begin) / 1000 };
    } finally {
      await bench.close();
    }
  } finally {
    await source.close();
  }
}

/** Throws when one of the files to be written is the one to be read. */
async function keepInput(input: string, outdir: string): Promise<void> {
  const source = await stat(input);
  for (const name of ["slot0", "slot1", "slot2", "slot3", "pdm"]) {
    const target = await stat(join(outdir, `${name}.wav`)).catch(() => undefined);
    if (target?.ino === source.ino && target.dev === source.dev) {
      throw new Error(`${input} is one of the files to be written: choose another folder than ${outdir}.`);
    }
  }
}

/** Shows how far `work` is, on a terminal only. */
async function withProgress<T>(work: (progress: (share: number) => void) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work(() => undefined);
  const format = "{bar} {percentage}% | {eta_formatted} left";
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true });
  bar.start(1000, 0);
  try {
    return await work((share) => bar.update(Math.floor(1000 * share)));
  } finally {
    bar.stop();
  }
}
