/** WAV files for tests, put together byte by byte (Microsoft, "Multimedia Programming Interface" 1991; WAVEFORMATEXTENSIBLE). */

export interface WavOptions {
  rate?: number;
  bits?: number;
  channels?: number;
  /** Format tag: 1 integer PCM, 3 float. */
  tag?: number;
  extensible?: boolean;
  /** Chunks between the format and the samples. */
  before?: Buffer;
  /** Size in the header of the samples, when it lies. */
  dataSize?: number;
}

/** Samples are integers at their full width, interleaved. */
export function wavFile(samples: ArrayLike<number>, options: WavOptions = {}): Buffer {
  const { rate = 48000, bits = 16, channels = 2, tag = 1, extensible = false, before = Buffer.alloc(0) } = options;
  const bytes = bits / 8;
  const data = Buffer.alloc(samples.length * bytes);
  for (let i = 0; i < samples.length; i++) data.writeIntLE(samples[i] ?? 0, i * bytes, bytes);
  const fmt = Buffer.alloc(extensible ? 40 : 16);
  fmt.writeUInt16LE(extensible ? 0xfffe : tag, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(rate, 4);
  fmt.writeUInt32LE(rate * channels * bytes, 8);
  fmt.writeUInt16LE(channels * bytes, 12);
  fmt.writeUInt16LE(bits, 14);
  if (extensible) {
    fmt.writeUInt16LE(22, 16);
    fmt.writeUInt16LE(bits, 18);
    fmt.writeUInt32LE(3, 20);
    Buffer.from(`0${tag}00000000001000800000aa00389b71`, "hex").copy(fmt, 24);
  }
  const samplesChunk = chunk("data", data);
  if (options.dataSize !== undefined) samplesChunk.writeUInt32LE(options.dataSize, 4);
  return chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), chunk("fmt ", fmt), before, samplesChunk]));
}

export function chunk(id: string, content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  return Buffer.concat([Buffer.from(id), size, content, Buffer.alloc(content.length % 2)]);
}

/** The samples of a canonical file: its header of 44 bytes, then integers of `bits`. */
export function wavSamples(file: Buffer, bits = 24): number[] {
  const bytes = bits / 8;
  return Array.from({ length: file.readUInt32LE(40) / bytes }, (_, i) => file.readIntLE(44 + i * bytes, bytes));
}

/** Integers all over the range of `bits`, the same every time: Park and Miller's generator. */
export function noise(count: number, bits: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (state * 16807) % 2147483647;
    return Math.floor((state / 2147483647) * 2 ** bits) - 2 ** (bits - 1);
  });
}
