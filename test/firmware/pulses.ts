/** How long sound takes from its packet to the S/PDIF pin, and how full the rings are meanwhile. */
import type { AudioStream, PcmSource } from "../../simulator/usb-host";
import { left, samplesOf } from "./playing";

/** Packets begin with a pulse every so many ms. */
const pulseEvery = 20;
/** When the sound has faded in, in ms. */
const fadedIn = 50;
/** A host that starts at the nominal rate has followed the feedback by then, in ms. */
export const settled = 1000;
const audible = 20_000;

export interface Passage {
  /** From when its packet was due until it was on the pin: of each pulse that was heard, in ms. */
  took: number[];
  /** Frames that were on their way when each ms ended, of the ms after the first second. */
  fills: number[];
}

/** How many pulses are to be heard. */
export const pulsesIn = (seconds: number) => Math.floor((1000 * seconds - fadedIn) / pulseEvery);

/** Sends pulses at a rate in Hz, and hears slot 0. */
export async function followPulses(stream: AudioStream, rate: number, seconds: number): Promise<Passage> {
  const took: number[] = [];
  const fills: number[] = [];
  let fill = 0;
  for (let ms = 0; ms < 1000 * seconds; ms++) {
    const height = ms % pulseEvery === 0 ? 0.5 : 0;
    const pulse = samplesOf((frame) => (frame === 0 ? height : 0));
    const source: PcmSource = (frames) => {
      fill += frames;
      return pulse(frames);
    };
    const output = await stream.run(1, source);
    fill -= output.frames;
    if (ms > settled) fills.push(fill);
    if (ms < fadedIn) continue;
    const at = left(Buffer.from(output.slots[0] ?? [])).findIndex((sample) => sample > audible);
    if (at >= 0) took.push((ms % pulseEvery) + (1000 * at) / rate);
  }
  return { took, fills };
}
