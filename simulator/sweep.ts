/** A sweep of a sine over all frequencies one hears, for machines without a recording. */
import type { AudioSource } from "./player";

const rate = 48000;
const seconds = 10;
const [lowest, highest] = [20, 20000];
const amplitude = 0.5;

/** Both channels the same, 16 bit, at −6 dBFS: a logarithmic sweep (Farina, AES 108, 2000). */
export class Sweep implements AudioSource {
  readonly rate = rate;
  readonly bits = 16;
  readonly length = rate * seconds;
  #position = 0;

  read(frames: number): Promise<Uint8Array> {
    const count = Math.min(frames, this.length - this.#position);
    const samples = new Int16Array(2 * count);
    for (let i = 0; i < count; i++, this.#position++) {
      samples[2 * i] = samples[2 * i + 1] = Math.round(32767 * amplitude * Math.sin(phase(this.#position / rate)));
    }
    return Promise.resolve(new Uint8Array(samples.buffer));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function phase(time: number): number {
  const octaves = Math.log(highest / lowest);
  return ((2 * Math.PI * lowest * seconds) / octaves) * Math.expm1((time / seconds) * octaves);
}
