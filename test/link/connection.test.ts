import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startBench, type TestBench } from "./bench";
import { hello, platformRequest, tcpPeer, webSocketPeer, type Peer } from "./peers";

const rp2350 = { t: "res", st: "ok", data: "01011309" };
const line = (message: object) => `${JSON.stringify(message)}\n`;
const open: Peer[] = [];
let bench: TestBench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  for (const peer of open) peer.close();
  await bench.close();
});

async function tcp() {
  const peer = await tcpPeer(bench.tcp);
  open.push(peer);
  return peer;
}

async function webSocket(origin?: string) {
  const peer = await webSocketPeer(bench.ws, origin);
  open.push(peer);
  return peer;
}

describe.each([
  ["TCP", tcp],
  ["WebSocket", webSocket],
])("over %s", (_, connect: () => Promise<Peer>) => {
  test("a session opens with what the device is", async () => {
    const peer = await connect();
    expect(await peer.ask(hello)).toMatchObject({
      t: "hello",
      v: 1,
      device: {
        vid: 0x2e8a,
        pid: 0xfeaa,
        interfaces: [
          { number: 0, class: 1 },
          {
            number: 1,
            class: 1,
            endpoints: [{ address: 0x01, type: "isochronous", packetSize: 582 }, { address: 0x82 }],
          },
          { number: 2, class: 255, subclass: 0, protocol: 0, endpoints: [] },
        ],
      },
    });
  });

  test("nothing is served before hello, and hello is said once", async () => {
    const peer = await connect();
    expect(await peer.ask({ ...platformRequest, id: 1 })).toEqual({
      t: "err",
      text: 'open the session first: {"t":"hello","v":1}',
    });
    expect(await peer.ask({ t: "hello", v: 9 })).toEqual({ t: "err", text: "v must be 1, not 9" });
    expect(await peer.ask(hello)).toMatchObject({ t: "hello" });
    expect(await peer.ask(hello)).toEqual({ t: "err", text: "the session is open already" });
    expect(await peer.ask({ ...platformRequest, id: 1 })).toEqual({ ...rp2350, id: 1 });
  });

  test("an id serves once, for any kind of message", async () => {
    const peer = await connect();
    await peer.ask(hello);
    expect(await peer.ask({ ...platformRequest, id: 5 })).toEqual({ ...rp2350, id: 5 });
    expect(await peer.ask({ ...platformRequest, id: 5 })).toEqual({ t: "err", text: "ctl 5: id was used before" });
    expect(await peer.ask({ t: "in", id: 5, ep: 131, len: 64 })).toEqual({
      t: "err",
      text: "in 5: id was used before",
    });
    expect(await peer.ask({ ...platformRequest, id: 4 })).toEqual({ ...rp2350, id: 4 });
  });

  test("an IN answer is clipped, a stall is a stall, and OUT says how many bytes were taken", async () => {
    const peer = await connect();
    await peer.ask(hello);
    expect(await peer.ask({ ...platformRequest, id: 1, len: 2 })).toEqual({ t: "res", id: 1, st: "ok", data: "0101" });
    expect(await peer.ask({ ...platformRequest, id: 2, req: 0x03 })).toEqual({ t: "res", id: 2, st: "stall" });
    const volume = { t: "ctl", id: 3, bm: 0x41, req: 0xd2, val: 0, idx: 2, len: 4, data: "0000a0c1" };
    expect(await peer.ask(volume)).toEqual({ t: "res", id: 3, st: "ok", n: 4 });
  });

  test("an IN transfer times out where no endpoint is, and stalls where it is isochronous", async () => {
    const peer = await connect();
    await peer.ask(hello);
    expect(await peer.ask({ t: "in", id: 1, ep: 0x83, len: 64 })).toEqual({ t: "res", id: 1, st: "timeout" });
    expect(await peer.ask({ t: "in", id: 2, ep: 0x82, len: 64 })).toEqual({ t: "res", id: 2, st: "stall" });
  });

  test("a broken message is answered and the connection stays", async () => {
    const peer = await connect();
    await peer.ask(hello);
    expect(await peer.ask({ ...platformRequest, id: 1, bm: 300 })).toMatchObject({ t: "err" });
    expect(await peer.ask({ t: "admin", id: 2, op: "constructor" })).toMatchObject({ t: "adm", id: 2, ok: false });
    expect(await peer.ask({ ...platformRequest, id: 1 })).toEqual({ ...rp2350, id: 1 });
  });
});

