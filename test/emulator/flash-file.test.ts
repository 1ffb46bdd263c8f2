import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { openFlash } from "../../simulator/emulator/flash-file";
import { DesktopDevice } from "../../simulator/desktop-device";

const size = 2 << 20;

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "dspi-flash-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

test("a flash file has one device at a time, emulated or simulated, and is left alone by the others", async () => {
  const file = join(await folder(), "flash.bin");
  const first = openFlash(size, new Uint8Array(8), file);
  expect(() => openFlash(size, new Uint8Array(8), file)).toThrow("flash.bin is in use: another device uses it");
  await expect(DesktopDevice.open({ chip: "rp2040", flash: file })).rejects.toThrow("another device uses it");
  first.close();
  const simulated = await DesktopDevice.open({ chip: "rp2040", flash: file });
  expect(() => openFlash(size, new Uint8Array(8), file)).toThrow("another device uses it");
  await simulated.close();
  openFlash(size, new Uint8Array(8), file).close();
});

test("a flash file of another size is refused, and free for others then", async () => {
  const file = join(await folder(), "flash.bin");
  await writeFile(file, "something else");
  expect(() => openFlash(size, new Uint8Array(8), file)).toThrow("14 bytes, expected 2097152");
  await rm(file);
  openFlash(size, new Uint8Array(8), file).close();
});
