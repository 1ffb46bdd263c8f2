/**
 * What a listener would hear of the PDM pin: the bitstream low-passed and decimated to 24-bit samples.
 *
 * Two linear-phase FIR stages, 256:1 in all. At 48 kHz the passband ends at 20 kHz, and everything that would
 * fold into it, from 28 kHz up, is at least 105 dB down; other rates scale with it.
 */

/** Bits per sample. */
const oversampling = 256;
/** Full scale as a mean of the bits counted as ±1: `PDM_MODULATION` of the modulator. */
const modulation = 0.9;
const fullScale = 2 ** 23;
/** Of each stage, in dB. */
const attenuation = 110;
/** Ends of pass- and stopband over the sample rate. */
const passband = 20 / 48;
const stopband = 1 - passband;

/** First stage: takes the bits by the byte, by tables of what each byte adds. */
const bytesPerStep = 4;
const stepsPerSample = oversampling / (8 * bytesPerStep);
const bitTaps = 255;
const filterBytes = Math.ceil(bitTaps / 8);
/** Second stage: 345 makes the delay of both stages whole samples. */
const stepTaps = 345;

/**
 * Delay in samples: the sample that `push` makes of a frame's bits is the signal at the first bit of
 * the frame that came `pdmDecoderLatency` frames earlier.
 */
export const pdmDecoderLatency = ((bitTaps - 1) / 2 + (8 * bytesPerStep * (stepTaps - 1)) / 2 + 1) / oversampling - 1;

const byteTables = tabulate(kaiserLowPass(bitTaps, 0.5 / (8 * bytesPerStep)));
const stepFilter = kaiserLowPass(stepTaps, (passband + stopband) / 2 / stepsPerSample);

/** A stream's decoder; it starts on the idle pattern, in silence. */
export class PdmDecoder {
  /** The bytes and steps that the next output still needs, and after them what is not yet filtered. */
  #bytes = new Uint8Array(filterBytes - bytesPerStep).fill(0xaa);
  #steps = new Float64Array(stepTaps - stepsPerSample);

  /** Takes any number of bytes, first bit in the most significant bit; returns the samples they complete, −2²³…2²³−1. */
  push(bits: Uint8Array): Int32Array {
    const bytes = new Uint8Array(this.#bytes.length + bits.length);
    bytes.set(this.#bytes);
    bytes.set(bits, this.#bytes.length);
    const newSteps = outputs(bytes.length, filterBytes, bytesPerStep);
    const steps = new Float64Array(this.#steps.length + newSteps);
    steps.set(this.#steps);
    for (let i = 0; i < newSteps; i++) steps[this.#steps.length + i] = sumOfBytes(bytes, i * bytesPerStep);
    this.#bytes = bytes.slice(newSteps * bytesPerStep);

    const samples = new Int32Array(outputs(steps.length, stepTaps, stepsPerSample));
    for (let i = 0; i < samples.length; i++) samples[i] = toSample(sumOfSteps(steps, i * stepsPerSample));
    this.#steps = steps.slice(samples.length * stepsPerSample);
    return samples;
  }
}

/** How often a filter of `taps` that moves on by `stride` fits. */
function outputs(length: number, taps: number, stride: number): number {
  return Math.max(0, Math.floor((length - taps) / stride) + 1);
}

function sumOfBytes(bytes: Uint8Array, from: number): number {
  let sum = 0;
  for (let i = 0; i < filterBytes; i++) sum += byteTables[(i << 8) | (bytes[from + i] as number)] as number;
  return sum;
}

/** The filter is symmetric: one multiplication does for two steps. */
function sumOfSteps(steps: Float64Array, from: number): number {
  const half = (stepTaps - 1) / 2;
  let sum = (stepFilter[half] as number) * (steps[from + half] as number);
  for (let i = 0, a = from, b = from + stepTaps - 1; i < half; i++, a++, b--)
    sum += (stepFilter[i] as number) * ((steps[a] as number) + (steps[b] as number));
  return sum;
}

function toSample(level: number): number {
  return Math.max(-fullScale, Math.min(fullScale - 1, Math.round((level / modulation) * fullScale)));
}

/** What a byte adds by its place under the filter (× 256) and its value. The taps end on the newest bit. */
function tabulate(filter: Float64Array): Float64Array {
  const taps = new Float64Array(8 * filterBytes);
  taps.set(filter, taps.length - filter.length);
  return Float64Array.from({ length: 256 * filterBytes }, (_, i) => {
    let sum = 0;
    for (let bit = 0; bit < 8; bit++) sum += (taps[8 * (i >> 8) + bit] as number) * ((i << bit) & 0x80 ? 1 : -1);
    return sum;
  });
}

/** Windowed-sinc low-pass of unity gain at DC; `cutoff` (−6 dB) over the rate it runs at. */
function kaiserLowPass(taps: number, cutoff: number): Float64Array {
  const beta = 0.1102 * (attenuation - 8.7); // Kaiser 1974
  const centre = (taps - 1) / 2;
  const filter = Float64Array.from({ length: taps }, (_, i) => {
    const t = i - centre;
    const sinc = t === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * t) / (Math.PI * t);
    return sinc * besselI0(beta * Math.sqrt(1 - (t / centre) ** 2));
  });
  const sum = filter.reduce((a, b) => a + b);
  return filter.map((tap) => tap / sum);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  for (let term = 1, k = 1; term > sum * 1e-17; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}
