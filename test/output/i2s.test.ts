import { expect, it } from "vitest";

import { encode, testSamples } from "./encode";

const samples = testSamples(500);

it("the I2S encoder puts every sample at the top of its 32-bit word, left first", async () => {
  const expected = Array.from(samples, (sample) => (sample * 256 + 2 ** 32) % 2 ** 32);
  expect(Array.from(await encode("i2s", 48000, samples, 47))).toEqual(expected);
});
