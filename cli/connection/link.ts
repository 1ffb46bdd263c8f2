/** A device that a simulator serves: dspi-link/1 over TCP. */
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

import type { ControlResult, Setup } from "../../simulator/device";
import { DeviceGone, type Connection, type Identity } from "./connection";

type Message = Record<string, unknown>;

/** Milliseconds for the greeting. A transfer may wait as long as something plays in virtual time. */
const greetingTimeout = 5000;

/** Opens a session; throws an Error that says what to do when nobody, or something else, is there. */
export async function connectLink(host: string, port: number): Promise<Connection> {
  const where = `${host}:${port}`;
  const socket = await open(host, port, where);
  const link = new LinkConnection(socket, where);
  try {
    await link.greet();
    return link;
  } catch (error) {
    await link.close();
    throw error;
  }
}

function open(host: string, port: number, where: string): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "ECONNREFUSED" ? "nobody listens there" : error.message;
      reject(
        new Error(`no device at ${where}: ${why}. A simulated one starts with: npx dspi simulate --tcp ${port}`, {
          cause: error,
        }),
      );
    });
  });
}

class LinkConnection implements Connection {
  identity: Identity = { product: "", serial: "" };
  readonly gone: Promise<void>;
  #socket: Socket;
  #where: string;
  #leave: () => void = () => undefined;
  #next = 1;
  #waiting = new Map<number, { resolve: (message: Message) => void; reject: (error: Error) => void }>();
  #greeted: (message: Message) => void = () => undefined;

  constructor(socket: Socket, where: string) {
    this.#socket = socket;
    this.#where = where;
    this.gone = new Promise((resolve) => (this.#leave = resolve));
    createInterface({ input: socket }).on("line", (line) => this.#receive(line));
    socket.removeAllListeners("error").on("error", () => socket.destroy());
    socket.on("close", () => this.#lose());
  }

  async greet(): Promise<void> {
    const answer = new Promise<Message>((resolve) => (this.#greeted = resolve));
    this.#send({ t: "hello", v: 1 });
    const late = new AbortController();
    const timeout = new Promise<undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), greetingTimeout);
      late.signal.addEventListener("abort", () => clearTimeout(timer));
    });
    const hello = await Promise.race([answer, timeout, this.gone]);
    late.abort();
    const device = hello?.t === "hello" ? (hello.device as Partial<Identity> | undefined) : undefined;
    if (!device) throw new Error(`whatever listens at ${this.#where}, it does not speak dspi-link/1`);
    this.identity = { product: String(device.product), serial: String(device.serial) };
  }

  async control(setup: Setup, data?: Uint8Array): Promise<ControlResult> {
    if (this.#socket.destroyed) throw new DeviceGone();
    const id = this.#next++;
    const answer = new Promise<Message>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const { bmRequestType: bm, bRequest: req, wValue: val, wIndex: idx, wLength: len } = setup;
    const message = { t: "ctl", id, bm, req, val, idx, len };
    this.#send(data ? { ...message, data: Buffer.from(data).toString("hex") } : message);
    const { st, data: hex } = await answer;
    if (st === "ok")
      return { status: "ok", data: Uint8Array.from(Buffer.from(typeof hex === "string" ? hex : "", "hex")) };
    if (st === "stall") return { status: "stall" };
    if (st === "nodev") throw new DeviceGone();
    throw new Error(`the device did not answer a request (${String(st)})`);
  }

  close(): Promise<void> {
    this.#socket.destroy();
    return this.gone;
  }

  #send(message: Message): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  #receive(line: string): void {
    const message = parse(line);
    if (message?.t === "res") {
      const id = Number(message.id);
      this.#waiting.get(id)?.resolve(message);
      this.#waiting.delete(id);
    } else if (message?.t === "ev") {
      if (message.ev === "detach") this.#socket.destroy();
    } else this.#greeted(message ?? {});
  }

  #lose(): void {
    for (const { reject } of this.#waiting.values()) reject(new DeviceGone());
    this.#waiting.clear();
    this.#leave();
  }
}

function parse(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
