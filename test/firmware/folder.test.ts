import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { boards } from "../../tools/boards";
import { buildFirmware, firmwareFolder } from "../../tools/firmware";
import type { Toolchain } from "../../tools/toolchain";

test("a build into a folder that cannot be written says so, before it begins", async () => {
  const folder = join(firmwareFolder, "no-folder");
  await mkdir(firmwareFolder, { recursive: true });
  await writeFile(folder, "a file");
  onTestFinished(() => rm(folder));
  const build = buildFirmware(boards[0], {} as Toolchain, () => undefined, { main: "main.ts", name: "no-folder" });
  await expect(build).rejects.toThrow(`${folder} cannot be written: EEXIST`);
});
