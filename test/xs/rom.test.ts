/** A machine that starts from a ROM image, as on a chip, on this machine: the same answers from a fraction of the heap. */
import { beforeAll, expect, onTestFinished, test } from "vitest";

import { DesktopDevice } from "../../simulator/desktop-device";
import { UsbHost } from "../../simulator/usb-host";
import { Vendor } from "../../simulator/vendor";
import { boards } from "../../tools/boards";
import { buildRom, type Rom } from "../../tools/rom";
import { everything } from "../firmware/everything";

let rom: Rom;
beforeAll(async () => {
  rom = await buildRom("pico", "pico");
}, 120_000);

async function device(withRom: boolean) {
  const opened = await DesktopDevice.open({ chip: "rp2040", ...(withRom ? { rom } : {}) });
  onTestFinished(() => opened.close());
  const log: string[] = [];
  opened.onLog((text) => log.push(text));
  const get = (bRequest: number, wValue = 0) =>
    opened.control({ bmRequestType: 0xc1, bRequest, wValue, wIndex: 2, wLength: 4096 });
  const set = (bRequest: number, wValue: number, data: number[]) =>
    opened.control({ bmRequestType: 0x41, bRequest, wValue, wIndex: 2, wLength: data.length }, Uint8Array.from(data));
  return { opened, log, get, set };
}

test("every vendor request is answered as by a machine without a ROM", async () => {
  const ours = await device(true);
  const other = await device(false);
  for (let request = 0x40; request < 0x100; request++) {
    if (request === 0xf0) continue; // leaves for the bootloader
    for (const value of [0, 1, 3, 0x0100]) {
      const answers = await Promise.all([ours.get(request, value), other.get(request, value)]);
      expect({ request, value, answer: answers[0] }).toEqual({ request, value, answer: answers[1] });
    }
  }
  expect(ours.log).toEqual(other.log);
}, 60_000);

test("what is preloaded does not keep the application from changing: a parameter SET reads back", async () => {
  const { get, set } = await device(true);
  expect(await set(0x72, 1, [1])).toMatchObject({ status: "ok" });
  const answer = await get(0x73, 1);
  expect(answer).toEqual({ status: "ok", data: Buffer.from([1]) });
});

test.each(boards)(
  "the application on a $name leaves two fifths of the heap free, and a sixth of the stack untouched, whatever it is asked for",
  async ({ name, chip, platform }) => {
    const opened = await DesktopDevice.open({ chip, rom: await buildRom(name, platform) });
    onTestFinished(() => opened.close());
    const log: string[] = [];
    opened.onLog((text) => log.push(text));
    const host = await UsbHost.attach(opened);
    const vendor = new Vendor((setup, data) => opened.control(setup, data));
    for (const [part, run] of everything) {
      await run({ device: opened, host, vendor }, chip);
      const { slots, slotCapacity, chunks, chunkCapacity, stack, stackCapacity } = await opened.heap();
      expect(slots, part).toBeGreaterThan(0);
      expect(slots, part).toBeLessThan((3 / 5) * slotCapacity);
      expect(chunks, part).toBeLessThan((3 / 5) * chunkCapacity);
      expect(stack, part).toBeGreaterThan(0);
      expect(stack, part).toBeLessThan((5 / 6) * stackCapacity);
    }
    expect(log.filter((line) => /exception|overflow|out of/.test(line))).toEqual([]);
  },
  120_000,
);
