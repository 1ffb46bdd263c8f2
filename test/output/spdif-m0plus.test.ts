/** The M0+ code of the S/PDIF encoder against the C that the desktop runs. */
import { describe, expect, test } from "vitest";

import { M0Plus, ram } from "../../bench/chip/m0plus";
import { buildImage } from "../../tools/bare-metal";
import { hasToolchain } from "../../tools/toolchain";
import { encode, testSamples } from "./encode";

describe.skipIf(!hasToolchain())("S/PDIF on an M0+ (skipped until npm run firmware has fetched its toolchain)", () => {
  test.each([1, 45, 97])("makes the words that C makes, in packets of %i frames", async (packet) => {
    const options = ["-Inative/output", "-Wa,-Inative/output"];
    const m0plus = new M0Plus(
      await buildImage("spdif-m0plus", "cortex-m0plus", ram, ["native/output/spdif.c"], options),
    );
    const frames = 1000;
    const samples = testSamples(frames);
    const [state, words] = [m0plus.allocate(256), m0plus.allocate(16 * frames)];
    const [left, right] = [0, 1].map((channel) => {
      const address = m0plus.allocate(4 * frames);
      m0plus.write(address, new Uint8Array(samples.filter((_, index) => index % 2 === channel).buffer));
      return address;
    }) as [number, number];
    m0plus.call("spdif_init", state, 48_000);
    for (let n = 0; n < frames; n += packet)
      m0plus.call("spdif_encode", state, left + 4 * n, right + 4 * n, Math.min(packet, frames - n), words + 16 * n);
    const made = new Uint32Array(m0plus.read(words, 16 * frames).buffer);
    expect(made).toEqual(await encode("spdif", 48_000, samples, packet));
  });
});
