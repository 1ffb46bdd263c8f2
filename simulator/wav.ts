/** WAV files as streams: PCM of 16 or 24 bit in, 24 bit out. Only the header passes through the library. */
import { open, type FileHandle } from "node:fs/promises";

import wavefile from "wavefile";

export const sampleRates = [44100, 48000, 96000];

/** Bytes in which the header of a file must end: room for the tags that some programs put before the samples. */
const headerWindow = 1 << 20;
const pcm = 1;
const extensible = 0xfffe;
/** SubFormat GUID of integer PCM, as four 32-bit little-endian words (00000001-0000-0010-8000-00aa00389b71). */
const pcmSubformat = [0x00000001, 0x00100000, 0xaa000080, 0x719b3800];

interface Fmt {
  audioFormat: number;
  numChannels: number;
  sampleRate: number;
  blockAlign: number;
  bitsPerSample: number;
  subformat: number[];
}

/** A WAV file's samples as interleaved stereo, 16 or 24 bit as in the file; a mono file comes on both channels. */
export class WavReader {
  readonly rate: number;
  readonly bits: 16 | 24;
  readonly channels: 1 | 2;
  /** Frames in the file. */
  readonly length: number;
  #handle: FileHandle;
  #start: number;
  #position = 0;

  private constructor(handle: FileHandle, fmt: Fmt, start: number, bytes: number) {
    this.#handle = handle;
    this.#start = start;
    this.rate = fmt.sampleRate;
    this.bits = fmt.bitsPerSample as 16 | 24;
    this.channels = fmt.numChannels as 1 | 2;
    this.length = Math.floor(bytes / fmt.blockAlign);
  }

