/** The real firmware of each board, run instruction by instruction, against the simulated device. */
import { setImmediate as breathe } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import type { Output } from "../../simulator/device";
import { attachMilliseconds } from "../../simulator/emulator/usb/bus";
import { UsbHost } from "../../simulator/usb-host";
import type { Vendor } from "../../simulator/vendor";
import { boards } from "../../tools/boards";
import { tools } from "./toolchain";
import {
  equalFrames,
  losses,
  noise,
  nothing,
  players,
  type Plugged,
  silence,
  slot,
  withoutLeadingSilence,
} from "./playing";
import { requestsThatAct } from "./requests";

/** bmRequestType, bRequest, each wValue with each wIndex, wLength (USB 2.0 chapter 9, UAC1, Microsoft OS). */
const requests: [number, number, number[], number[], number][] = [
  [0x80, 0, [0], [0], 2], // GET_STATUS of the device, of interfaces, of endpoints
  [0x81, 0, [0], [0, 1, 2, 3], 2],
  [0x82, 0, [0], [0, 1, 0x80, 0x82, 0x83], 2],
  [0x02, 1, [0], [0, 1, 0x82, 0x83], 0], // CLEAR_FEATURE
  [0x00, 3, [1], [0], 0], // SET_FEATURE
  [0x80, 6, [0x100, 0x200, 0x201, 0x301, 0x304, 0x3ee, 0x600, 0xf00], [0x409], 255], // GET_DESCRIPTOR
  [0x00, 9, [2, 1], [0], 0], // SET_CONFIGURATION, GET_CONFIGURATION
  [0x80, 8, [0], [0], 1],
  [0x01, 11, [0, 2, 3], [0, 1, 2, 3], 0], // SET_INTERFACE, GET_INTERFACE
  [0x81, 10, [0], [0, 1, 2, 3], 1],
  [0xa1, 0x82, [0x100, 0x200], [0x200, 1], 2], // GET_MIN of mute and volume
  [0xa2, 0x81, [0x100, 0x200], [1, 2], 3], // GET_CUR of the sampling frequency
  [0xc0, 1, [0], [4, 5, 7, 8], 255], // Microsoft OS descriptors
  [0xc1, 0x43, [0], [1, 3], 4], // a vendor request to interfaces that take none
  [0x80, 6, [0x100, 0x302, 0x303], [0x409], 0], // requests to read that want nothing
  [0x80, 8, [0], [0], 0],
  [0x81, 0, [0], [1], 0],
  [0xa1, 0x82, [0x200], [0x200], 0],
  [0xc0, 1, [0], [4], 0],
  [0xc1, 0x43, [0], [2], 0],
];

