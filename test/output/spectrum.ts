/** Measures a bit stream by the Fourier transform of the bits themselves: no filter, no decimation, no code under test. */

/** Bits per sample of the stream. */
const oversampling = 256;
/** Bins on either side of a tone that its window spreads it over. */
const mainLobe = 4;

export interface Spectrum {
  /** Power per bin, with a full-scale sine at 0 dB in its bin. */
  power: Float64Array;
  /** Hz per bin. */
  resolution: number;
  /** Power bandwidth of the window in bins: what the bins' sum of a noise exceeds its power by. */
  noiseBandwidth: number;
}

/** A bit stream as levels of ±`peak`. */
export function levels(bits: Uint8Array, peak: number): Float64Array {
  return Float64Array.from({ length: bits.length * 8 }, (_, i) =>
    ((bits[i >> 3] as number) << (i & 7)) & 0x80 ? peak : -peak,
  );
}

/** The audio band of levels (a power of two of them), `oversampling` per sample of `rate`. */
export function spectrumOf(levels: Float64Array, rate: number): Spectrum {
  const length = levels.length;
  const re = levels.map((level, i) => level * nuttall(i / length));
  const im = new Float64Array(length);
  fourier(re, im);
  const bins = length / oversampling / 2;
  const scale = 2 / (length * nuttallMean);
  return {
    power: Float64Array.from(
      { length: bins },
      (_, k) => ((re[k] as number) ** 2 + (im[k] as number) ** 2) * scale ** 2,
    ),
    resolution: (rate * oversampling) / length,
    noiseBandwidth: nuttallTerms.reduce((sum, term, n) => sum + term ** 2 / (n ? 2 : 1), 0) / nuttallMean ** 2,
  };
}

/** Power of everything between two frequencies but the tone in `bin`, in dB of full scale; no `bin`, no tone. */
export function noise(
  { power, resolution, noiseBandwidth }: Spectrum,
  from: number,
  to: number,
  bin = -Infinity,
): number {
  let sum = 0;
  for (let k = Math.ceil(from / resolution); k <= to / resolution; k++)
    if (Math.abs(k - bin) > mainLobe) sum += power[k] as number;
  return decibel(sum / noiseBandwidth);
}

/** The tone of a bin over everything else between two frequencies, in dB. */
export function sinad(spectrum: Spectrum, bin: number, from: number, to: number): number {
  return level(spectrum, bin) - noise(spectrum, from, to, bin);
}

/** Level of a bin in dB of full scale. */
export function level({ power }: Spectrum, bin: number): number {
  return decibel(power[bin] as number);
}

/** The loudest bin between two frequencies, in dB of full scale. */
export function loudest({ power, resolution }: Spectrum, from: number, to: number): number {
  return decibel(
    power.subarray(Math.ceil(from / resolution), Math.floor(to / resolution)).reduce((a, b) => Math.max(a, b)),
  );
}

function decibel(power: number): number {
  return 10 * Math.log10(power);
}

/** Nuttall's window with continuous first derivative: side lobes fall fast enough for the shaped noise above the band. */
const nuttallTerms = [0.355768, -0.487396, 0.144232, -0.012604];
const nuttallMean = 0.355768;

function nuttall(t: number): number {
  return nuttallTerms.reduce((sum, term, n) => sum + term * Math.cos(2 * Math.PI * n * t), 0);
}

/** In-place radix-2 transform. */
function fourier(re: Float64Array, im: Float64Array): void {
  const length = re.length;
  for (let i = 1, j = 0; i < length; i++) {
    let bit = length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] as number, re[i] as number];
      [im[i], im[j]] = [im[j] as number, im[i] as number];
    }
  }
  const cos = Float64Array.from({ length: length / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sin = Float64Array.from({ length: length / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / length));
  for (let half = 1; half < length; half *= 2) {
    const stride = length / (2 * half);
    for (let start = 0; start < length; start += 2 * half) {
      for (let i = 0; i < half; i++) {
        const a = start + i;
        const b = a + half;
        const c = cos[i * stride] as number;
        const s = sin[i * stride] as number;
        const x = (re[b] as number) * c - (im[b] as number) * s;
        const y = (re[b] as number) * s + (im[b] as number) * c;
        re[b] = (re[a] as number) - x;
        im[b] = (im[a] as number) - y;
        re[a] = (re[a] as number) + x;
        im[a] = (im[a] as number) + y;
      }
    }
  }
}
