import { describe, expect, test } from "vitest";

import { buildImage } from "../../tools/build";
import { chips, counter, plugged, sine } from "./bench";

const image = await buildImage("test/simulator/apps/failing-device.ts", "failing-device");
const failureRequest = 0x2f;
const [gainOfOutput, setGainOfOutput] = [0x75, 0x74];

const kinds = [
  ["throws", 0, /thrown on purpose[^]*failing-device\.ts:13/],
  ["rejects a promise", 1, /rejected on purpose[^]*failing-device\.ts:16/],
  ["never returns", 2, /failing-device\.ts:19/],
  ["runs out of memory", 3, /failing-device\.ts:23/],
] as const;

/** What slot 0 sends in 300 ms of a sine, with a failure every 20 ms or with none. */
async function played(chip: (typeof chips)[number], failure: number | undefined) {
  const { device, host, vendor } = await plugged({ chip, image });
  const stream = await host.openStream(48000, 24);
  await vendor.set(setGainOfOutput, 0, new Uint8Array(Float32Array.of(-6).buffer));
  const source = sine(48000, 24, 1000, 0.5);
  const sent = [];
  for (let step = 0; step < 15; step++) {
    if (failure !== undefined) {
      const setup = { bmRequestType: 0xc1, bRequest: failureRequest, wValue: failure, wIndex: 2, wLength: 4 };
      expect(await device.control(setup)).toEqual({ status: "stall" });
    }
    sent.push((await stream.run(20, source)).slots[0]);
  }
  return {
    sent: Buffer.concat(sent as Uint8Array[]),
    gain: (await vendor.get(gainOfOutput, 0, 4)).getFloat32(0, true),
    starved: await counter(vendor, 17),
    log: device.log.join("\n"),
  };
}

describe.each(chips)("while a %s plays and its application fails again and again", (chip) => {
  test.each(kinds)("one that %s costs no sample and no parameter", async (_, failure, report) => {
    const healthy = await played(chip, undefined);
    const failing = await played(chip, failure);
    expect(failing.log).toMatch(report);
    expect(failing.sent.equals(healthy.sent)).toBe(true);
    expect(failing.gain).toBe(-6);
    expect(failing.starved).toBe(0);
  });
});
