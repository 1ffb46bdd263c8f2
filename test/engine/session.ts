/** A conversation with one engine: settings, packets and readings in their order, carried out by `run`. */
import { designBand, type Design } from "../../modules/dsp/biquad";
import { designCrossfeed } from "../../modules/dsp/crossfeed";
import { designLeveller } from "../../modules/dsp/leveller";
import { designLoudness, loudnessSections } from "../../modules/dsp/loudness";
import { buildTool, designText, outputCount, runTool, type Chip } from "./programs";

export interface Result {
  /** Per output, samples of ±`fullScaleOf`. */
  outputs: Int32Array[];
  /** One line per `peaks`, `clips`, `clear`, `bytes` and `time`, in their order. */
  readings: string[];
}

export class Session {
  readonly chip: Chip;
  /** Rate that bands are designed for and blocks are committed for. */
  rate: number;
  #lines: string[];
  #frames = 0;

  constructor(chip: Chip, rate = 48_000) {
    this.chip = chip;
    this.rate = rate;
    this.#lines = [`init ${rate}`];
  }

  say(line: string): this {
    this.#lines.push(line);
    return this;
  }

  band(channel: number, band: number, type: number, frequency: number, q = 0.707, gain = 0): this {
    return this.design(channel, band, designBand(type, frequency, q, gain, this.rate));
  }

  design(channel: number, band: number, design: Design): this {
    return this.say(`band ${channel} ${band} ${designText(design)}`);
  }

  /** Enables an output that plays one input. */
  route(input: number, output: number, gain = 1): this {
    return this.output(output).say(`crosspoint ${input} ${output} ${gain}`);
  }

  output(output: number, { enabled = true, gain = 1, delay = 0 } = {}): this {
    return this.say(`output ${output} ${Number(enabled)} ${gain} ${delay}`);
  }

  /** As after power-on but for what is told. */
  leveller({ on = true, amount = 50, speed = 0, maxGain = 15, lookahead = true, gate = -96 } = {}): this {
    const design = { ...designLeveller(amount, speed, maxGain, lookahead, gate, this.rate) };
    if (!on) design.blockFrames = 0;
    return this.say(`leveller ${Object.values(design).join(" ")}`);
  }

  crossfeed(frequency = 700, feed = 4.5, itd = true): this {
    return this.say(`crossfeed ${designText(designCrossfeed(frequency, feed, itd, this.rate))}`);
  }

  /** For a reference in phon, a volume in dB and an intensity in percent. */
  loudness(reference: number, volume: number, intensity = 100): this {
    for (let section = 0; section < loudnessSections; section++)
      this.say(`loudness ${section} ${designText(designLoudness(section, reference, volume, intensity, this.rate))}`);
    return this;
  }

  commit(): this {
    return this.say(`commit ${this.rate}`);
  }

  commitAfresh(): this {
    return this.say(`afresh ${this.rate}`);
  }

  /** Plays the next frames in packets of the sizes, in turn; 1 ms each unless told. */
  play(frames: number, { bits = 24, sizes = [Math.floor(this.rate / 1000)] } = {}): this {
    this.#frames += frames;
    return this.say(`play ${frames} ${bits} ${sizes.join(" ")}`);
  }

  /** Frames played so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Carries all out. `input` gives the samples of a frame, -2^23 … 2^23 - 1 (or of 16 bits). */
  async run(input: (n: number) => [number, number], program?: string): Promise<Result> {
    const samples = new Int32Array(2 * this.#frames);
    for (let n = 0; n < this.#frames; n++) samples.set(input(n), 2 * n);
    const script = Buffer.from([...this.#lines, "audio", ""].join("\n"));
    const path = program ?? (await buildTool("probe", this.chip));
    const { stdout, stderr } = await runTool(path, Buffer.concat([script, Buffer.from(samples.buffer)]));
    const count = outputCount[this.chip];
    const all = new Int32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
    const outputs = Array.from({ length: count }, (_, o) =>
      Int32Array.from({ length: all.length / count }, (_, n) => all[n * count + o] as number),
    );
    return { outputs, readings: stderr.split("\n").slice(0, -1) };
  }
}

/** 24-bit samples of a sine on both inputs; `level` in dBFS. */
export function sine(frequency: number, level: number, rate: number): (n: number) => [number, number] {
  const amplitude = 10 ** (level / 20) * (2 ** 23 - 1);
  return (n) => {
    const x = Math.round(amplitude * Math.sin((2 * Math.PI * frequency * n) / rate));
    return [x, x];
  };
}

/** Repeatable white noise on both inputs, ±`peak`. */
export function whiteNoise(peak: number, seed = 1): (n: number) => [number, number] {
  const next = random(seed);
  return () => [Math.round((next() * 2 - 1) * peak), Math.round((next() * 2 - 1) * peak)];
}

/** Repeatable numbers in 0 … 1 (a 32-bit linear congruential generator, the constants of Numerical Recipes). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** Frames after which a change and the fade-in at the start are over at any rate. */
export const settled = 4096;
