/** Hardware for specs: an engine, a host and a USB port that keep what they are given. Not on the device. */
import type { ControlHandler, Engine, Host, Usb } from "../hardware";
import { differences } from "../parameters/store";

interface Output {
  enabled: boolean;
  gain: number;
  delayFrames: number;
}

/** What the application has staged, as the audio world would have it. */
export class RecordingEngine implements Engine {
  /** By "channel band": a1m1, a2, a3, m0, m1, m2. */
  bands: Record<string, number[]> = {};
  inputGains: number[] = [];
  bypass: boolean | undefined;
  /** By "input output". */
  crosspoints: Record<string, number> = {};
  outputs: Output[] = [];
  masterGain: number | undefined;
  /** As staged last. */
  leveller: number[] = [];
  /** As staged last: a1m1, a2, a3, m0, m1, m2. */
  crossfeed: number[] = [];
  /** Likewise, by section. */
  loudness: number[][] = [];
  /** Calls of stageLoudness since the start. */
  loudnessStaged = 0;
  /** Calls of stageBand since the start. */
  bandsStaged = 0;
  /** Rates of the commits, in their order. */
  commits: number[] = [];
  /** Whether the last one was afresh. */
  afresh = false;
  peaks: number[] = [];
  clipFlags = 0;

  stageBand(channel: number, band: number, ...design: number[]): void {
    this.bands[`${channel} ${band}`] = design;
    this.bandsStaged++;
  }
  stageInputGain(input: number, gain: number): void {
    this.inputGains[input] = gain;
  }
  stageBypass(on: boolean): void {
    this.bypass = on;
  }
  stageCrosspoint(input: number, output: number, gain: number): void {
    this.crosspoints[`${input} ${output}`] = gain;
  }
  stageOutput(output: number, enabled: boolean, gain: number, delayFrames: number): void {
    this.outputs[output] = { enabled, gain, delayFrames };
  }
  stageMasterGain(gain: number): void {
    this.masterGain = gain;
  }
  stageLeveller(...design: number[]): void {
    this.leveller = design;
  }
  stageCrossfeed(...design: number[]): void {
    this.crossfeed = design;
  }
  stageLoudness(section: number, ...design: number[]): void {
    this.loudness[section] = design;
    this.loudnessStaged++;
  }
  commit(rate: number, afresh: boolean): void {
    this.commits.push(rate);
    this.afresh = afresh;
  }
  peak(channel: number): number {
    return this.peaks[channel] ?? 0;
  }
  clips(): number {
    return this.clipFlags;
  }
  clearClips(): number {
    const flags = this.clipFlags;
    this.clipFlags = 0;
    return flags;
  }
}

export class RecordingHost implements Host {
  memory: ArrayBuffer | undefined;
  loads = [0, 0];
  /** By selector; a different one for each that is not here. */
  counters: Readonly<Record<number, number>> = {};
  /** What was configured, oldest first. */
  configured: string[] = [];
  logged: string[] = [];
  readonly #platform: number;
  #sequence = 0;

  constructor(platform: number, memory?: ArrayBuffer) {
    this.#platform = platform;
    this.memory = memory;
  }

  platform(): number {
    return this.#platform;
  }
  serial(): string {
    return "E6605838832B7A2F";
  }
  liveMemory(bytes: number): ArrayBuffer {
    return (this.memory ??= new ArrayBuffer(bytes));
  }
  differences(bytes: Uint8Array, offset: number, into: ArrayBuffer): number {
    return differences(bytes, new Uint8Array(this.memory as ArrayBuffer, offset, bytes.length), into);
  }
  counter(selector: number): number {
    return this.counters[selector] ?? 0x01020300 + selector;
  }
  load(core: number): number {
    return this.loads[core] ?? 0;
  }
  configureSlot(slot: number, type: number, pin: number): void {
    this.configured.push(`slot ${slot} ${type === 0 ? "spdif" : "i2s"} ${pin}`);
  }
  configurePdm(pin: number): void {
    this.configured.push(`pdm ${pin}`);
  }
  configureClocks(bck: number, mck: number, mckOn: boolean, multiplier: number): void {
    this.configured.push(`bck ${bck} mck ${mck} ${mckOn ? multiplier : "off"}`);
  }
  /** A different value for each figure of each port. */
  buffer(port: number, figure: number): number {
    return 16 * port + figure;
  }
  resetWatermarks(): void {
    this.configured.push("watermarks reset");
  }
  nextSequence(): number {
    return this.#sequence++ & 0xffff;
  }
  enterBootloader(): void {
    this.configured.push("bootloader");
  }
  log(text: string): void {
    this.logged.push(text);
  }
}

export class RecordingUsb implements Usb {
  control: ControlHandler | undefined;
  /** By kind. */
  errorCounts = [0, 0, 0, 0, 0];
  #rate = 44100;
  #onRate: ((rate: number) => void) | undefined;
  #volume = 0;
  #onVolume: ((volume: number) => void) | undefined;

  onControl(handler: ControlHandler): void {
    this.control = handler;
  }
  onRate(handler: (rate: number) => void): void {
    this.#onRate = handler;
  }
  rate(): number {
    return this.#rate;
  }
  onVolume(handler: (volume: number) => void): void {
    this.#onVolume = handler;
  }
  volume(): number {
    return this.#volume;
  }
  errors(kind: number): number {
    return this.errorCounts[kind] as number;
  }
  clearErrors(): void {
    this.errorCounts.fill(0);
  }
  /** The host sets its volume, in dB. */
  setVolume(volume: number): void {
    this.#volume = volume;
    this.#onVolume?.(volume);
  }
  /** The host asks for a sample rate. */
  askRate(rate: number): void {
    this.#rate = rate;
    this.#onRate?.(rate);
  }
}
