/** Feeds a recording to a device as an operating system's audio driver does. */
import type { Output } from "./device";
import type { AudioStream, UsbHost } from "./usb-host";
import { Vendor } from "./vendor";

/** Interleaved stereo PCM of 16 or 24 bit. */
export interface AudioSource {
  readonly rate: number;
  readonly bits: 16 | 24;
  /** Frames in all. */
  readonly length: number;
  /** The next frames; fewer at the end, none after it. */
  read(frames: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Frames read ahead at once. */
const block = 8192;

export class Player {
  readonly rate: number;
  /** Frames of the source that were sent. */
  sent = 0;
  #host: UsbHost;
  #stream: AudioStream;
  #source: AudioSource;
  #buffer = new Uint8Array();
  #ended = false;

  private constructor(host: UsbHost, stream: AudioStream, source: AudioSource) {
    this.rate = source.rate;
    this.#host = host;
    this.#stream = stream;
    this.#source = source;
  }

  /** Opens the audio interface with samples of `bits`; a wider source is cut to it, as a driver does. Takes the source over. */
  static async open(host: UsbHost, source: AudioSource, bits: 16 | 24 = source.bits): Promise<Player> {
    return new Player(host, await host.openStream(source.rate, bits), source);
  }

  /** True when the last frame has left the outputs. */
  get finished(): boolean {
    return this.#ended && this.#buffer.length === 0;
  }

  /** Plays for at most `milliseconds` of USB time, and not beyond the last frame. */
  async run(milliseconds: number): Promise<Output> {
    const { bytesPerFrame } = this.#stream;
    const most = (Math.ceil((this.rate / 1000) * 1.125) + 1) * bytesPerFrame; // the feedback may ask for 1/8 more
    while (!this.#ended && this.#buffer.length < milliseconds * most) await this.#fill();
    const left = Math.max(1, Math.floor(this.#buffer.length / most));
    return this.#stream.run(Math.min(milliseconds, left), (frames) => {
      const pcm = this.#buffer.subarray(0, frames * bytesPerFrame);
      this.#buffer = this.#buffer.subarray(pcm.length);
      this.sent = Math.min(this.sent + pcm.length / bytesPerFrame, this.#source.length);
      return pcm;
    });
  }

  async close(): Promise<void> {
    await this.#source.close();
    await this.#stream.close();
  }

  async #fill(): Promise<void> {
    let pcm = widthChanged(await this.#source.read(block), this.#source.bits, this.#stream.bits);
    if (pcm.length === 0) {
      this.#ended = true;
      pcm = new Uint8Array((await this.#delay()) * this.#stream.bytesPerFrame);
    }
    const buffer = new Uint8Array(this.#buffer.length + pcm.length);
    buffer.set(this.#buffer);
    buffer.set(pcm, this.#buffer.length);
    this.#buffer = buffer;
  }

  /** Frames that the slowest enabled output lags behind. */
  async #delay(): Promise<number> {
    const vendor = new Vendor((setup, data) => this.#host.device.control(setup, data));
    let milliseconds = 0;
    const outputs = await vendor.outputs();
    for (let output = 0; output < outputs; output++) {
      if (await vendor.outputEnabled(output)) {
        milliseconds = Math.max(milliseconds, await vendor.outputDelay(output));
      }
    }
    return Math.ceil((milliseconds * this.rate) / 1000);
  }
}

/** Little-endian samples of `from` bits in `to` bits: the upper ones stay. */
function widthChanged(pcm: Uint8Array, from: 16 | 24, to: 16 | 24): Uint8Array {
  if (from === to) return pcm;
  const result = new Uint8Array((pcm.length / from) * to);
  for (let read = 0, write = 0; read < pcm.length; read += from / 8, write += to / 8) {
    result[write + to / 8 - 1] = pcm[read + from / 8 - 1] ?? 0;
    result[write + to / 8 - 2] = pcm[read + from / 8 - 2] ?? 0;
  }
  return result;
}
