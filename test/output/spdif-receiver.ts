/** A receiver of IEC 60958, written from the standard: half-bits of the line in, subframes out. */

export interface Subframe {
  preamble: "B" | "M" | "W";
  /** Level of the line before it. */
  before: 0 | 1;
  /** −2^23 … 2^23 − 1. */
  sample: number;
  validity: number;
  user: number;
  status: number;
  /** Ones in slots 4 to 31, parity included. */
  ones: number;
}

/** Half-bits after a line level of 0 (IEC 60958-1, preambles). */
const preambles: Record<string, Subframe["preamble"]> = { "11101000": "B", "11100010": "M", "11100100": "W" };

/** Half-bits that words hold, least significant bit first. */
export function halfBits(words: Uint32Array): number[] {
  return Array.from(words).flatMap((word) => Array.from({ length: 32 }, (_, bit) => (word >>> bit) & 1));
}

/** Throws where the biphase rule is broken outside of preambles. */
export function receive(line: number[]): Subframe[] {
  return Array.from({ length: line.length / 64 }, (_, index) => {
    const start = 64 * index;
    const before = start === 0 ? 0 : line[start - 1];
    const inverted = line.slice(start, start + 8).map((level) => level ^ (before as number));
    const preamble = preambles[inverted.join("")];
    if (!preamble) throw new Error(`Subframe ${index}: ${inverted.join("")} is no preamble.`);
    const slots = Array.from({ length: 28 }, (_, slot) => {
      const half = start + 8 + 2 * slot;
      if (line[half] === line[half - 1])
        throw new Error(`Subframe ${index}, slot ${slot + 4}: no change at its start.`);
      return line[half] === line[half + 1] ? 0 : 1;
    });
    const [validity = NaN, user = NaN, status = NaN] = slots.slice(24);
    return {
      preamble,
      before: before as 0 | 1,
      sample: (slots.slice(0, 24).reduce<number>((sum, bit, place) => sum | (bit << place), 0) << 8) >> 8,
      validity,
      user,
      status,
      ones: slots.filter((bit) => bit === 1).length,
    };
  });
}

/** The 24 bytes of channel status in a block's 192 bits, which come least significant bit first. */
export function statusBytes(bits: number[]): number[] {
  return Array.from({ length: 24 }, (_, byte) =>
    bits.slice(8 * byte, 8 * byte + 8).reduce((sum, bit, place) => sum | (bit << place), 0),
  );
}