describe("over TCP", () => {
  test("messages may come in any pieces, with carriage returns", async () => {
    const peer = await tcp();
    const bytes = Buffer.from(`${JSON.stringify(hello)}\r\n${line({ ...platformRequest, id: 1, note: "å€𝄞" })}`);
    for (const byte of bytes) {
      peer.raw(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await peer.next()).toMatchObject({ t: "hello" });
    expect(await peer.next()).toEqual({ ...rp2350, id: 1 });
  });

  test("many messages in one piece are answered in their order", async () => {
    const peer = await tcp();
    const ids = Array.from({ length: 1000 }, (_, id) => id);
    peer.raw(line(hello) + ids.map((id) => line({ ...platformRequest, id })).join(""));
    expect(await peer.next()).toMatchObject({ t: "hello" });
    for (const id of ids) expect(await peer.next()).toEqual({ ...rp2350, id });
  });

  test("bytes that are not UTF-8, NULs and empty lines are refused, and the connection stays", async () => {
    const peer = await tcp();
    peer.raw(Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d, 0x0a));
    expect(await peer.next()).toEqual({ t: "err", text: "not UTF-8" });
    peer.raw("\0\0\n");
    expect(await peer.next()).toMatchObject({ t: "err", text: expect.stringMatching(/^not JSON/) as string });
    peer.raw("\n");
    expect(await peer.next()).toMatchObject({ t: "err", text: expect.stringMatching(/^not JSON/) as string });
    expect(await peer.ask(hello)).toMatchObject({ t: "hello" });
  });

  test("a message of 64 KiB is served", async () => {
    const peer = await tcp();
    const padding = 65536 - JSON.stringify({ ...hello, pad: "" }).length;
    expect(await peer.ask({ ...hello, pad: "x".repeat(padding) })).toMatchObject({ t: "hello" });
  });

  test.each([
    ["with its newline", `${"x".repeat(65537)}\n`],
    ["without a newline", "x".repeat(65537)],
  ])("a message over 64 KiB %s ends the connection", async (_, data) => {
    const peer = await tcp();
    peer.raw(data);
    expect(await peer.next()).toEqual({ t: "err", text: "a message is at most 65536 bytes" });
    expect(await peer.next()).toBeUndefined();
  });

  test("a web page's request is refused whole, with all lines of its body", async () => {
    const peer = await tcp();
    peer.raw(`POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n${line(hello)}${line({ ...platformRequest, id: 1 })}`);
    expect(await peer.next()).toMatchObject({ t: "err" });
    expect(await peer.next()).toBeUndefined();
  });

  test("a peer that has closed its sending side still gets its answers, then the end", async () => {
    const peer = await tcp();
    const ids = Array.from({ length: 100 }, (_, id) => id);
    peer.socket.end(line(hello) + ids.map((id) => line({ ...platformRequest, id })).join(""));
    expect(await peer.next()).toMatchObject({ t: "hello" });
    for (const id of ids) expect(await peer.next()).toEqual({ ...rp2350, id });
    expect(await peer.next()).toBeUndefined();
  });

  test("peers that vanish with requests under way disturb nobody", async () => {
    const other = await tcp();
    await other.ask(hello);
    for (let i = 0; i < 20; i++) {
      const peer = await tcp();
      peer.raw(line(hello) + Array.from({ length: 50 }, (_, id) => line({ ...platformRequest, id })).join(""));
      if (i % 2) peer.socket.resetAndDestroy();
      else peer.close();
    }
    expect(await other.ask({ ...platformRequest, id: 1 })).toEqual({ ...rp2350, id: 1 });
  });

  test("a hundred peers are served at once", async () => {
    const peers = await Promise.all(Array.from({ length: 100 }, tcp));
    for (const peer of peers)
      peer.raw(line(hello) + line({ ...platformRequest, id: 0 }) + line({ ...platformRequest, id: 1 }));
    for (const peer of peers) {
      expect(await peer.next()).toMatchObject({ t: "hello" });
      expect(await peer.next()).toEqual({ ...rp2350, id: 0 });
      expect(await peer.next()).toEqual({ ...rp2350, id: 1 });
    }
  });
});

describe("over WebSocket", () => {
  test("a frame over 64 KiB ends the connection", async () => {
    const peer = await webSocket();
    const code = new Promise((resolve) => peer.socket.once("close", resolve));
    peer.raw("x".repeat(65537));
    expect(await code).toBe(1009); // message too big (RFC 6455 §7.4.1)
  });

  test("a binary frame is refused, and the connection stays", async () => {
    const peer = await webSocket();
    peer.raw(Buffer.from(JSON.stringify(hello)));
    expect(await peer.next()).toEqual({ t: "err", text: "a message is a text frame, not a binary one" });
    expect(await peer.ask(hello)).toMatchObject({ t: "hello" });
  });

  test("only pages of this program may connect", async () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      const peer = await webSocket(`http://${host}:${bench.ws}`);
      expect(await peer.ask(hello)).toMatchObject({ t: "hello" });
    }
    for (const origin of [
      "http://example.com",
      "null",
      "http://localhost",
      `http://localhost.example.com:${bench.ws}`,
    ]) {
      await expect(webSocket(origin)).rejects.toThrow("Unexpected server response: 403");
    }
  });
});
