/** Runs an application image in a process that is only a machine (host.c). */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

import { machineHost } from "../../tools/build";

export class Machine {
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  #arrived: () => void = () => undefined;
  #ended = false;

  private constructor(process: ChildProcess) {
    this.#process = process;
    if (!process.stdout) throw new Error("The machine has no output.");
    createInterface({ input: process.stdout })
      .on("line", (line) => {
        this.#lines.push(line);
        this.#arrived();
      })
      .on("close", () => {
        this.#ended = true;
        this.#arrived();
      });
  }

  static async start(image: string): Promise<Machine> {
    return new Machine(spawn(await machineHost(), [image], { stdio: ["pipe", "pipe", "inherit"] }));
  }

  /** What the application logged and the machine reported until its answer to this command, and the answer. */
  async ask(command: string): Promise<{ log: string[]; answer: string }> {
    this.#process.stdin?.write(`${command}\n`);
    const log: string[] = [];
    for (;;) {
      const line = await this.#next();
      if (line === undefined) throw new Error(`The machine ended at "${command}":\n${log.join("\n")}`);
      if (line.startsWith("= ")) return { log, answer: line.slice(2) };
      log.push(line);
    }
  }

  /** Sends an IN request; its answer, or undefined when it stalled, and the log. */
  async request(code: number, value = 0, length = 64): Promise<{ log: string; answer: Uint8Array | undefined }> {
    return this.#control(`control ${0xc1} ${code} ${value} 0 ${length}`);
  }

  /** Sends an OUT request; an empty answer acknowledges it. */
  async send(code: number, data: Uint8Array): Promise<{ log: string; answer: Uint8Array | undefined }> {
    return this.#control(`control ${0x41} ${code} 0 0 ${data.length} ${Buffer.from(data).toString("hex")}`);
  }

  async #control(command: string) {
    const { log, answer } = await this.ask(command);
    const data = answer === "stall" ? undefined : new Uint8Array(Buffer.from(answer.slice("ok ".length), "hex"));
    return { log: log.join("\n"), answer: data };
  }

  /** Ends the machine's input; all it still had to say, and its exit code. */
  async end(): Promise<{ log: string[]; code: number | null }> {
    const code = new Promise<number | null>((resolve) => this.#process.once("close", resolve));
    this.#process.stdin?.end();
    const log: string[] = [];
    for (let line = await this.#next(); line !== undefined; line = await this.#next()) log.push(line);
    return { log, code: await code };
  }

  async #next(): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
    return this.#lines.shift();
  }
}
