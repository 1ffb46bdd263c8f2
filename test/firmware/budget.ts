/** What the firmware takes of the chips' memories, and what has been planned. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, test } from "vitest";

import { readElf } from "../../simulator/emulator/elf";
import { ramBase } from "../../simulator/emulator/machine";
import { boards } from "../../tools/boards";
import { type Area, hold, measure, xsMemory } from "../../tools/budget";
import { buildFirmware, firmwareFolder } from "../../tools/firmware";
import { readManifest } from "../../tools/manifest";
import { toolchain } from "../../tools/toolchain";
import { players } from "./playing";
import { tools } from "./toolchain";

const run = promisify(execFile);

test("an area that takes more than planned is named, with both figures; areas that do not are not", () => {
  const areas: Area[] = [
    { name: "RAM: delay lines", used: 81920, planned: 81920 },
    { name: "RAM: the rest", used: 20481, planned: 20480 },
    { name: "flash in all", used: 1024, planned: 2048 },
  ];
  expect(() => hold(areas)).toThrow("RAM: the rest: 20481 bytes, planned are 20480");
  expect(() => hold(areas)).not.toThrow(/delay lines|flash/);
  expect(() => hold(areas.filter(({ used, planned }) => used <= planned))).not.toThrow();
});

describe.skipIf(!tools).each(boards)("the budget of a $name (skipped without its toolchain)", (board) => {
  const { emulatedWith } = players(board);
  const compilers = tools?.compilers ?? "";
  let xs = NaN;

  beforeAll(async () => {
    const { heap, stack } = xsMemory((await readManifest(undefined, board.platform)).creation);
    xs = heap + stack;
  });

  test("has every byte of RAM in one area: they add up to the linker's sections and XS's memory", async () => {
    const elf = (await buildFirmware(board, await toolchain(), () => undefined)).replace(/uf2$/, "elf");
    const { creation } = await readManifest(undefined, board.platform);
    const areas = await measure({ elf, board, creation }, compilers);
    const { stdout } = await run(join(compilers, "arm-none-eabi-size"), ["-A", elf]);
    const sections = [...stdout.matchAll(/^\.(\S+) +(\d+) +(\d+)$/gm)].filter(
      ([, name, , address]) => Number(address) >= ramBase && name !== "heap", // which malloc's begins with
    );
    const linked = sections.reduce((sum, [, , size]) => sum + Number(size), 0);
    const gaps = (areas.find(({ name }) => name === "RAM in all")?.used ?? NaN) - xs - linked;
    expect(gaps).toBeGreaterThanOrEqual(0);
    expect(gaps).toBeLessThan(64); // between sections, for their alignment
    for (const { name, used } of areas) expect(used, name).toBeGreaterThan(0);
  }, 300_000);

  test("counts for XS as much as malloc has given away when the application has been started again", async () => {
    const name = `${board.name}-failing`;
    const { device, vendor } = await emulatedWith({ main: "test/simulator/apps/failing-device.ts", name });
    for (let i = 0; i < 3; i++) {
      await device.control({ bmRequestType: 0xc1, bRequest: 0x2f, wValue: 0, wIndex: 2, wLength: 4 }); // throws
      await vendor.get(0x7f, 0, 4);
    }
    const { symbols } = readElf(await readFile(join(firmwareFolder, `dspi-${name}.elf`)));
    const [, heapEnd = NaN] = [...symbols].find(([symbol]) => /^heap_end(\.\d+)?$/.test(symbol)) ?? [];
    const { ram } = device.chip;
    const reached = new DataView(ram.buffer, ram.byteOffset + heapEnd - ramBase, 4).getUint32(0, true);
    const taken = reached - (symbols.get("end") ?? NaN);
    expect(taken).toBeLessThanOrEqual(xs);
    expect(taken).toBeGreaterThan(xs - 256);
  }, 120_000);
});
