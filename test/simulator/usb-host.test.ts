import { describe, expect, test } from "vitest";

import { PacketPace } from "../../simulator/usb-host";
import { chips, counter, plugged, sine } from "./bench";

describe("packet sizes", () => {
  const packets = (pace: PacketPace, count: number) => Array.from({ length: count }, () => pace.next());
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

  test("at 44.1 kHz are nine of 44 frames and one of 45, on average exactly 44.1", () => {
    const sizes = packets(new PacketPace(44100), 10_000);
    expect(sizes.slice(0, 10)).toEqual([44, 44, 44, 44, 44, 44, 44, 44, 44, 45]);
    expect(sum(sizes)).toBe(441_000);
  });

  test("at 48 and 96 kHz are all the same", () => {
    expect(new Set(packets(new PacketPace(48000), 1000))).toEqual(new Set([48]));
    expect(new Set(packets(new PacketPace(96000), 1000))).toEqual(new Set([96]));
  });

  test("follow a feedback value at once", () => {
    const pace = new PacketPace(48000);
    pace.follow(48.25 * 2 ** 14);
    expect(packets(pace, 8)).toEqual([48, 48, 48, 49, 48, 48, 48, 49]);
  });

  test("do not follow a value that is of another rate, or none", () => {
    const pace = new PacketPace(48000);
    pace.follow(96 * 2 ** 14);
    pace.follow(0);
    expect(packets(pace, 8)).toEqual(new Array(8).fill(48));
  });
});

describe.each(chips)("a host with an %s", (chip) => {
  test("knows what it is", async () => {
    const { host } = await plugged({ chip, serial: "00000000DEADBEEF" });
    expect(host.description).toEqual({
      vid: 0x2e8a,
      pid: 0xfeaa,
      bcdDevice: 0x0200,
      manufacturer: "GitHub.com/WeebLabs",
      product: "Weeb Labs DSPi",
      serial: "00000000DEADBEEF",
      interfaces: [
        { number: 0, class: 1, subclass: 1, protocol: 0, endpoints: [] },
        {
          number: 1,
          class: 1,
          subclass: 2,
          protocol: 0,
          endpoints: [
            { address: 0x01, type: "isochronous", packetSize: 582 },
            { address: 0x82, type: "isochronous", packetSize: 3 },
          ],
        },
        { number: 2, class: 255, subclass: 0, protocol: 0, endpoints: [] },
      ],
    });
  });

  test("asks for its platform over interface 0 and interface 2", async () => {
    const { device } = await plugged({ chip });
    for (const wIndex of [0, 2]) {
      const setup = { bmRequestType: 0xc1, bRequest: 0x7f, wValue: 0, wIndex, wLength: 4 };
      const result = await device.control(setup);
      const answer = chip === "rp2040" ? [0x00, 0x01, 0x13, 5] : [0x01, 0x01, 0x13, 9];
      expect(result.status === "ok" && [...result.data]).toEqual(answer);
    }
  });
});

describe.each([44100, 48000, 96000])("a stream at %i Hz", (rate) => {
  test("has the right feedback from its first packet on, also after one at another rate", async () => {
    const { host } = await plugged({ chip: "rp2350" });
    const nominal = Math.round((rate * 2 ** 14) / 1000);
    const other = await host.openStream(rate === 48000 ? 96000 : 48000, 16);
    await other.run(50, sine(48000, 16, 1000, 0.5));
    await other.close();
    const stream = await host.openStream(rate, 24);
    expect((await stream.run(1, sine(rate, 24, 1000, 0.5))).feedback).toBe(nominal);
  });

  test.each([-500, 500])("is kept whole by the feedback when the output clock is %i ppm off", async (clockPpm) => {
    const { host, vendor } = await plugged({ chip: "rp2040", clockPpm });
    const stream = await host.openStream(rate, 16);
    const source = sine(rate, 16, 1000, 0.5);
    let frames = 0;
    const seconds = 30;
    for (let batch = 0; batch < 10 * seconds; batch++) frames += (await stream.run(100, source)).frames;
    expect(Math.abs(frames - seconds * rate * (1 + clockPpm * 1e-6))).toBeLessThan(rate / 1000);
    expect(await counter(vendor, 7)).toBe(0);
    expect(await counter(vendor, 17)).toBe(0);
  });
});

test("a host that ignores the feedback starves or overruns the ring", async () => {
  for (const [clockPpm, selector] of [
    [500, 17],
    [-500, 7],
  ] as const) {
    const { host, device, vendor } = await plugged({ chip: "rp2040", clockPpm });
    await (await host.openStream(48000, 16)).run(1, sine(48000, 16, 1000, 0.5));
    // 0.024 frames a ms use 3 ms of ring up in 6 s
    for (let second = 0; second < 5; second++)
      await device.frames(new Array<Uint8Array>(1000).fill(new Uint8Array(48 * 4)));
    expect(await counter(vendor, selector)).toBe(0);
    for (let second = 0; second < 2; second++)
      await device.frames(new Array<Uint8Array>(1000).fill(new Uint8Array(48 * 4)));
    expect(await counter(vendor, selector)).toBeGreaterThan(0);
  }
});

test("a stream cannot be opened twice, and can be again when it was closed", async () => {
  const { host } = await plugged({ chip: "rp2350" });
  const stream = await host.openStream(48000, 24);
  await expect(host.openStream(48000, 24)).rejects.toThrow("busy");
  await stream.close();
  await host.openStream(96000, 16);
});
