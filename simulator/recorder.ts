/** Writes what a device's outputs send: slot0.wav …, pdm.wav and pdm.bits, all starting at the same instant. */
import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

import type { Output } from "./device";
import { PdmDecoder, pdmDecoderLatency } from "./pdm-decoder";
import { Serial } from "./serial";
import { WavWriter } from "./wav";

export interface Recording {
  file: string;
  /** Audio frames; 256 bits each in the PDM bit stream. */
  frames: number;
}

export class Recorder {
  #folder: string;
  #takes: Take[] = [];
  #rate = 0;
  #order = new Serial();
  #failure: Error | undefined;

  /** Writes into an existing folder; a file of the same name is replaced, a symbolic link is not followed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Appends what was sent at `rate` Hz; after a change of the rate it goes to new files. Errors wait for close(). */
  write(output: Output, rate: number): Promise<void> {
    return this.#order.run(async () => {
      if (this.#failure) return;
      await this.#write(output, rate).catch((error: unknown) => (this.#failure = error as Error));
    });
  }

  /** Completes the files and lists them; throws what went wrong while they were written. */
  close(): Promise<Recording[]> {
    return this.#order.run(async () => {
      await this.#takes.at(-1)?.close();
      if (this.#failure) throw this.#failure;
      return this.#takes.flatMap((take) => take.recordings);
    });
  }

  async #write(output: Output, rate: number): Promise<void> {
    let take = this.#takes.at(-1);
    if (!take || rate !== this.#rate) {
      await take?.close();
      const suffix = this.#takes.length > 0 ? `-${this.#takes.length + 1}` : "";
      take = new Take(this.#folder, suffix, rate);
      this.#takes.push(take);
      this.#rate = rate;
    }
    await take.write(output);
  }
}

/** The files of one sample rate. An output enabled late starts with silence, one disabled early ends with it. */
class Take {
  recordings: Recording[] = [];
  #folder: string;
  #suffix: string;
  #rate: number;
  #frames = 0;
  #slots: (WavWriter | undefined)[] = [];
  #pdm: PdmTrack | undefined;

  constructor(folder: string, suffix: string, rate: number) {
    this.#folder = folder;
    this.#suffix = suffix;
    this.#rate = rate;
  }

  async write(output: Output): Promise<void> {
    for (const [slot, samples] of output.slots.entries()) {
      if (!samples?.length) continue;
      const track = (this.#slots[slot] ??= await this.#track(`slot${slot}`, 2));
      await pad(track, this.#frames);
      await track.write(samples);
    }
    if (output.pdm?.length) {
      this.#pdm ??= await this.#pdmTrack();
      await this.#pdm.write(output.pdm, this.#frames);
    }
    this.#frames += output.frames;
  }

  async close(): Promise<void> {
    const tracks = this.#slots.filter((track) => track !== undefined);
    for (const track of tracks) {
      await pad(track, this.#frames);
      await track.close();
    }
    this.recordings = tracks.map(({ file, frames }) => ({ file, frames }));
    if (this.#pdm) this.recordings.push(...(await this.#pdm.close(this.#frames)));
  }

  async #track(name: string, channels: 1 | 2): Promise<WavWriter> {
    const file = join(this.#folder, `${name}${this.#suffix}.wav`);
    return WavWriter.start(await createFile(file), file, this.#rate, channels);
  }

  async #pdmTrack(): Promise<PdmTrack> {
    const file = join(this.#folder, `pdm${this.#suffix}.bits`);
    return new PdmTrack(await this.#track("pdm", 1), await createFile(file), file);
  }
}

/** The subwoofer's bit stream, raw and decoded; the decoder's delay is taken out. */
class PdmTrack {
  #wav: WavWriter;
  #bits: FileHandle;
  #file: string;
  #frames = 0;
  #decoder = new PdmDecoder();
  /** Samples that the decoder gives before the first frame. */
  #early = pdmDecoderLatency;

  constructor(wav: WavWriter, bits: FileHandle, file: string) {
    this.#wav = wav;
    this.#bits = bits;
    this.#file = file;
  }

  async write(bits: Uint8Array, position: number): Promise<void> {
    await this.#pad(position);
    await this.#append(bits);
  }

  async close(position: number): Promise<Recording[]> {
    await this.#pad(position);
    await this.#decode(idle(pdmDecoderLatency));
    await this.#wav.close();
    await this.#bits.close();
    return [
      { file: this.#wav.file, frames: this.#wav.frames },
      { file: this.#file, frames: this.#frames },
    ];
  }

  async #pad(position: number): Promise<void> {
    while (this.#frames < position) {
      const frames = Math.min(position - this.#frames, silenceBlock);
      await this.#append(idle(frames));
    }
  }

  async #append(bits: Uint8Array): Promise<void> {
    await this.#bits.write(bits);
    await this.#decode(bits);
    this.#frames += bits.length / pdmFrameBytes;
  }

  async #decode(bits: Uint8Array): Promise<void> {
    const samples = this.#decoder.push(bits);
    const early = Math.min(this.#early, samples.length);
    this.#early -= early;
    await this.#wav.write(packed24(samples.subarray(early)));
  }
}

const pdmFrameBytes = 256 / 8;
const silenceBlock = 4800;

/** Frames of silence as the modulator sends it. */
function idle(frames: number): Uint8Array {
  return new Uint8Array(frames * pdmFrameBytes).fill(0xaa);
}

async function pad(track: WavWriter, frames: number): Promise<void> {
  while (track.frames < frames) await track.writeSilence(Math.min(frames - track.frames, silenceBlock));
}

/** A new file in place of an old one: what a link points to stays as it is. */
async function createFile(file: string): Promise<FileHandle> {
  await rm(file, { force: true });
  return open(file, "wx");
}

function packed24(samples: Int32Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 3);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0;
    bytes[3 * i] = sample;
    bytes[3 * i + 1] = sample >> 8;
    bytes[3 * i + 2] = sample >> 16;
  }
  return bytes;
}
