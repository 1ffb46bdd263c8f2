import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { noise, wavFile } from "../wav";
import { startBench } from "./bench";
import { hello, platformRequest, tcpPeer, type Reply } from "./peers";

test.each([false, true])(
  "a device that dies is gone for its peers, and what played is an error (real time: %s)",
  async (realtime) => {
    const bench = await startBench({ realtime });
    await writeFile(join(bench.folder, "long.wav"), wavFile(noise(2 * 48000 * 20, 16)));
    const peer = await tcpPeer(bench.tcp);
    await peer.ask(hello);
    peer.send({ t: "admin", id: 0, op: "play", arg: { file: "long.wav" } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await bench.bench.device.close();
    peer.send({ ...platformRequest, id: 1 });
    const replies: Reply[] = [];
    while (replies.length < 4) replies.push((await peer.next()) ?? { t: "end" });
    expect(replies).toContainEqual({ t: "adm", id: 0, ok: false, out: expect.stringMatching(/./) as string });
    expect(replies).toContainEqual({ t: "ev", ev: "log", text: "The device is switched off." });
    expect(replies).toContainEqual({ t: "ev", ev: "detach" });
    expect(replies).toContainEqual({ t: "res", id: 1, st: "nodev" });
    peer.close();
    await bench.close();
  },
);
