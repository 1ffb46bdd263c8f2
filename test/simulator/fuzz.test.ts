import { describe, expect, test } from "vitest";

import { chips, plugged } from "./bench";

/** Numbers of 0 … 2^32 - 1 (Marsaglia's xorshift), the same for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
}

/** Any request but the one for the bootloader. */
function stays(request: number): number {
  return request === 0xf0 ? 0 : request;
}

describe.each(chips)("an %s", (chip) => {
  test("survives garbage on endpoint 0 and on the audio endpoint", async () => {
    const { device, vendor } = await plugged({ chip });
    const next = random(chip === "rp2040" ? 0x2040 : 0x2350);
    const pick = <T>(choices: T[]): T => choices[next() % choices.length] as T;
    const bytes = (count: number) => Uint8Array.from({ length: count }, next);

    for (let i = 0; i < 4000; i++) {
      const bmRequestType = pick([0x41, 0xc1, 0x21, 0xa1, 0x22, 0xa2, 0x01, 0x00, 0x80, 0xc0, next() & 0xff]);
      const wLength = pick([0, 1, 2, 3, 4, 8, 16, 63, 64, 65, 255, 2896, next() & 0xffff]);
      const setup = {
        bmRequestType,
        bRequest: stays(next() & 0xff),
        wValue: pick([0, 1, 0x0100, 0x0200, next() & 0x0fff, next() & 0xffff]),
        wIndex: pick([0, 1, 2, 2, 2, 0x0200, next() & 0xffff]),
        wLength,
      };
      const isIn = bmRequestType >= 0x80;
      const result = await device.control(setup, isIn ? undefined : bytes(wLength));
      if (result.status === "ok") expect(result.data.length).toBeLessThanOrEqual(isIn ? wLength : 0);
      if (i % 8 === 0) {
        const length = () => pick([0, 1, 5, 191, 192, 193, 288, 575, 576, 582, 583, 1023]);
        const packets = Array.from({ length: 10 }, () => (next() % 4 === 0 ? undefined : bytes(length())));
        const output = await device.frames(packets);
        for (const slot of output.slots) expect(slot?.length ?? output.frames * 6).toBe(output.frames * 6);
      }
    }

    expect(device.log).toEqual([]); // no exception either
    expect((await vendor.get(0x7f, 0, 4)).getUint8(3)).toBe(chip === "rp2040" ? 5 : 9);
  });
});
