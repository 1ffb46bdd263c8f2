/** A virtual USB host: enumerates a device by control transfers and drives its audio as Linux's snd-usb-audio does. */
import { readDescription, type DeviceDescription } from "./enumeration";
import type { ControlResult, Device, Output, Setup } from "./device";

export type { DeviceDescription } from "./enumeration";

/**
 * Gives the next PCM of a stream: interleaved little-endian stereo, at most `frames` frames of the stream's format.
 * A shorter answer, or none, leaves the rest of the packets short or out; it is copied before the next call.
 */
export type PcmSource = (frames: number) => Uint8Array | undefined;

/** UAC1 §5.2, §A.10: requests and control selectors. */
const setCur = 0x01;
const getCur = 0x81;
const getMin = 0x82;
const getMax = 0x83;
const setRes = 0x04;
const muteControl = 0x0100;
const volumeControl = 0x0200;
const frequencyControl = 0x0100;
/** Feature unit 2 of interface 0, as wIndex. */
const featureUnit = 0x0200;
const dataEndpoint = 0x01;
const streamingInterface = 1;

const toInterface = 0x01;
const classToInterface = 0x21;
const classToEndpoint = 0x22;
const directionIn = 0x80;

export class UsbHost {
  readonly device: Device;
  readonly description: DeviceDescription;
  #stream: AudioStream | undefined;

  private constructor(device: Device, description: DeviceDescription) {
    this.device = device;
    this.description = description;
  }

  /** Enumerates and configures a device; throws when its descriptors make no sense. */
  static async attach(device: Device): Promise<UsbHost> {
    const description = await readDescription(device);
    const host = new UsbHost(device, description);
    await host.#probeVolume();
    return host;
  }

  /** Volume of the feature unit in dB, sent in steps of 1/256 dB; throws when the device refuses. */
  async setVolume(decibels: number): Promise<void> {
    const raw = Math.max(-0x8000, Math.min(0x7fff, Math.round(decibels * 256)));
    await this.#set(classToInterface, volumeControl, featureUnit, Uint8Array.of(raw & 0xff, (raw >> 8) & 0xff));
  }

  async setMute(on: boolean): Promise<void> {
    await this.#set(classToInterface, muteControl, featureUnit, Uint8Array.of(on ? 1 : 0));
  }

  /** Sampling frequency of the data endpoint in Hz; returns what the device says it is now. */
  async setRate(rate: number): Promise<number> {
    const data = Uint8Array.of(rate & 0xff, (rate >> 8) & 0xff, (rate >> 16) & 0xff);
    await this.#set(classToEndpoint, frequencyControl, dataEndpoint, data);
    const back = await this.#get(classToEndpoint, getCur, frequencyControl, dataEndpoint, 3);
    const now = (back[0] ?? 0) | ((back[1] ?? 0) << 8) | ((back[2] ?? 0) << 16);
    this.#stream?.rateChanged(now);
    return now;
  }

  /** Opens the audio interface at a rate in Hz; at most one stream is open at a time. */
  async openStream(rate: number, bits: 16 | 24): Promise<AudioStream> {
    if (this.#stream) throw new Error("The audio interface is busy: close the open stream first.");
    await this.selectAlternate(0);
    const accepted = await this.setRate(rate);
    if (accepted !== rate) throw new Error(`The device runs at ${accepted} Hz where ${rate} Hz was asked.`);
    await this.selectAlternate(bits === 16 ? 1 : 2);
    const closed = () => (this.#stream = undefined);
    return (this.#stream = new AudioStream(this, rate, bits, closed));
  }

  /** SET_INTERFACE on the streaming interface. */
  async selectAlternate(alternate: number): Promise<void> {
    const setup = {
      bmRequestType: toInterface,
      bRequest: 11,
      wValue: alternate,
      wIndex: streamingInterface,
      wLength: 0,
    };
    expectOk(await this.device.control(setup), setup);
  }

  /** What the mixer asks when it finds a feature unit; Linux also tries SET_RES, which most devices stall. */
  async #probeVolume(): Promise<void> {
    const minimum = await this.#get(classToInterface, getMin, volumeControl, featureUnit, 2);
    await this.#get(classToInterface, getMax, volumeControl, featureUnit, 2);
    const setup = { bmRequestType: classToInterface, bRequest: setRes, wValue: volumeControl, wIndex: featureUnit };
    await this.device.control({ ...setup, wLength: 2 }, minimum);
    await this.#get(classToInterface, getCur, volumeControl, featureUnit, 2);
  }

  async #set(bmRequestType: number, wValue: number, wIndex: number, data: Uint8Array): Promise<void> {
    const setup = { bmRequestType, bRequest: setCur, wValue, wIndex, wLength: data.length };
    expectOk(await this.device.control(setup, data), setup);
  }

  async #get(recipient: number, bRequest: number, wValue: number, wIndex: number, wLength: number) {
    const setup = { bmRequestType: recipient | directionIn, bRequest, wValue, wIndex, wLength };
    return expectOk(await this.device.control(setup), setup);
  }
}