  /** Opens a file; an Error says what is wrong with it and how to convert it. The caller closes. */
  static async open(file: string): Promise<WavReader> {
    const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${file}: ${error.code === "ENOENT" ? "no such file" : error.message}`, { cause: error });
    });
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new Error(`${file}: not a file`);
      const head = new Uint8Array(Math.min(headerWindow, stat.size));
      await handle.read(head, 0, head.length, 0);
      const { fmt, data } = parseHeader(file, head);
      check(file, fmt);
      // A writer into a pipe leaves the size open: then the samples end where the file does.
      const bytes = Math.min(data.chunkSize, stat.size - data.start);
      return new WavReader(handle, fmt, data.start, bytes);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The next `frames` frames as interleaved stereo of `bits`; fewer at the end, empty after it. */
  async read(frames: number): Promise<Uint8Array> {
    const count = Math.min(frames, this.length - this.#position);
    const sampleBytes = this.bits / 8;
    const bytes = new Uint8Array(count * this.channels * sampleBytes);
    const offset = this.#start + this.#position * this.channels * sampleBytes;
    const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, offset);
    if (bytesRead < bytes.length) throw new Error("the WAV file became shorter while it was read");
    this.#position += count;
    return this.channels === 2 ? bytes : doubled(bytes, sampleBytes);
  }

  rewind(): void {
    this.#position = 0;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function parseHeader(file: string, head: Uint8Array): { fmt: Fmt; data: { start: number; chunkSize: number } } {
  const wav = new wavefile.WaveFile();
  try {
    wav.fromBuffer(head, false);
  } catch (error) {
    throw new Error(`${file}: not a WAV file (${(error as Error).message})`, { cause: error });
  }
  if (wav.container !== "RIFF") throw new Error(`${file}: a ${wav.container} file; ${supported(file)}`);
  return { fmt: wav.fmt as Fmt, data: findSamples(head) };
}

/** Where the data chunk is: the library finds it too, but does not say where. */
function findSamples(head: Uint8Array): { start: number; chunkSize: number } {
  const view = new DataView(head.buffer);
  for (let at = 12; at + 8 <= head.length;) {
    const chunkSize = view.getUint32(at + 4, true);
    if (view.getUint32(at, false) === dataId) return { start: at + 8, chunkSize };
    at += 8 + chunkSize + (chunkSize % 2);
  }
  throw new Error("no samples"); // the library would have thrown
}

/** "data" as a big-endian number. */
const dataId = 0x64617461;

function check(file: string, fmt: Fmt): void {
  const integer =
    fmt.audioFormat === pcm ||
    (fmt.audioFormat === extensible && fmt.subformat.every((word, index) => word === pcmSubformat[index]));
  const refuse = (what: string) => {
    throw new Error(`${file}: ${what}; ${supported(file)}`);
  };
  if (!integer) refuse(`the samples are ${fmt.audioFormat === 3 ? "floating point" : "not integer PCM"}`);
  if (fmt.bitsPerSample !== 16 && fmt.bitsPerSample !== 24) refuse(`${fmt.bitsPerSample} bit`);
  if (fmt.numChannels !== 1 && fmt.numChannels !== 2) refuse(`${fmt.numChannels} channels`);
  if (!sampleRates.includes(fmt.sampleRate)) refuse(`${fmt.sampleRate} Hz`);
  if (fmt.blockAlign !== (fmt.numChannels * fmt.bitsPerSample) / 8) {
    refuse(`a frame of ${fmt.blockAlign} bytes does not fit ${fmt.numChannels} × ${fmt.bitsPerSample} bit`);
  }
}

function supported(file: string): string {
  return (
    "supported are 16 or 24 bit integer PCM, mono or stereo, 44100, 48000 or 96000 Hz. " +
    `Convert it: sox "${file}" -b 24 -c 2 -r 48000 converted.wav`
  );
}

function doubled(mono: Uint8Array, sampleBytes: number): Uint8Array {
  const stereo = new Uint8Array(mono.length * 2);
  for (let from = 0, to = 0; from < mono.length; from += sampleBytes, to += 2 * sampleBytes) {
    for (let byte = 0; byte < sampleBytes; byte++) {
      stereo[to + byte] = stereo[to + sampleBytes + byte] = mono[from + byte] ?? 0;
    }
  }
  return stereo;
}

/** Writes 24-bit PCM as it comes; the sizes in the header are right after close(). */
export class WavWriter {
  readonly file: string;
  #handle: FileHandle;
  #rate: number;
  #channels: number;
  #bytes = 0;

  private constructor(handle: FileHandle, file: string, rate: number, channels: number) {
    this.file = file;
    this.#handle = handle;
    this.#rate = rate;
    this.#channels = channels;
  }

  /** Takes a file opened for writing, and its name. */
  static async start(handle: FileHandle, file: string, rate: number, channels: 1 | 2): Promise<WavWriter> {
    const writer = new WavWriter(handle, file, rate, channels);
    await writer.#writeHeader();
    return writer;
  }

  /** Frames written. */
  get frames(): number {
    return this.#bytes / (3 * this.#channels);
  }

  /** Appends interleaved 24-bit little-endian samples. */
  async write(samples: Uint8Array): Promise<void> {
    await this.#handle.write(samples, 0, samples.length, headerBytes + this.#bytes);
    this.#bytes += samples.length;
  }

  /** Appends frames of silence. */
  writeSilence(frames: number): Promise<void> {
    return this.write(new Uint8Array(frames * 3 * this.#channels));
  }

  async close(): Promise<void> {
    const padding = this.#bytes % 2; // chunks are of even length (RIFF)
    if (padding) await this.#handle.write(new Uint8Array(1), 0, 1, headerBytes + this.#bytes);
    await this.#writeHeader();
    await this.#handle.close();
  }

  async #writeHeader(): Promise<void> {
    const wav = new wavefile.WaveFile();
    wav.fromScratch(this.#channels, this.#rate, "24", []);
    const header = new DataView(wav.toBuffer().slice().buffer);
    header.setUint32(4, headerBytes - 8 + this.#bytes + (this.#bytes % 2), true);
    header.setUint32(headerBytes - 4, this.#bytes, true);
    await this.#handle.write(new Uint8Array(header.buffer), 0, headerBytes, 0);
  }
}

const headerBytes = 44;
