/** A device that goes: the power is cut in a flash operation, or it leaves for its bootloader. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { noise, wavFile } from "../wav";
import { startBench, type TestBench } from "./bench";
import { hello, platformRequest, tcpPeer, type Peer } from "./peers";

let bench: TestBench;
let peer: Peer;
let id: number;

async function start(realtime = false): Promise<void> {
  bench = await startBench({ realtime });
  peer = await tcpPeer(bench.tcp);
  await peer.ask(hello);
}

beforeEach(() => {
  id = 0;
});
afterEach(async () => {
  peer.close();
  await bench.close();
});

const send = (req: number, val = 0, len = 64) => peer.send({ t: "ctl", id: ++id, bm: 0xc1, req, val, idx: 2, len });
const get = (req: number, val = 0, len = 64) => {
  send(req, val, len);
  return peer.next();
};
const admin = (op: string, arg?: unknown) => peer.ask({ t: "admin", id: ++id, op, arg });
const attached = (product: string) => ({ t: "ev", ev: "attach", device: { product } });

describe("a power cut", () => {
  test("in the middle of saving a preset leaves the old one, and the device comes back", async () => {
    await start();
    const gain = async (value: string) =>
      peer.ask({ t: "ctl", id: ++id, bm: 0x41, req: 0x74, val: 0, idx: 2, len: 4, data: value });
    await gain("000080c0"); // −4 dB
    expect(await get(0x90, 3)).toMatchObject({ st: "ok", data: "00" });
    await gain("000000c1"); // −8 dB
    expect(await admin("power-cut", { after: 2 })).toMatchObject({ ok: true });
    send(0x90, 3);
    const replies = [await peer.next(), await peer.next(), await peer.next()];
    expect(replies).toContainEqual({ t: "ev", ev: "detach" });
    expect(replies).toContainEqual({ t: "res", id, st: "nodev" });
    expect(replies).toContainEqual(expect.objectContaining({ t: "ev", ev: "attach" }));
    expect(await get(0x75)).toMatchObject({ st: "ok", data: "00000000" }); // slot 0 is empty
    expect(await get(0x91, 3)).toMatchObject({ st: "ok", data: "00" });
    expect(await get(0x75)).toMatchObject({ st: "ok", data: "000080c0" });
  });
});

describe("the bootloader", () => {
  test("is on the bus 100 ms of device time after the answer, until the power is cycled", async () => {
    await start();
    expect(await get(0xf0)).toEqual({ t: "res", id, st: "ok", data: "01" });
    expect(await peer.next()).toEqual({ t: "ev", ev: "detach" });
    const drive = { vid: 0x2e8a, pid: 0x000f, product: "RP2350 Boot", interfaces: [{ class: 8 }, { class: 255 }] };
    expect(await peer.next()).toMatchObject({ t: "ev", ev: "attach", device: drive });
    expect(await get(0x7f)).toMatchObject({ st: "stall" });
    const second = await tcpPeer(bench.tcp);
    expect(await second.ask(hello)).toMatchObject({ device: drive });
    second.close();
    peer.send({ t: "admin", id: ++id, op: "power-cycle" });
    expect(await peer.next()).toEqual({ t: "ev", ev: "detach" });
    expect(await peer.next()).toMatchObject(attached("Weeb Labs DSPi"));
    expect(await peer.next()).toMatchObject({ t: "adm", ok: true });
    expect(await get(0x7f, 0, 4)).toMatchObject({ st: "ok", data: "01011309" });
  });

  test("ends what plays", async () => {
    await start(true);
    await writeFile(join(bench.folder, "long.wav"), wavFile(noise(2 * 48000 * 5, 16)));
    peer.send({ t: "admin", id: ++id, op: "play", arg: { file: "long.wav" } });
    peer.send({ ...platformRequest, id: ++id, req: 0xf0 });
    const replies = [];
    do replies.push(await peer.next());
    while (replies.at(-1)?.t !== "adm");
    expect(replies).toContainEqual({ t: "res", id: 2, st: "ok", data: "01" });
    expect(replies).toContainEqual({ t: "ev", ev: "detach" });
    expect(replies).toContainEqual({ t: "adm", id: 1, ok: false, out: "the device left the bus" });
  });

  test("is entered in real time, too", async () => {
    await start(true);
    await get(0xf0);
    const begin = performance.now();
    expect(await peer.next()).toEqual({ t: "ev", ev: "detach" });
    expect(performance.now() - begin).toBeGreaterThan(50);
    expect(await peer.next()).toMatchObject(attached("RP2350 Boot"));
  });
});
