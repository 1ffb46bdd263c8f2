import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from "vitest";

import { noise, wavFile } from "../wav";
import { startBench, type TestBench } from "./bench";
import { hello, platformRequest, tcpPeer, webSocketPeer, type Peer } from "./peers";

describe("in virtual time", () => {
  let bench: TestBench;
  let peer: Peer;
  let id: number;

  beforeAll(async () => {
    bench = await startBench();
    await writeFile(join(bench.folder, "in.wav"), wavFile(noise(2 * 48000, 16)));
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    id = 0;
    peer = await tcpPeer(bench.tcp);
    await peer.ask(hello);
  });
  afterEach(() => peer.close());

  const admin = (op: string, arg?: unknown) => peer.ask({ t: "admin", id: ++id, op, arg });
  const refused = (text: unknown) => ({ t: "adm", id, ok: false, out: text });

  test("a WAV file plays to its end, and what plays can be captured", async () => {
    expect(await admin("capture", { dir: "out/deep" })).toEqual({ t: "adm", id, ok: true });
    expect(await admin("play", { file: "in.wav", alt: 2 })).toEqual({ t: "adm", id, ok: true, out: { frames: 48000 } });
    const file = join(bench.folder, "out/deep/slot0.wav");
    expect(await admin("capture", { dir: null })).toEqual({ t: "adm", id, ok: true, out: [{ file, frames: 48000 }] });
    expect((await readFile(file)).length).toBe(44 + 48000 * 6);
    expect(await admin("capture", { dir: null })).toEqual({ t: "adm", id, ok: true, out: [] });
  });

  test("an output that is enabled late is recorded from the start, in silence", async () => {
    const out = (req: number, val: number, data: string) =>
      peer.ask({ t: "ctl", id: ++id, bm: 0x41, req, val, idx: 2, len: data.length / 2, data });
    await admin("capture", { dir: "late" });
    await admin("play", { file: "in.wav" });
    await out(0x70, 0, "0002010000000000"); // left to output 3, 0 dB
    await out(0x72, 2, "01");
    await admin("play", { file: "in.wav" });
    await out(0x72, 2, "00");
    await admin("play", { file: "in.wav" });
    const files = ["slot0.wav", "slot1.wav"].map((name) => ({
      file: join(bench.folder, "late", name),
      frames: 144000,
    }));
    expect(await admin("capture", { dir: null })).toMatchObject({ out: files });
    const bytes = (await readFile(join(bench.folder, "late/slot1.wav"))).subarray(44);
    const isSilent = (second: number) =>
      bytes.subarray(second * 48000 * 6, (second + 1) * 48000 * 6).every((byte) => byte === 0);
    expect([isSilent(0), isSilent(1), isSilent(2)]).toEqual([true, false, true]);
  });

  test("a capture goes on in other files when the sample rate changes", async () => {
    await writeFile(join(bench.folder, "cd.wav"), wavFile(noise(2 * 4410, 16), { rate: 44100 }));
    await admin("capture", { dir: "rates" });
    await admin("play", { file: "in.wav" });
    await admin("play", { file: "cd.wav" });
    const file = (name: string) => join(bench.folder, "rates", name);
    expect(await admin("capture", { dir: null })).toMatchObject({
      out: [
        { file: file("slot0.wav"), frames: 48000 },
        { file: file("slot0-2.wav"), frames: 4410 },
      ],
    });
    expect((await readFile(file("slot0-2.wav"))).readUInt32LE(24)).toBe(44100);
  });

  test("a message after play waits for it, whoever sends it", async () => {
    const other = await tcpPeer(bench.tcp);
    await other.ask(hello);
    const order: string[] = [];
    const played = admin("play", { file: "in.wav" }).then(() => order.push("play"));
    await new Promise((resolve) => setTimeout(resolve, 5)); // so that it arrives later
    const asked = other.ask({ ...platformRequest, id: 1 }).then(() => order.push("ctl"));
    await Promise.all([played, asked]);
    expect(order).toEqual(["play", "ctl"]);
    other.close();
  });

  test("pins are listed", async () => {
    const { out } = await admin("pins");
    expect(out).toContainEqual({ pin: 6, function: "spdif", direction: "out", level: expect.any(Number) as number });
  });

  test("what a host's audio driver sets is set", async () => {
    expect(await admin("usb", { volume: -20.5, mute: 0, rate: 96000 })).toEqual({ t: "adm", id, ok: true });
    const rate = { t: "ctl", id: ++id, bm: 0xa2, req: 0x81, val: 0x0100, idx: 0x01, len: 3 };
    expect(await peer.ask(rate)).toEqual({ t: "res", id, st: "ok", data: "007701" }); // 96000, little-endian
  });

  test("power can be cycled: all peers see the device go and come", async () => {
    const other = await webSocketPeer(bench.ws);
    await other.ask(hello);
    peer.send({ t: "admin", id: ++id, op: "power-cycle" });
    for (const one of [peer, other]) {
      expect(await one.next()).toEqual({ t: "ev", ev: "detach" });
      expect(await one.next()).toMatchObject({ t: "ev", ev: "attach", device: { vid: 0x2e8a } });
    }
    expect(await peer.next()).toEqual({ t: "adm", id, ok: true });
    expect(await peer.ask({ ...platformRequest, id: ++id })).toMatchObject({ st: "ok" });
    other.close();
  });

  test.each([undefined, {}, { after: 0 }, { after: 1.5 }, { after: 2 ** 32 }, { after: "1" }])(
    "power-cut needs a number of operations: %j is refused",
    async (arg) => {
      expect(await admin("power-cut", arg)).toMatchObject({ ok: false });
    },
  );

  test.each<[string, unknown, string]>([
    ["play", undefined, "arg must be an object"],
    ["play", {}, 'file must be the name of a WAV file: {"file":"in.wav","alt":1}'],
    ["play", { file: "in.wav", alt: 3 }, "alt must be 1 (16 bit) or 2 (24 bit)"],
    ["play", { file: "in.wav", loop: 1 }, 'arg has no member "loop"; known: file, alt'],
    ["play", { file: "none.wav" }, "none.wav: no such file"],
    ["capture", {}, 'dir must be the name of a folder, or null to end: {"dir":"out"}'],
    ["gpio", { pin: 30, level: 0 }, "pin must be an integer of 0 to 29"],
    ["gpio", { pin: 4, level: 2 }, "level must be 0, 1 or null"],
    ["usb", { rate: 22050 }, "rate must be one of 44100, 48000, 96000"],
    ["usb", { mute: 2 }, "mute must be 0 or 1"],
    ["usb", { volume: "loud" }, "volume must be in dB, of -128 to below 128"],
    ["power-cycle", {}, "arg must be absent"],
    [
      "explode",
      undefined,
      "unknown operation; there are power-cycle, flash-erase, power-cut, play, capture, gpio, pins, usb",
    ],
  ])("%s %j is refused with what was expected", async (op, arg, text) => {
    expect(await admin(op, arg)).toEqual(refused(text));
  });

  describe("files", () => {
    let outside: string;
    beforeAll(async () => {
      outside = await mkdtemp(join(tmpdir(), "dspi-outside-"));
      await writeFile(join(outside, "secret.wav"), wavFile(noise(200, 16)));
      await symlink(outside, join(bench.folder, "link"));
      await symlink(join(outside, "secret.wav"), join(bench.folder, "link.wav"));
      await mkdir(join(bench.folder, "inside"));
    });
    afterAll(() => rm(outside, { recursive: true }));

    test("outside the folder are not played", async () => {
      const names = [
        join(outside, "secret.wav"),
        `../${outside.split("/").at(-1)}/secret.wav`,
        "link/secret.wav",
        "link.wav",
        "..",
        "/",
      ];
      for (const file of names) {
        expect(await admin("play", { file })).toEqual(refused(expect.stringContaining("not below")));
      }
      expect(await admin("play", { file: "in\0.wav" })).toMatchObject({ ok: false });
    });

    test("outside the folder are not written", async () => {
      for (const dir of [outside, "..", "../elsewhere", "link", "link/made", "/tmp/dspi-made", "inside/../../x"]) {
        expect(await admin("capture", { dir })).toEqual(refused(expect.stringContaining("not below")));
      }
    });

    test("that are links out of the folder are replaced, not followed", async () => {
      const secret = await readFile(join(outside, "secret.wav"));
      await symlink(join(outside, "secret.wav"), join(bench.folder, "inside/slot0.wav"));
      await admin("capture", { dir: "inside" });
      await admin("play", { file: join(bench.folder, "in.wav") }); // absolute, but below the folder
      expect(await admin("capture", { dir: null })).toMatchObject({ ok: true, out: [{ frames: 48000 }] });
      expect(await readFile(join(outside, "secret.wav"))).toEqual(secret);
    });

    test("are not for peers on the WebSocket", async () => {
      const page = await webSocketPeer(bench.ws);
      await page.ask(hello);
      for (const [id, op] of ["play", "capture", "power-cut", "flash-erase"].entries()) {
        expect(await page.ask({ t: "admin", id, op, arg: { file: "in.wav" } })).toEqual({
          t: "adm",
          id,
          ok: false,
          out: `${op} touches files: it is served over TCP only`,
        });
      }
      expect(await page.ask({ t: "admin", id: 9, op: "pins" })).toMatchObject({ ok: true });
      page.close();
    });
  });
});

describe("in real time", () => {
  let bench: TestBench;
  let peer: Peer;
  beforeAll(async () => {
    bench = await startBench({ realtime: true });
    await writeFile(join(bench.folder, "in.wav"), wavFile(noise(2 * 48000, 16)));
    peer = await tcpPeer(bench.tcp);
    await peer.ask(hello);
  });
  afterAll(async () => {
    peer.close();
    await bench.close();
  });

  test("a second plays in a second, and control requests are answered meanwhile", async () => {
    const begin = performance.now();
    peer.send({ t: "admin", id: 0, op: "play", arg: { file: "in.wav" } });
    const times: number[] = [];
    for (let id = 1; id <= 100; id++) {
      const asked = performance.now();
      expect(await peer.ask({ ...platformRequest, id })).toMatchObject({ t: "res", id, st: "ok" });
      times.push(performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await peer.next()).toEqual({ t: "adm", id: 0, ok: true, out: { frames: 48000 } });
    const seconds = (performance.now() - begin) / 1000;
    expect(seconds).toBeGreaterThan(0.99);
    expect(seconds).toBeLessThan(1.5);
    expect(times.sort((a, b) => a - b)[50]).toBeLessThan(2); // ms; the median on a busy machine
  });
});
