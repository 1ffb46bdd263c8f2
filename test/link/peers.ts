/** Peers of a link server, for tests: what is sent is raw, what comes back is parsed. */
import { connect, type Socket } from "node:net";

import { WebSocket } from "ws";

export type Reply = Record<string, unknown> & { t: string };

export const hello = { t: "hello", v: 1 };
export const platformRequest = { t: "ctl", bm: 0xc1, req: 0x7f, val: 0, idx: 2, len: 4 };

/** Messages in the order in which they came. */
class Inbox {
  #messages: Reply[] = [];
  #waiting: ((message: Reply | undefined) => void)[] = [];
  #closed = false;

  push(message: Reply): void {
    const resolve = this.#waiting.shift();
    if (resolve) resolve(message);
    else this.#messages.push(message);
  }

  close(): void {
    this.#closed = true;
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  /** The next message, or undefined when the connection has ended. */
  next(): Promise<Reply | undefined> {
    const message = this.#messages.shift();
    if (message || this.#closed) return Promise.resolve(message);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

export interface Peer {
  send(message: object): void;
  /** Bytes as they are: a piece of a stream over TCP, a text frame over WebSocket. */
  raw(data: string | Uint8Array): void;
  next(): Promise<Reply | undefined>;
  /** Sends a message and returns the answer that comes next. */
  ask(message: object): Promise<Reply>;
  close(): void;
}

export async function tcpPeer(port: number): Promise<Peer & { socket: Socket }> {
  const inbox = new Inbox();
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let rest = "";
  socket.on("data", (chunk) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) inbox.push(JSON.parse(line) as Reply);
  });
  socket.on("close", () => inbox.close());
  socket.on("error", () => inbox.close());
  const raw = (data: string | Uint8Array) => void socket.write(data);
  return {
    socket,
    ...peer(
      inbox,
      raw,
      (message) => raw(`${JSON.stringify(message)}\n`),
      () => socket.destroy(),
    ),
  };
}

export async function webSocketPeer(port: number, origin?: string): Promise<Peer & { socket: WebSocket }> {
  const inbox = new Inbox();
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, origin === undefined ? {} : { origin });
  socket.on("message", (data: Buffer) => inbox.push(JSON.parse(data.toString()) as Reply));
  socket.on("close", () => inbox.close());
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("error", () => inbox.close());
  const raw = (data: string | Uint8Array) => socket.send(data);
  return {
    socket,
    ...peer(
      inbox,
      raw,
      (message) => raw(JSON.stringify(message)),
      () => socket.terminate(),
    ),
  };
}

function peer(inbox: Inbox, raw: Peer["raw"], send: Peer["send"], close: () => void): Peer {
  const next = () => inbox.next();
  const ask = async (message: object) => {
    send(message);
    const reply = await next();
    if (!reply) throw new Error("the connection ended without an answer");
    return reply;
  };
  return { raw, send, next, ask, close };
}
