/** A device process and its connector: the length-prefixed messages of hosts/desktop/pipe.h. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** Message types of hosts/desktop/pipe.h. */
export const message = {
  control: 1,
  frames: 2,
  pins: 3,
  gpio: 4,
  heap: 5,
  cut: 6,
  ready: 0x80,
  log: 0x81,
  powerOff: 0x82,
  bootloader: 0x83,
  error: 0xff,
} as const;

const headBytes = 5;
const stderrKept = 4096;

/** Messages that nobody asked for. */
const notices: readonly number[] = [message.log, message.powerOff, message.bootloader];

type OnNotice = (type: number, body: Buffer) => void;
type Waiting = { resolve: (body: Buffer) => void; reject: (error: Error) => void };

export class DeviceProcess {
  #child: ChildProcess;
  #input: Writable;
  #waiting: Waiting[] = [];
  #onNotice: OnNotice;
  #stderr = "";
  #ended: Error | undefined;
  #closed: Promise<unknown>;
  #head = Buffer.alloc(headBytes);
  #headFilled = 0;
  #body: Buffer | undefined;
  #bodyFilled = 0;

  private constructor(command: string, args: string[], flash: number, onNotice: OnNotice) {
    this.#onNotice = onNotice;
    // In a group of its own, a terminal's Ctrl-C does not reach it: it ends with its standard input.
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe", flash], detached: true });
    this.#child = child;
    this.#input = child.stdin as Writable;
    this.#closed = once(child, "close").catch(() => undefined);
    child.on("error", (error) => this.#end(`could not be started: ${error.message}`));
    child.on("close", (code, signal) => this.#end(signal ? `was killed by ${signal}` : `ended with exit code ${code}`));
    this.#input.on("error", () => undefined); // the process has ended, which "close" reports
    (child.stdout as Readable).on("data", (chunk: Buffer) => this.#receive(chunk));
    (child.stderr as Readable).setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-stderrKept);
    });
  }

  /** Starts a device and waits until it takes requests. `flash` is inherited as file descriptor 3. */
  static async start(command: string, args: string[], flash: number, onNotice: OnNotice) {
    const process = new DeviceProcess(command, args, flash, onNotice);
    await new Promise<Buffer>((resolve, reject) => process.#waiting.push({ resolve, reject })); // READY answers it
    return process;
  }

  /** Sends a request made of parts; the answer's body is the caller's to keep. Answers come in order. */
  request(type: number, parts: Uint8Array[] = []): Promise<Buffer> {
    if (this.#ended) return Promise.reject(this.#ended);
    let length = 1;
    for (const part of parts) length += part.length;
    const head = Buffer.alloc(headBytes);
    head.writeUInt32LE(length);
    head[4] = type;
    const answer = new Promise<Buffer>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#input.write(Buffer.concat([head, ...parts]));
    return answer;
  }

  /** Cuts the power: what was asked before is still answered. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#input.end();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#closed;
    clearTimeout(late);
  }

  #receive(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (!this.#body) {
        const taken = chunk.copy(this.#head, this.#headFilled, at, at + headBytes - this.#headFilled);
        at += taken;
        this.#headFilled += taken;
        if (this.#headFilled < headBytes) return;
        this.#body = Buffer.allocUnsafeSlow(this.#head.readUInt32LE() - 1);
        this.#bodyFilled = 0;
      }
      const taken = chunk.copy(this.#body, this.#bodyFilled, at);
      at += taken;
      this.#bodyFilled += taken;
      if (this.#bodyFilled < this.#body.length) return;
      const body = this.#body;
      this.#body = undefined;
      this.#headFilled = 0;
      this.#dispatch(this.#head[4] ?? 0, body);
    }
  }

  #dispatch(type: number, body: Buffer): void {
    if (notices.includes(type)) return this.#onNotice(type, body);
    const waiting = this.#waiting.shift();
    if (type === message.error) waiting?.reject(new Error(`The device refused a request: ${body.toString()}.`));
    else waiting?.resolve(body);
  }

  #end(reason: string): void {
    const last = this.#stderr.trim();
    this.#ended ??= new Error(`The device process ${reason}${last && `: ${last}`}`);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}
