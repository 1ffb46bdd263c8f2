import type { Engine } from "../hardware";
import { bandCount, inputCount, storedBands, type Platform } from "../parameters/platforms";
import type { Row } from "../parameters/row";
import type { Store } from "../parameters/store";
import { parameters } from "../parameters/table";
import { designBand, flatDesign } from "./biquad";
import { crossfeedValues, designCrossfeed } from "./crossfeed";
import { fromDecibels } from "./elementary";
import { designLeveller } from "./leveller";
import { designLoudness, loudnessSections } from "./loudness";

const { volume, bypass, preamp, bandType, bandFrequency, bandQ, bandGain } = parameters;
const { channelDelay, routeEnabled, routeInvert, routeGain, outputEnabled, outputGain, outputMute } = parameters;
const { loudnessEnabled, loudnessReference, loudnessIntensity } = parameters;
const { crossfeedEnabled, crossfeedPreset, crossfeedFrequency, crossfeedFeed, crossfeedItd } = parameters;
const { levellerEnabled, levellerAmount, levellerSpeed, levellerMaxGain, levellerLookahead, levellerGate } = parameters;

/** Where bands are in the store's image: read there, as there are many. */
const { offsets: types } = bandType;
const { offsets: frequencies } = bandFrequency;
const { offsets: qs } = bandQ;
const { offsets: gains } = bandGain;

/** Level in dB that is silence, as is everything below. */
const silence = -128;

function linear(level: number): number {
  return level <= silence ? 0 : fromDecibels(level);
}

/** The sample rate that the engine runs at when the host asks for one: a rate nobody offered becomes 44.1 kHz. */
export function engineRate(rate: number): number {
  return rate === 48000 || rate === 96000 ? rate : 44100;
}

/**
 * Brings parameters to the engine: collects what has changed and hands it over at once, designed for a sample rate.
 * Nothing here allocates but a filter's coefficients.
 */
