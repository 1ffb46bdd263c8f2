/** Which clock dividers give the output formats their rates, and how exact they are. */

/** System clock in Hz: 12 MHz crystal, VCO at 1536 MHz, divided by 5. */
export const systemClock = 307_200_000;

/** PIO cycles per frame of each program in pio/. `mck128` and `mck256` are master clocks of 128 and 256 × Fs. */
export const cyclesPerFrame = {
  spdif: 128, // one per half-bit
  i2s: 128, // two per bit clock of 64 × Fs
  pdm: 256, // one per bit
  mck128: 256, // two per period
  mck256: 512,
} as const;

export type OutputFormat = keyof typeof cyclesPerFrame;

export interface OutputClock {
  /** The state machine's divider is int + frac / 256 (registers SMx_CLKDIV, RP2040 datasheet 3.5.5). */
  int: number;
  frac: number;
  /** How far the format's rate is off, in parts per million; above 0 is too fast. */
  ppm: number;
  /** Peak-to-peak jitter: how much the longest PIO cycle exceeds the shortest, in ns. */
  jitterNs: number;
}

const fastest = cyclesPerFrame.mck256;

/**
 * The divider of a format at a sample rate in Hz. Every format's divider is a multiple of the fastest one's: all outputs
 * of a rate have one ppm figure, and so never drift apart. Throws when the rate needs a divider outside 1–65535.
 */
export function outputClock(rate: number, format: OutputFormat, clock = systemClock): OutputClock {
  const base = Math.round((256 * clock) / (fastest * rate));
  const divider = (base * fastest) / cyclesPerFrame[format]; // in 1/256
  const int = Math.floor(divider / 256);
  if (!(int >= 1 && int <= 65535))
    throw new RangeError(`${format} at ${rate} Hz needs a divider of ${divider / 256}, possible are 1 to 65535`);
  const frac = divider % 256;
  return {
    int,
    frac,
    ppm: ((256 * clock) / (fastest * rate) / base - 1) * 1e6,
    jitterNs: frac === 0 ? 0 : 1e9 / clock,
  };
}
