/** Power that fails in a flash operation, met through the real protocol. */
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { Bench } from "../../modules/testing/bench";
import { DesktopDevice } from "../../simulator/desktop-device";
import { CutFlash, PowerCut } from "../presets/cut-flash";
import { Random } from "../presets/random";
import { life, observe, strays, type Kept, type Port } from "./life";

const sectors = 64;
const rp2040 = 0;

/** A device in this process, powered up with a copy of a flash. */
function powerUp(bytes: Uint8Array): { port: Port; flash: CutFlash } {
  const flash = new CutFlash(sectors);
  flash.bytes.set(bytes);
  const bench = new Bench(rp2040, { flash });
  const port: Port = {
    in: (request, value) => Uint8Array.from(bench.in(request, value, 4096) ?? []),
    out: (request, value, data) => bench.out(request, value, [...data]),
  };
  return { port, flash };
}

test("at every flash operation of a life of 200 preset operations leaves the old or the new, and a device that starts", async () => {
  let bytes = powerUp(new Uint8Array(sectors * 4096).fill(0xff)).flash.bytes;
  let cuts = 0;
  for (const operation of life(200, 1)) {
    const before = await observe(powerUp(bytes).port);
    const whole = powerUp(bytes);
    await operation.prepare(whole.port);
    await operation.act(whole.port);
    const after = await observe(powerUp(whole.flash.bytes).port);
    for (let cut = 0; cut < whole.flash.operations; cut++) {
      const failing = powerUp(bytes);
      await operation.prepare(failing.port);
      failing.flash.cutIn(cut, cuts++);
      await expect(operation.act(failing.port)).rejects.toThrow(PowerCut);
      const now = await observe(powerUp(failing.flash.bytes).port);
      expect(strays(before, after, now), `${operation.name}, cut ${cut}`).toEqual([]);
    }
    bytes = whole.flash.bytes;
  }
  console.log(`Power was cut ${cuts} times, at every flash operation of 200 preset operations: nothing was lost`);
  expect(cuts).toBeGreaterThan(1000);
}, 120_000);

/** A desktop device with its flash in a file. */
async function plugIn(flash: string): Promise<{ port: Port; device: DesktopDevice }> {
  const device = await DesktopDevice.open({ chip: "rp2040", flash });
  const setup = (bmRequestType: number, bRequest: number, wValue: number, wLength: number) => ({
    bmRequestType,
    bRequest,
    wValue,
    wIndex: 2,
    wLength,
  });
  const port: Port = {
    async in(request, value) {
      const answer = await device.control(setup(0xc1, request, value, 4096));
      return answer.status === "ok" ? answer.data : new Uint8Array();
    },
    out: (request, value, data) => device.control(setup(0x41, request, value, data.length), data),
  };
  return { port, device };
}

test("on the desktop device, too: once in each of 15 preset operations", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dspi-cut-"));
  const [present, tried] = [join(folder, "present"), join(folder, "tried")];
  /** Does something with a copy of the present flash, and says what it has kept. */
  const attempt = async (work: (port: Port, device: DesktopDevice) => Promise<unknown>): Promise<Kept> => {
    await copyFile(present, tried);
    const { port, device } = await plugIn(tried);
    await work(port, device);
    await device.close();
    const again = await plugIn(tried);
    const kept = await observe(again.port);
    await again.device.close();
    return kept;
  };
  await (await plugIn(present)).device.close();
  const random = new Random(7);
  let cuts = 0;
  let before = await attempt(() => Promise.resolve());
  for (const operation of life(15, 2)) {
    const now = await attempt(async (port, device) => {
      await operation.prepare(port);
      await device.cutPower(1 + random.below(12));
      const isCut = await Promise.resolve(operation.act(port)).then(
        () => false,
        () => true,
      );
      if (isCut) cuts++;
    });
    const after = await attempt(async (port) => {
      await operation.prepare(port);
      await operation.act(port);
      await copyFile(tried, present);
    });
    expect(strays(before, after, now), operation.name).toEqual([]);
    before = after;
  }
  await rm(folder, { recursive: true });
  expect(cuts).toBeGreaterThan(5);
}, 60_000);