describe.skipIf(!tools).each(boards)("the firmware on an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated, emulatedWith, plugged, poweredOn, simulated } = players(board);

  const limit = { rp2040: 300, rp2350: 100 + attachMilliseconds }[board.chip];
  test(`has been enumerated ${limit} ms after power-on, of which the host takes ${attachMilliseconds}`, async () => {
    const device = await poweredOn();
    await UsbHost.attach(device);
    expect(device.milliseconds).toBeLessThan(limit);
  });

  test("answers standard and class requests as the simulator does", async () => {
    const serial = "D5B1000000000003";
    const { device } = await emulated({ serial });
    const { device: other } = await simulated(serial);
    for (const [bmRequestType, bRequest, values, indexes, wLength] of requests)
      for (const wValue of values)
        for (const wIndex of indexes) {
          const setup = { bmRequestType, bRequest, wValue, wIndex, wLength };
          const answers = await Promise.all([device.control(setup), other.control(setup)]);
          const [answer, expected] = answers.map((one) => (one.status === "ok" ? [...one.data] : "stall"));
          expect({ ...setup, answer }).toEqual({ ...setup, answer: expected });
        }
    expect(device.traps).toEqual([]);
  }, 60_000);

  test("answers vendor requests as the simulator does", async () => {
    const figures = [0x50, 0x7e, 0xb0]; // loads, serial numbers, fills: its own
    const { device } = await emulated();
    const { device: other } = await simulated();
    for (let bRequest = 0x40; bRequest < 0x100; bRequest++) {
      if (requestsThatAct.includes(bRequest) || figures.includes(bRequest)) continue;
      const setup = { bmRequestType: 0xc1, bRequest, wValue: 1, wIndex: 2, wLength: 4096 };
      const [answer, expected] = await Promise.all([device.control(setup), other.control(setup)]);
      expect({ bRequest, ...answer }, `request 0x${bRequest.toString(16)}`).toEqual({ bRequest, ...expected });
    }
    expect(device.traps).toEqual([]);
  }, 60_000);

  test.each([44100, 48000, 96000])(
    "sends on its S/PDIF pin, bit for bit, what the simulator sends at %i Hz",
    async (rate) => {
      const play = async ({ host }: Plugged) => {
        const stream = await host.openStream(rate, 24);
        await stream.run(200, silence); // until the application has designed its filters for the rate
        const source = noise();
        return slot([await stream.run(100, source), await stream.idle(10)], 0);
      };
      const played = await emulated();
      const sent = withoutLeadingSilence(await play(played));
      const expected = withoutLeadingSilence(await play(await simulated()));
      // The 100 ms of noise, but for the last packets, which feedback makes longer or shorter.
      expect(equalFrames(sent, expected)).toBeGreaterThan(0.0999 * rate - 2);
      expect(played.device.traps).toEqual([]);
    },
    120_000,
  );

  /**
   * What streams send on the S/PDIF pin, one opened after the other was closed. After a change of rate the engine is
   * silent until the application has designed its filters anew, which it does before it answers another request: the
   * host waits for that answer, so that no frame is lost to it.
   */
  async function playInTurn({ host, vendor }: Plugged, formats: [number, 16 | 24][]) {
    const sent: Buffer[] = [];
    for (const [rate, bits] of formats) {
      const stream = await host.openStream(rate, bits);
      await vendor.get(0x7f, 0, 4);
      sent.push(slot([await stream.run(50, noise(bits)), await stream.idle(10)], 0));
      await stream.close();
    }
    return sent.map(withoutLeadingSilence);
  }

  const bitDepths: [number, 16 | 24][] = [24, 16, 16].map((bits) => [48000, bits as 16 | 24]);
  const rates: [number, 16 | 24][] = [44100, 48000, 96000, 44100].map((rate) => [rate, 24]);

  test.each([
    ["at one rate", bitDepths],
    ["at changing rates", rates],
  ])(
    "sends of streams one after the other, %s, what the simulator sends, bit for bit",
    async (_, formats) => {
      const played = await emulated();
      const sent = await playInTurn(played, formats);
      const expected = await playInTurn(await simulated(), formats);
      for (const [index, [rate]] of formats.entries())
        expect(equalFrames(sent[index] as Buffer, expected[index] as Buffer)).toBeGreaterThan(0.0499 * rate - 2);
      expect(played.device.traps).toEqual([]);
    },
    120_000,
  );

  test("plays on, to the bit, while the application throws and is started again and again", async () => {
    const { device, host, vendor } = await emulatedWith({
      main: "test/simulator/apps/failing-device.ts",
      name: `${board.name}-failing`,
    });
    const log: string[] = [];
    device.onLog((line) => log.push(line));
    const stream = await host.openStream(48000, 24);
    await vendor.set(0x74, 0, new Uint8Array(Float32Array.of(-6).buffer)); // an output's gain
    await stream.run(200, silence);
    const source = noise();
    let over = false;
    let asking = true;
    const running = (async () => {
      const second = await stream.run(1000, source);
      over = true;
      while (asking) await stream.run(10, source);
      return second;
    })();
    await breathe();
    const setup = { bmRequestType: 0xc1, bRequest: 0x2f, wValue: 0, wIndex: 2, wLength: 4 };
    let thrown = 0;
    for (; !over; thrown++) expect(await device.control(setup)).toEqual({ status: "stall" });
    asking = false;
    const sent = withoutLeadingSilence(slot([await running], 0));
    const lost = await losses(vendor, () => stream.run(20, source));
    const gain = await vendor.get(0x75, 0, 4);

    const reference = await simulated();
    const other = await reference.host.openStream(48000, 24);
    await reference.vendor.set(0x74, 0, new Uint8Array(Float32Array.of(-6).buffer));
    await other.run(200, silence);
    const expected = withoutLeadingSilence(slot([await other.run(1000, noise())], 0));
    expect(equalFrames(sent, expected)).toBeGreaterThan(0.99 * 48000);
    expect(lost).toEqual(nothing);
    expect(thrown).toBeGreaterThan(3); // each time the machine is started anew, in some 150 ms
    expect(gain.getFloat32(0, true)).toBe(-6);
    expect(log.join("\n")).toMatch(/thrown on purpose[^]*failing-device\.ts:13/);
    expect(device.traps).toEqual([]);
  }, 600_000);

  test("plays on, to the bit, while a preset is written to flash", async () => {
    const play = async ({ host, vendor }: { host: UsbHost; vendor: Vendor }, save: boolean) => {
      const stream = await host.openStream(48000, 24);
      await stream.run(200, silence);
      const source = noise();
      const outputs: Output[] = [];
      let saved = !save;
      const running = (async () => {
        do for (let i = 0; i < 10; i++) outputs.push(await stream.run(100, source));
        while (!saved);
      })();
      await breathe();
      if (save) expect((await vendor.get(0x90, 3, 1)).getUint8(0)).toBe(0);
      saved = true;
      await running;
      return slot(outputs, 0);
    };
    const played = await emulated();
    const sent = withoutLeadingSilence(await play(played, true));
    const expected = withoutLeadingSilence(await play(await simulated(), false));
    expect(equalFrames(sent, expected)).toBeGreaterThan(0.99 * 48000); // a second, less what is still in the rings
    expect(played.device.traps).toEqual([]);
    await played.device.powerCycle();
    const again = await plugged(played.device);
    expect((await again.vendor.get(0x95, 0, 6)).getUint16(0, true)).toBe(1 << 3); // the occupied slots
  }, 120_000);
});