/** One open playback stream: packets sized by the device's feedback, one a millisecond. */
export class AudioStream {
  readonly bits: 16 | 24;
  readonly bytesPerFrame: number;
  #host: UsbHost;
  #closed: () => void;
  #pace: PacketPace;

  constructor(host: UsbHost, rate: number, bits: 16 | 24, closed: () => void) {
    this.bits = bits;
    this.bytesPerFrame = (bits / 8) * 2;
    this.#host = host;
    this.#closed = closed;
    this.#pace = new PacketPace(rate);
  }

  /**
   * Runs `milliseconds` USB frames, each with a packet of as many audio frames as the feedback asks for.
   * A few ms keep a real-time stream prompt; about 100 are efficient in virtual time.
   */
  async run(milliseconds: number, source: PcmSource): Promise<Output> {
    const packets: (Uint8Array | undefined)[] = [];
    for (let i = 0; i < milliseconds; i++) {
      const pcm = source(this.#pace.next());
      packets.push(pcm && pcm.length > 0 ? pcm.slice() : undefined);
    }
    return this.#frames(packets);
  }

  /** Runs USB frames without a packet, as when the host is late. */
  idle(milliseconds: number): Promise<Output> {
    return this.#frames(new Array<undefined>(milliseconds).fill(undefined));
  }

  /** Back to the zero-bandwidth setting. */
  async close(): Promise<void> {
    this.#closed();
    await this.#host.selectAlternate(0);
  }

  /** For the host: packets follow another nominal rate from now on. */
  rateChanged(rate: number): void {
    this.#pace = new PacketPace(rate);
  }

  async #frames(packets: (Uint8Array | undefined)[]): Promise<Output> {
    const pace = this.#pace;
    const output = await this.#host.device.frames(packets);
    pace.follow(output.feedback);
    return output;
  }
}

/** Audio frames per packet: an accumulator in 1/2^14 frames, so that 44.1 kHz gives nine packets of 44 and one of 45. */
export class PacketPace {
  #nominal: number;
  #perPacket: number;
  #accumulator = 0;

  constructor(rate: number) {
    this.#nominal = (rate * 16384) / 1000;
    this.#perPacket = this.#nominal; // until the first feedback value
  }

  /** Takes a 10.14 feedback value; one that is absurd (0, or an eighth off) is no feedback. */
  follow(feedback: number): void {
    if (Math.abs(feedback - this.#nominal) <= this.#nominal / 8) this.#perPacket = feedback;
  }

  next(): number {
    this.#accumulator += this.#perPacket;
    const frames = Math.floor(this.#accumulator / 16384);
    this.#accumulator -= frames * 16384;
    return frames;
  }
}

function expectOk(result: ControlResult, setup: Setup): Uint8Array {
  if (result.status === "ok") return result.data;
  const hex = (value: number) => `0x${value.toString(16).padStart(2, "0")}`;
  throw new Error(
    `The device stalled request ${hex(setup.bRequest)} (type ${hex(setup.bmRequestType)}, value ${hex(setup.wValue)}, index ${hex(setup.wIndex)}).`,
  );
}
