import { describe, expect, it } from "vitest";

import { encode, testSamples } from "./encode";
import { halfBits, receive, statusBytes } from "./spdif-receiver";

const block = 192;
const samples = testSamples(20 * block);
const words = await encode("spdif", 48000, samples);
const subframes = receive(halfBits(words));

describe("the S/PDIF encoder", () => {
  it("sends every sample whole, left first", () => {
    expect(subframes.map(({ sample }) => sample)).toEqual(Array.from(samples));
  });

  it("opens blocks of 192 frames with B, other frames with M, and right subframes with W", () => {
    const expected = subframes.map((_, index) => (index % 2 === 1 ? "W" : index % (2 * block) === 0 ? "B" : "M"));
    expect(subframes.map(({ preamble }) => preamble)).toEqual(expected);
  });

  it("makes slots 4 to 31 of even parity, so that every subframe begins at level 0", () => {
    expect(subframes.filter(({ ones, before }) => ones % 2 !== 0 || before !== 0)).toEqual([]);
  });

  it("says that the samples are valid and sends no user data", () => {
    expect(subframes.filter(({ validity, user }) => validity !== 0 || user !== 0)).toEqual([]);
  });

  it.each([1, 7, 97, 191, 193])("makes the same words of packets of %d frames", async (packet) => {
    expect(await encode("spdif", 48000, samples, packet)).toEqual(words);
  });

  it.each([
    [44100, 0x00],
    [48000, 0x02],
    [96000, 0x0a],
    [12345, 0x01],
  ])("states PCM, copying permitted, channel number, %d Hz and 24 bits in every block", async (rate, code) => {
    const received = receive(halfBits(await encode("spdif", rate, testSamples(2 * block))));
    for (const channel of [0, 1]) {
      const bits = received.filter((_, index) => index % 2 === channel).map(({ status }) => status);
      const expected = [0x04, 0x00, 0x10 * (channel + 1), code, 0x0b, ...Array.from({ length: 19 }, () => 0)];
      expect(statusBytes(bits.slice(0, block))).toEqual(expected);
      expect(statusBytes(bits.slice(block))).toEqual(expected);
    }
  });
});
