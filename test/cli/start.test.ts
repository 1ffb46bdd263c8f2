import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { hello, platformRequest, tcpPeer } from "../link/peers";
import { wavFile } from "../wav";
import { start } from "./dspi";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspi-start-"));
  // A square wave at half of full scale: −6.0 dBFS at any instant.
  const samples = Array.from({ length: 2 * 66150 }, (_, i) => ((i >> 1) % 100 < 50 ? 16384 : -16384));
  await writeFile(join(folder, "half.wav"), wavFile(samples, { rate: 44100 }));
});
afterAll(() => rm(folder, { recursive: true }));

const listening = /TCP 127\.0\.0\.1:(\d+) and WebSocket ws:\/\/127\.0\.0\.1:(\d+)/;

describe("dspi start", () => {
  test("plays a file once in real time, shows its level and listens meanwhile", async () => {
    const program = start(folder, "start", "half.wav", "--once");
    const [, tcp] = listening.exec(await program.said("Ctrl-C")) ?? [];
    const begin = performance.now();
    const peer = await tcpPeer(Number(tcp));
    await peer.ask(hello);
    expect(await peer.ask({ ...platformRequest, id: 1 })).toMatchObject({ data: "01011309" });
    const { code, stdout, stderr } = await program.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((performance.now() - begin) / 1000).toBeGreaterThan(1); // of 1.5 s
    expect(stdout).toContain("half.wav");
    expect(stdout).toMatch(/^USB L -6\.0 \| USB R -6\.0 \| SPDIF 1 L .* dBFS \| CPU \d+ % \d+ %$/m);
    expect(stdout).not.toContain("\x1b"); // no terminal, no escape sequences
  });

  test("takes other ports when the usual ones are taken, and ends at Ctrl-C", async () => {
    const holders = [9777, 9778].map((port) => createServer().listen(port, "127.0.0.1"));
    // Whoever has them by then: another program will do as well.
    await Promise.all(
      holders.map((one) => new Promise((resolve) => one.once("listening", resolve).once("error", resolve))),
    );
    const program = start(folder, "start", "half.wav");
    const text = await program.said("Ctrl-C");
    expect(text).toContain("Port 9777 is taken, so a free one is used instead.");
    expect(text).toContain("Port 9778 is taken, so a free one is used instead.");
    const [, tcp, ws] = listening.exec(text) ?? [];
    expect([tcp, ws]).not.toContain("9777");
    program.child.kill("SIGINT");
    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
    for (const holder of holders) holder.close();
  });

  test("says what is wrong with a file", async () => {
    const { code, stderr } = await start(folder, "start", "none.wav").ended;
    expect(code).toBe(1);
    expect(stderr).toContain("none.wav: no such file");
  });
});
