import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { parseConfig } from "../../cli/config";
import { chips } from "../../cli/options";
import { writeConfig } from "../../cli/yaml";
import { applySettings } from "../../modules/client/apply";
import { readAll } from "../../modules/client/snapshot";
import { readValue, type Requests } from "../../modules/client/wire";
import { platformOf } from "../../modules/parameters/platforms";
import type { Row } from "../../modules/parameters/row";
import { liveRows, parameters } from "../../modules/parameters/table";
import { ParameterNames } from "../../modules/parameters/names";
import type { Vendor } from "../../simulator/vendor";
import { bulkPacket, changedNames, factoryReset, startTestDevice, type TestDevice } from "./device";
import { generator, scramble } from "./scramble";

/** Another value than a new device has: in the middle of the range, and not a round one. */
function otherValue(row: Row, now: number | string): number | string {
  if (row.kind === "text") return "Ünïcode # \"1\": 'x'";
  if (row.unit === "GPIO") return now === 20 ? 21 : 20;
  if (row.kind !== "float") return now === 0 ? 1 : 0;
  const { min = 0, max = 0 } = row;
  return Math.fround(min + (max - min) / 3);
}

describe.each(chips)("every parameter of the %s, by its name", (chip) => {
  let device: TestDevice;
  beforeAll(async () => {
    device = await startTestDevice(chip);
  });
  afterAll(() => device.close());

  test("is set, read back, exported and applied, and nothing else changes", async () => {
    const { vendor, names } = device;
    const fresh = await readAll(vendor, names);
    expect([...fresh.keys()]).toEqual(names.paths());
    let now = fresh;
    for (const { path, row, index, value } of fresh.values()) {
      const other = otherValue(row, value);
      const [setting] = parseConfig(writeConfig([{ path, row, index, value: other }]), "one.yaml", chip);
      expect(setting).toMatchObject({ path, index });
      expect(await applySettings(vendor, setting ? [setting] : [])).toEqual([{ ...setting, before: value }]);
      expect(await readValue(vendor, { path, row, index })).toBe(other);
      const before = now;
      now = await readAll(vendor, names);
      // An output's delay is its channel's, too.
      const linked = row === parameters.outputDelay ? [path.replace(/delay$/, "channel-delay")] : [];
      expect(changedNames(before, now).filter((name) => !linked.includes(name))).toEqual([path]);
      // Pins and kinds of outputs exclude each other, so those do not stay.
      if (row.transport !== "status" && row !== parameters.outputEnabled) continue;
      await applySettings(vendor, [{ path, row, index, value }]);
      now = await readAll(vendor, names);
    }
    await applySettings(vendor, parseConfig(writeConfig([...fresh.values()]), "all.yaml", chip));
    expect(await readAll(vendor, names)).toEqual(fresh);
  });

  test("comes back to the bit after export, factory reset and apply, ten times over", async () => {
    const { vendor, names } = device;
    const random = generator(20261120);
    for (let cycle = 0; cycle < 10; cycle++) {
      await scramble(vendor, names, random);
      const before = await bulkPacket(vendor);
      const text = writeConfig([...(await readAll(vendor, names)).values()]);
      await factoryReset(vendor);
      expect(before.equals(await bulkPacket(vendor))).toBe(false);
      await applySettings(vendor, parseConfig(text, "all.yaml", chip));
      expect(await bulkPacket(vendor)).toEqual(before);
    }
  });

  test("is not sent when it is so already", async () => {
    const { vendor, names } = device;
    const everything = [...(await readAll(vendor, names)).values()];
    const { spy, sent } = listen(vendor);
    expect(await applySettings(spy, everything)).toEqual([]);
    expect(sent).toEqual([]);
    const gain = names.parse("out1.eq.2.gain", -7.25);
    const quality = names.parse("out1.eq.2.q", 2.5);
    await applySettings(spy, [
      ...everything.filter(({ path }) => ![gain, quality].some((one) => one.path === path)),
      gain,
      quality,
    ]);
    expect(sent).toEqual([0x42]); // one band, at once
  });
});

/** Requests as they are, with the codes of those that set something. */
function listen(vendor: Vendor) {
  const sent: number[] = [];
  const spy: Requests = {
    get(request, value, length) {
      if (setters.has(request)) sent.push(request);
      return vendor.get(request, value, length);
    },
    set(request, value, data) {
      sent.push(request);
      return vendor.set(request, value, data);
    },
  };
  return { spy, sent };
}

