import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { families, toUf2 } from "../../tools/uf2";
import { projectFolder } from "../../tools/folders";
import { hello, platformRequest, tcpPeer } from "../link/peers";
import { dspi, start } from "./dspi";

const firmware = join(projectFolder, "build/firmware/dspi-pico.uf2");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspi-emulate-"));
  await writeFile(join(folder, "text.uf2"), "no firmware");
  await writeFile(join(folder, "music.wav"), new Uint8Array(1000));
  await writeFile(join(folder, "image.uf2"), toUf2(new Uint8Array(256), 0x10000000, families.rp2040));
});
afterAll(() => rm(folder, { recursive: true }));

describe("dspi emulate", () => {
  test.each([
    [["none.uf2"], "The firmware none.uf2 cannot be read"],
    [["text.uf2"], "This is no UF2 file: it has 11 bytes"],
    [["image.uf2", "--profile=none/profile.folded"], "no such file or directory, open 'none/profile.folded'"],
    [["image.uf2", "--flash", "music.wav"], "music.wav has 1000 bytes, expected 2097152, as this chip's flash: name"],
    [[], "Not enough non-option arguments"],
    [["text.uf2", "--host-ppm", "9999"], "--host-ppm takes one number of -5000 to 5000."],
  ])("%j ends with an error that says why", async (args, text) => {
    const { code, stderr } = await dspi(folder, "emulate", ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(text);
  });

  test.skipIf(!existsSync(firmware))("serves the firmware over dspi-link/1 and says how fast it was", async () => {
    const program = start(folder, "emulate", firmware, "--tcp", "0", "--ws", "0", "--flash", "flash.bin");
    const [line] = (await program.said("\n")).split("\n");
    const { tcp } = JSON.parse(line ?? "") as { tcp: number };
    const peer = await tcpPeer(tcp);
    expect(await peer.ask(hello)).toMatchObject({ t: "hello", v: 1, device: { vid: 0x2e8a } });
    expect(await peer.ask({ ...platformRequest, id: 1 })).toEqual({ t: "res", id: 1, st: "ok", data: "00011305" });
    program.child.kill("SIGINT");
    const { code, stderr } = await program.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/Emulated \d+ ms, \d+ ms per second\.\n$/);
  });
});
