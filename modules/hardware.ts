/**
 * What the application is given: interfaces only. On a device they are the native modules of `native/xs`;
 * in a test they are whatever the test makes.
 */

/** The bridge down to the audio world and its meters. Staged values are heard after `commit`, all at once. */
export interface Engine {
  /** One band as a delta-form state-variable filter; (0, 0, 0, 1, 0, 0) is flat. */
  stageBand(
    channel: number,
    band: number,
    a1m1: number,
    a2: number,
    a3: number,
    m0: number,
    m1: number,
    m2: number,
  ): void;
  /** Linear preamp gain of an input. */
  stageInputGain(input: number, gain: number): void;
  /** Bypasses the EQ of channels 0 and 1. */
  stageBypass(on: boolean): void;
  /** Linear gain of a crosspoint: 0 is off, negative is inverted. */
  stageCrosspoint(input: number, output: number, gain: number): void;
  /** Linear gain (0 when muted) and delay in frames of an output: at most as many as its line has. */
  stageOutput(output: number, enabled: boolean, gain: number, delayFrames: number): void;
  stageMasterGain(gain: number): void;
  /** The volume leveller (`LevellerDesign`); blocks of 0 frames are off. */
  stageLeveller(
    upper: number,
    width: number,
    slope: number,
    maxGain: number,
    gate: number,
    ceiling: number,
    window: number,
    attack: number,
    release: number,
    limiterRelease: number,
    blockFrames: number,
    lookaheadFrames: number,
  ): void;
  /** The filter of what differs between left and right, like a band; flat is off. */
  stageCrossfeed(a1m1: number, a2: number, a3: number, m0: number, m1: number, m2: number): void;
  /** One of the sections of the loudness filter of both inputs, like a band. */
  stageLoudness(section: number, a1m1: number, a2: number, a3: number, m0: number, m1: number, m2: number): void;
  /**
   * Hands everything staged to the audio world as one block designed for `rate` Hz. The sound glides to it; with
   * `afresh` it fades out first, and comes back with filters and delay lines at rest.
   */
  commit(rate: number, afresh: boolean): void;
  /** Peak of the last packet, 0–32767 = 0–1.0. */
  peak(channel: number): number;
  /** Clip flags, bit per channel. */
  clips(): number;
  /** Zeroes the clip flags and returns them as they were. */
  clearClips(): number;
}

/**
 * Answers one vendor request. `data` is the payload of an OUT request, undefined for IN.
 * Returns the answer of an IN request, `true` to acknowledge an OUT request, `undefined` to stall.
 */
export type ControlHandler = (
  requestType: number,
  request: number,
  value: number,
  index: number,
  length: number,
  data: ArrayBuffer | undefined,
) => ArrayBuffer | true | undefined;

export interface Usb {
  onControl(handler: ControlHandler): void;
  /** Called after the host has asked for another sample rate; the engine is silent until a block for it is committed. */
  onRate(handler: (rate: number) => void): void;
  /** Sample rate in Hz as the host last asked for it. */
  rate(): number;
  /** Called after the host has set its volume. */
  onVolume(handler: (volume: number) => void): void;
  /** Volume in dB as the host last set it, muted or not. */
  volume(): number;
  /** Errors on the wires since the counts were cleared: 0 CRC, 1 bit stuffing, 2 RX overflow, 3 RX timeout, 4 data sequence. */
  errors(kind: number): number;
  clearErrors(): void;
}

export interface Host {
  /** 0 = RP2040, 1 = RP2350. */
  platform(): number;
  /** 16 upper-case hexadecimal digits. */
  serial(): string;
  /** Memory that outlives a restart of the XS machine (not a power cycle); zero at power-on. Same bytes at each call. */
  liveMemory(bytes: number): ArrayBufferLike;
  /**
   * Compares bytes with live memory from `offset` on, in fours, and writes into `into`, as u16, at which bytes those are
   * that differ; returns how many there are. Live memory must be as long.
   */
  differences(bytes: Uint8Array, offset: number, into: ArrayBuffer): number;
  /** A u32 counter of the native side by its status selector (3–8, 10–22). */
  counter(selector: number): number;
  /** Load of core 0 or 1 in percent, 0–100. */
  load(core: number): number;
  /** Makes a stereo slot send S/PDIF (0) or I2S (1) on a pin. */
  configureSlot(slot: number, type: number, pin: number): void;
  configurePdm(pin: number): void;
  /** I2S bit clock pin (word clock = pin + 1) and master clock pin, state and multiplier (128 or 256 × Fs). */
  configureClocks(bck: number, mck: number, mckOn: boolean, multiplier: number): void;
  /**
   * A figure (0–5) about the buffers of a port. Slots: free, prepared and playing buffers of 16, fill in percent, its
   * lowest and highest. PDM: fill of its DMA and of its ring in percent, each followed by its lowest and highest.
   */
  buffer(port: number, figure: number): number;
  /** Forgets the lowest and highest fills. */
  resetWatermarks(): void;
  /** 0, 1, 2 … since power-on, modulo 65536. */
  nextSequence(): number;
  /** Leaves for the chip's UF2 bootloader in about 100 ms. */
  enterBootloader(): void;
  log(text: string): void;
}

export type { Flash } from "./presets/flash";
