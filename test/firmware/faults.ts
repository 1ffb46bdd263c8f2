/** What is heard, and what a host still reaches, when a core gets stuck or the firmware fails again and again. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { readElf } from "../../simulator/emulator/elf";
import type { EmulatedDevice } from "../../simulator/emulator/emulated-device";
import { ramBase } from "../../simulator/emulator/machine";
import { sectorBytes } from "../../simulator/emulator/nor-flash";
import { UsbHost } from "../../simulator/usb-host";
import { boards } from "../../tools/boards";
import { firmwareFolder } from "../../tools/firmware";
import { cpsid, stay } from "../emulator/thumb";
import {
  enable,
  equalFrames,
  leftOnPdm,
  noise,
  outputsOf,
  players,
  silence,
  slot,
  withoutLeadingSilence,
} from "./playing";
import { tools } from "./toolchain";

const idle = (milliseconds: number) => new Array<undefined>(milliseconds).fill(undefined);
const undefinedInstruction = 0xde00;
/** The sequences of a modulator that rests: hosts/rp2 sends this byte. */
const pdmIdle = 0xaa;

describe.skipIf(!tools).each(boards)("faults of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated, poweredOn, simulated } = players(board);
  const { pdm } = outputsOf(board);

  async function symbols(): Promise<(name: string) => number> {
    const elf = readElf(await readFile(join(firmwareFolder, `dspi-${board.name}.elf`)));
    return (name) => (elf.symbols.get(name) as number) & ~1;
  }

  const lastReport = async (device: EmulatedDevice) => {
    const report = await device.control({ bmRequestType: 0xc1, bRequest: 0x20, wValue: 0, wIndex: 2, wLength: 1024 });
    return report.status === "ok" ? new TextDecoder().decode(report.data) : "stall";
  };

  /** Code behind all that the firmware has in RAM, where a core is sent. */
  function sendTo(device: EmulatedDevice, core: 0 | 1, ...code: number[]): void {
    const { chip } = device;
    const at = chip.ram.length - 0x2800;
    chip.ram.set(new Uint8Array(Uint16Array.of(...code).buffer), at);
    Object.assign(chip.cores[core], { waiting: false }).registers[15] = ramBase + at;
  }

  test.each([
    ["core 0 masks its interrupts", 0, [cpsid, stay]],
    ["core 1 does not return", 1, [stay]],
    ["core 1 masks its interrupts", 1, [cpsid, stay]],
  ] as const)(
    "sends silence within 150 ms when %s for good",
    async (_, core, code) => {
      const played = await emulated();
      const { device, host, vendor } = played;
      await enable(vendor, 0);
      await leftOnPdm(played, pdm);
      const stream = await host.openStream(48000, 24);
      const source = noise();
      const before = await stream.run(300, source);
      expect(before.slots[0]?.subarray(-600).some((byte) => byte !== 0)).toBe(true);
      expect(before.pdm?.subarray(-3200).some((byte) => byte !== pdmIdle)).toBe(true);
      for (let ms = 0; device.chip.cores[core].ipsr > 0; ms++) {
        if (ms > 100) throw new Error("The core never leaves its interrupts.");
        await stream.run(1, source);
      }
      sendTo(device, core, ...code);
      await stream.run(150, source);
      // What the rings have is sent again and again.
      const address = await symbols();
      const bytes = (name: string, length: number) => {
        const at = address(name) - ramBase;
        return device.chip.ram.subarray(at, at + length);
      };
      expect(bytes("rings", 4096).every((byte) => byte === 0)).toBe(true);
      expect(bytes("bits", 2048).every((byte) => byte === pdmIdle)).toBe(true);
      // Lines without edges have kept what was heard before from being recorded until now.
      const after = await stream.run(20, source);
      expect(after.slots[0]?.subarray(-20 * 48 * 6).every((byte) => byte === 0)).toBe(true);
      expect(after.pdm?.subarray(-20 * 48 * 32).every((byte) => byte === pdmIdle)).toBe(true);
    },
    120_000,
  );

  const toApplication = { bmRequestType: 0xc1, wIndex: 2 };
  const occupiedSlots = { ...toApplication, bRequest: 0x95, wValue: 0, wLength: 6 };
  const getConfiguration = { bmRequestType: 0x80, bRequest: 8, wValue: 0, wIndex: 0, wLength: 1 };

  /** Saves presets until flash is being erased for one, which takes 45 ms; that request is unfinished then. */
  async function eraseBegins(device: EmulatedDevice): Promise<void> {
    let begun = false;
    const erase = new Promise<void>((resolve) => {
      device.chip.nor.onChange = (_, length) => {
        if (length < sectorBytes) return;
        begun = true;
        resolve();
      };
    });
    while (!begun) {
      const save = device.control({ ...toApplication, bRequest: 0x90, wValue: 3, wLength: 1 });
      await Promise.race([save, erase]);
      save.catch(() => undefined);
    }
    device.chip.nor.onChange = undefined;
  }

  /** What slot 0 sends of noise while something happens, and for half a second at least. */
  async function played(host: UsbHost, meanwhile: () => Promise<unknown>): Promise<Buffer> {
    const stream = await host.openStream(48000, 24);
    await stream.run(200, silence);
    const source = noise();
    const sent: Buffer[] = [];
    let busy = true;
    const running = (async () => {
      for (let ms = 0; ms < 500 || busy; ms += 10) sent.push(slot([await stream.run(10, source)], 0));
    })();
    await breathe();
    await meanwhile();
    busy = false;
    await running;
    return withoutLeadingSilence(Buffer.concat(sent));
  }

  test.each([
    ["the application answers", occupiedSlots],
    ["USB's own task answers", getConfiguration],
  ])(
    "plays on, to the bit, when a request that %s supersedes another while flash is erased",
    async (_, setup) => {
      const { device, host } = await emulated();
      let began = 0;
      const sent = await played(host, async () => {
        await eraseBegins(device);
        began = device.milliseconds;
        expect(await device.supersede(setup)).toMatchObject({ status: "ok" });
      });
      expect(device.milliseconds - began).toBeGreaterThan(40); // it was in the erase
      const expected = await played((await simulated()).host, () => Promise.resolve());
      expect(equalFrames(sent, expected)).toBeGreaterThan(0.49 * 48000);
      expect(device.traps).toEqual([]);
      expect(await device.control(occupiedSlots)).toMatchObject({ status: "ok" });
    },
    120_000,
  );

  test("answers and plays after a bus reset while flash was erased", async () => {
    const { device, host } = await emulated();
    const stream = await host.openStream(48000, 24);
    let begun = false;
    const running = (async () => {
      while (!begun) await stream.run(1, silence);
    })();
    await breathe();
    await eraseBegins(device);
    begun = true;
    await running;
    await device.busReset();
    const again = await UsbHost.attach(device);
    const sent = await played(again, () => Promise.resolve());
    const expected = await played((await simulated()).host, () => Promise.resolve());
    expect(equalFrames(sent, expected)).toBeGreaterThan(0.49 * 48000);
    expect(device.traps).toEqual([]);
    expect(await device.control(occupiedSlots)).toMatchObject({ status: "ok" });
  }, 120_000);

  test("leaves its application down when every start ends in a fault, and its host can have the bootloader", async () => {
    const device = await poweredOn();
    const address = await symbols();
    const at = address("machine_new") & 0xffffff;
    new DataView(device.chip.nor.bytes.buffer).setUint16(at, undefinedInstruction, true);
    await device.powerCycle();
    await UsbHost.attach(device);
    const fault = `restarted after a fault at 0x${address("machine_new").toString(16)}, [^;]*core 0`;
    expect(await lastReport(device)).toMatch(
      new RegExp(`^every start fails: the application stays down(; before that: ${fault}){3}$`),
    );
    expect(await device.control(occupiedSlots)).toEqual({ status: "stall" });
    let left = false;
    device.onBootloader(() => (left = true));
    const leave = { ...toApplication, bRequest: 0xf0, wValue: 0, wLength: 1 };
    expect(await device.control(leave)).toEqual({ status: "ok", data: Buffer.of(1) });
    await device.frames(idle(200)).catch(() => undefined);
    expect(left).toBe(true);
  }, 60_000);
});
