import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { hello, platformRequest, tcpPeer, webSocketPeer } from "../link/peers";
import { dspi, start } from "./dspi";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspi-simulate-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function ready(...args: string[]) {
  const program = start(folder, "simulate", "--tcp", "0", "--ws", "0", ...args);
  const [line] = (await program.said("\n")).split("\n");
  return { ...program, ports: JSON.parse(line ?? "") as { ready: boolean; tcp: number; ws: number } };
}

describe("dspi simulate", () => {
  test.each([
    ["rp2350", "SIGTERM", "01011309"],
    ["rp2040", "SIGINT", "00011305"],
  ] as const)("serves an %s on TCP and WebSocket until %s", async (chip, signal, platform) => {
    const { child, ended, ports } = await ready("--chip", chip, "--realtime");
    expect(ports.ready).toBe(true);
    for (const peer of [await tcpPeer(ports.tcp), await webSocketPeer(ports.ws)]) {
      expect(await peer.ask(hello)).toMatchObject({ t: "hello", v: 1 });
      expect(await peer.ask({ ...platformRequest, id: 1 })).toEqual({ t: "res", id: 1, st: "ok", data: platform });
    }
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });

  test("says which port is taken and what to do", async () => {
    const { child, ended, ports } = await ready();
    for (const [option, other] of [
      ["tcp", "ws"],
      ["ws", "tcp"],
    ]) {
      const args = [`--${option}`, String(ports.tcp), `--${other}`, "0"];
      const { code, stderr } = await dspi(folder, "simulate", ...args);
      expect(code).toBe(1);
      expect(stderr).toContain(`Port ${ports.tcp} is taken by another program`);
      expect(stderr).toContain(`--${option}`);
    }
    child.kill("SIGINT");
    await ended;
  });

  test.each([
    [["--tcp", "70000"], "--tcp takes one port number of 0 (any free port) to 65535."],
    [["--tcp", "1", "--tcp", "2"], "--tcp takes one port number"],
    [["--ws", "x"], "--ws takes one port number of 0 (any free port) to 65535."],
    [["--host", "203.0.113.1", "--tcp", "0"], "Cannot listen on 203.0.113.1"], // RFC 5737: nobody has it
    [["--flash", "no/such/folder/flash.bin"], "no/such/folder/flash.bin cannot be opened"],
    [["--fast"], "Unknown argument: fast"],
  ])("%j ends with an error that says why", async (args, text) => {
    const { code, stderr } = await dspi(folder, "simulate", ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(text);
  });
});