/** Requests that set something although they are IN. */
const setters = new Set(liveRows.filter(({ transport }) => transport === "status").map((row) => row.set));

describe("settings that need each other's place", () => {
  let device: TestDevice;
  const names = new ParameterNames(platformOf(1));
  beforeAll(async () => {
    device = await startTestDevice("rp2350");
  });
  afterAll(() => device.close());

  const apply = (values: Record<string, number | string>) =>
    applySettings(
      device.vendor,
      Object.entries(values).map(([path, value]) => names.parse(path, value)),
    );
  const get = (path: string) => readValue(device.vendor, names.find(path));

  test("pins go round in a circle", async () => {
    await apply({ "slot1.pin": 7, "slot2.pin": 8, "slot3.pin": 6 });
    expect([await get("slot1.pin"), await get("slot2.pin"), await get("slot3.pin")]).toEqual([7, 8, 6]);
  });

  test("a running subwoofer moves, and runs again", async () => {
    await apply({ "pdm.enabled": "on" });
    await apply({ "pdm.pin": 20 });
    expect([await get("pdm.pin"), await get("pdm.enabled")]).toEqual([20, 1]);
    await apply({ "pdm.pin": 9, "slot4.pin": 20 });
    expect([await get("pdm.pin"), await get("slot4.pin"), await get("pdm.enabled")]).toEqual([9, 20, 1]);
  });

  test("clocks move while I2S runs, and run again", async () => {
    await apply({ "slot1.type": "i2s", "clock.mck.enabled": "on" });
    await apply({ "clock.bck.pin": 16, "clock.mck.pin": 14 });
    expect([await get("clock.bck.pin"), await get("clock.mck.pin")]).toEqual([16, 14]);
    expect([await get("slot1.type"), await get("clock.mck.enabled")]).toEqual([1, 1]);
  });

  test("from the subwoofer to outputs 3 and 4, and back, at once", async () => {
    await apply({ "pdm.enabled": "off", "out3.enabled": "on", "out4.enabled": "on" });
    expect([await get("pdm.enabled"), await get("out3.enabled")]).toEqual([0, 1]);
    await apply({ "pdm.enabled": "on", "out3.enabled": "off", "out4.enabled": "off" });
    expect([await get("pdm.enabled"), await get("out4.enabled")]).toEqual([1, 0]);
  });

  test("what makes it louder is sent last, what makes it quieter first", async () => {
    await apply({ "pdm.enabled": "off", "out3.enabled": "on", "master.volume": -40, "out1.gain": 0 });
    const { spy, sent } = listen(device.vendor);
    const values = { "master.volume": -10, "pdm.enabled": "on", "out1.gain": -3, "out3.enabled": "off" };
    const settings = (each: Record<string, number | string>) =>
      Object.entries(each).map(([path, value]) => names.parse(path, value));
    await applySettings(spy, settings(values));
    expect(sent).toEqual([0x72, 0x74, 0x72, 0xd2]);
    await applySettings(spy, settings({ "out1.gain": 0, "master.volume": -40 }));
    expect(sent.slice(4)).toEqual([0xd2, 0x74]);
  });

  test.each<[Record<string, number | string>, string]>([
    [{ "out1.gain": -9, "out3.enabled": "on" }, "pdm.enabled and out3.enabled"],
    [{ "out1.gain": -9, "slot1.pin": 21, "slot2.pin": 21 }, "slot1.pin and slot2.pin both need GPIO 21"],
    [{ "out1.gain": -9, "slot1.pin": 17 }, "slot1.pin and clock.bck.pin (its word clock) both need GPIO 17"],
  ])("%j is refused before anything is sent", async (values, message) => {
    const before = await bulkPacket(device.vendor);
    await expect(apply(values)).rejects.toThrow(message);
    expect(await bulkPacket(device.vendor)).toEqual(before);
  });

  test("what the device itself refuses is told, after all else was set", async () => {
    await device.bench.bench.setUsb({ rate: 96000 });
    const error = "clock.mck.multiplier: 256 × Fs is not possible at this sample rate";
    await expect(apply({ "clock.mck.multiplier": 256, "out1.gain": -9 })).rejects.toThrow(error);
    expect([await get("clock.mck.multiplier"), await get("out1.gain")]).toEqual([0, -9]);
  });
});