export class Staging {
  readonly #store: Store;
  readonly #engine: Engine;
  readonly #platform: Platform;
  /** Bands to design: each once, in the order of their change. */
  readonly #bands: Uint8Array;
  readonly #isQueued: Uint8Array;
  #bandsQueued = 0;
  /** What else has changed; of inputs, outputs and routes, a bit each. */
  readonly #due = {
    any: false,
    inputs: 0,
    outputs: 0,
    routes: 0,
    master: false,
    loudness: false,
    crossfeed: false,
    leveller: false,
    afresh: false,
  };

  constructor(store: Store, engine: Engine) {
    this.#store = store;
    this.#engine = engine;
    this.#platform = store.platform;
    const bands = this.#platform.channels * storedBands;
    this.#bands = new Uint8Array(bands);
    this.#isQueued = new Uint8Array(bands);
  }

  /** Notes that a parameter has changed. */
  mark(row: Row, index: number): void {
    const { stage } = row;
    if (stage === undefined) return;
    const due = this.#due;
    due.any = true;
    if (stage === "band") return this.#queueBand(index);
    if (stage === "output") due.outputs |= 1 << index;
    else if (stage === "route") due.routes |= 1 << index;
    else if (stage === "delay")
      due.outputs |= (1 << index) >> inputCount; // of a channel; inputs have none
    else if (stage === "input") due.inputs |= 1 << index;
    else if (stage === "loudness") due.loudness = true;
    else if (stage === "crossfeed") due.crossfeed = true;
    else if (stage === "leveller") due.leveller = true;
    else due.master = true;
  }

  /** Notes that the host has set another volume, which loudness follows. */
  markVolume(): void {
    if (!this.#store.get(loudnessEnabled)) return;
    this.#due.loudness = this.#due.any = true;
  }

  /** Notes that everything has: another sample rate, or a new engine. */
  markAll(): void {
    const { channels, outputs } = this.#platform;
    for (let index = 0; index < channels * storedBands; index++) this.#queueBand(index);
    const due = this.#due;
    due.inputs = (1 << inputCount) - 1;
    due.outputs = (1 << outputs) - 1;
    due.routes = (1 << (outputs * inputCount)) - 1;
    due.master = due.loudness = due.crossfeed = due.leveller = due.any = true;
  }

  /** Notes that what has changed so far is another sound altogether: it starts after a short silence. */
  startAfresh(): void {
    this.#due.afresh = this.#due.any;
  }

  /** Hands over what has changed, for the rate that the host asked for and its volume in dB. */
  commit(hostRate: number, hostVolume: number): void {
    const due = this.#due;
    if (!due.any) return;
    const rate = engineRate(hostRate);
    this.#stageBands(rate);
    this.#stageMatrix(rate);
    if (due.loudness) this.#stageLoudness(rate, hostVolume);
    if (due.crossfeed) this.#stageCrossfeed(rate);
    if (due.leveller) this.#stageLeveller(rate);
    this.#engine.commit(rate, due.afresh);
    due.any = due.afresh = false;
  }

  #queueBand(index: number): void {
    if (this.#isQueued[index] || index % storedBands >= bandCount) return;
    this.#isQueued[index] = 1;
    this.#bands[this.#bandsQueued++] = index;
  }

  #stageBands(rate: number): void {
    const { image, floats } = this.#store;
    for (let i = 0; i < this.#bandsQueued; i++) {
      const index = this.#bands[i] as number;
      const { a1m1, a2, a3, m0, m1, m2 } = designBand(
        image[types[index] as number] as number,
        floats[(frequencies[index] as number) >> 2] as number,
        floats[(qs[index] as number) >> 2] as number,
        floats[(gains[index] as number) >> 2] as number,
        rate,
      );
      const band = index % storedBands;
      this.#engine.stageBand((index - band) / storedBands, band, a1m1, a2, a3, m0, m1, m2);
      this.#isQueued[index] = 0;
    }
    this.#bandsQueued = 0;
  }

  #stageMatrix(rate: number): void {
    const due = this.#due;
    for (let input = 0; due.inputs !== 0; input++, due.inputs >>= 1)
      if (due.inputs & 1) this.#engine.stageInputGain(input, fromDecibels(this.#store.get(preamp, input)));
    for (let route = 0; due.routes !== 0; route++, due.routes >>= 1) if (due.routes & 1) this.#stageRoute(route);
    for (let output = 0; due.outputs !== 0; output++, due.outputs >>= 1)
      if (due.outputs & 1) this.#stageOutput(output, rate);
    if (!due.master) return;
    due.master = false;
    this.#engine.stageBypass(this.#store.get(bypass) !== 0);
    this.#engine.stageMasterGain(linear(this.#store.get(volume)));
  }

  #stageRoute(index: number): void {
    const store = this.#store;
    const gain = store.get(routeEnabled, index) ? linear(store.get(routeGain, index)) : 0;
    const input = index % inputCount;
    this.#engine.stageCrosspoint(
      input,
      (index - input) / inputCount,
      gain !== 0 && store.get(routeInvert, index) ? -gain : gain,
    );
  }

  #stageOutput(output: number, rate: number): void {
    const store = this.#store;
    const gain = store.get(outputMute, output) ? 0 : linear(store.get(outputGain, output));
    const frames = Math.round((store.get(channelDelay, inputCount + output) * rate) / 1000);
    this.#engine.stageOutput(output, store.get(outputEnabled, output) !== 0, gain, frames);
  }

  #stageLoudness(rate: number, hostVolume: number): void {
    this.#due.loudness = false;
    const store = this.#store;
    const isOn = store.get(loudnessEnabled) !== 0;
    const intensity = store.get(loudnessIntensity);
    const reference = store.get(loudnessReference);
    for (let section = 0; section < loudnessSections; section++) {
      const { a1m1, a2, a3, m0, m1, m2 } = isOn
        ? designLoudness(section, reference, hostVolume, intensity, rate)
        : flatDesign;
      this.#engine.stageLoudness(section, a1m1, a2, a3, m0, m1, m2);
    }
  }

  #stageCrossfeed(rate: number): void {
    this.#due.crossfeed = false;
    const store = this.#store;
    const [frequency, feed] = crossfeedValues(
      store.get(crossfeedPreset),
      store.get(crossfeedFrequency),
      store.get(crossfeedFeed),
    );
    const { a1m1, a2, a3, m0, m1, m2 } = store.get(crossfeedEnabled)
      ? designCrossfeed(frequency, feed, store.get(crossfeedItd) !== 0, rate)
      : flatDesign;
    this.#engine.stageCrossfeed(a1m1, a2, a3, m0, m1, m2);
  }

  #stageLeveller(rate: number): void {
    this.#due.leveller = false;
    const store = this.#store;
    const design = designLeveller(
      store.get(levellerAmount),
      store.get(levellerSpeed),
      store.get(levellerMaxGain),
      store.get(levellerLookahead) !== 0,
      store.get(levellerGate),
      rate,
    );
    this.#engine.stageLeveller(
      design.upper,
      design.width,
      design.slope,
      design.maxGain,
      design.gate,
      design.ceiling,
      design.window,
      design.attack,
      design.release,
      design.limiterRelease,
      store.get(levellerEnabled) ? design.blockFrames : 0,
      design.lookaheadFrames,
    );
  }
}
