/**
 * A Cortex-M33 that runs functions of an image, by qemu's mps2-an505: exact results, and counted instructions, since
 * qemu's clock moves by the same time for each (`-icount`). Driven through its gdb stub, over a pipe.
 */
import { type ChildProcess, spawn } from "node:child_process";

import type { Image } from "../../tools/bare-metal";
import { debianProgram } from "../../tools/debian";

/** The board's largest memory, 4 MB, from which it starts. */
export const ssram = 0x10000000;
const ssramEnd = 0x10380000;
const jobWords = 11;

export class M33 {
  readonly #image: Image;
  readonly #qemu: ChildProcess;
  #received = "";
  #wake: () => void = () => undefined;
  #free: number;
  #job = 0;
  #instructionsPerTick = 1;
  #overhead = 0;

  private constructor(image: Image, qemu: ChildProcess) {
    this.#image = image;
    this.#qemu = qemu;
    this.#free = (image.base + image.size + 7) & ~7;
    qemu.stdout?.setEncoding("latin1").on("data", (text: string) => {
      this.#received += text;
      this.#wake();
    });
    qemu.on("exit", () => this.#wake());
  }

  static async start(image: Image): Promise<M33> {
    const { path, env } = await debianProgram("qemu-system-arm");
    const data = path.startsWith("/usr/bin/") ? [] : ["-L", path.replace(/bin\/[^/]*$/, "share/qemu")];
    const options = ["-M", "mps2-an505", "-display", "none", "-serial", "none", "-monitor", "none", "-S"];
    const icount = ["-icount", "shift=6,sleep=off"];
    const qemu = spawn(path, [...data, ...options, ...icount, "-gdb", "stdio", "-kernel", image.file], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const core = new M33(image, qemu);
    await core.#ask("qXfer:features:read:target.xml:0,fff"); // else registers cannot be set one by one
    await core.#ask(`Z0,${core.#address("done").toString(16)},2`);
    await core.#ask("c"); // out of reset
    core.#job = core.allocate(4 * jobWords);
    await core.#calibrate();
    return core;
  }

  stop(): void {
    this.#qemu.kill();
  }

  allocate(bytes: number): number {
    const address = this.#free;
    this.#free = (address + bytes + 7) & ~7;
    if (this.#free > ssramEnd - 65536) throw new Error(`the image leaves no ${bytes} bytes`);
    return address;
  }

  async write(address: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += 1024) {
      const part = Buffer.from(bytes.subarray(at, at + 1024));
      await this.#ask(`M${(address + at).toString(16)},${part.length.toString(16)}:${part.toString("hex")}`);
    }
  }

  async read(address: number, bytes: number): Promise<Uint8Array> {
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes; at += 1024) {
      const length = Math.min(1024, bytes - at);
      parts.push(Buffer.from(await this.#ask(`m${(address + at).toString(16)},${length.toString(16)}`), "hex"));
    }
    return Buffer.concat(parts);
  }

  /** Calls a function with up to eight words; gives what it returned and the instructions it took. */
  async call(name: string, ...args: number[]): Promise<{ result: number; cost: number }> {
    const { result, ticks } = await this.#run(name, args);
    return { result, cost: (ticks - this.#overhead) * this.#instructionsPerTick };
  }

  async #run(name: string, args: number[]) {
    const words = Uint32Array.from({ length: jobWords }, (_, i) =>
      i === 0 ? this.#address(name) | 1 : (args[i - 1] ?? 0),
    );
    await this.write(this.#job, new Uint8Array(words.buffer));
    await this.#setRegister(0, this.#job);
    await this.#setRegister(13, ssramEnd);
    await this.#setRegister(25, 0x01000000);
    await this.#setRegister(15, this.#address("run_job"));
    const reason = await this.#ask("c");
    if (!reason.startsWith("T05") && !reason.startsWith("S05")) throw new Error(`qemu stopped ${name}: ${reason}`);
    const answer = await this.read(this.#job, 4 * jobWords);
    const view = new DataView(answer.buffer, answer.byteOffset);
    return { result: view.getUint32(36, true), ticks: view.getUint32(40, true) };
  }

  async #calibrate(): Promise<void> {
    const empty = (await this.#run("start_nothing", [])).ticks;
    const thousand = (await this.#run("thousand", [])).ticks;
    this.#instructionsPerTick = 1000 / (thousand - empty);
    this.#overhead = empty;
  }

  #address(name: string): number {
    const address = this.#image.symbols.get(name);
    if (address === undefined) throw new Error(`the image has no function ${name}`);
    return address;
  }

  async #setRegister(register: number, value: number): Promise<void> {
    const bytes = Buffer.from(Uint32Array.of(value).buffer).toString("hex");
    await this.#ask(`P${register.toString(16)}=${bytes}`);
  }

  /** One packet of the gdb remote serial protocol, and the answer to it. */
  async #ask(command: string): Promise<string> {
    const sum = [...command].reduce((total, letter) => total + letter.charCodeAt(0), 0) & 0xff;
    this.#qemu.stdin?.write(`$${command}#${sum.toString(16).padStart(2, "0")}`);
    for (;;) {
      const [whole, answer] = /\$([^#]*)#../.exec(this.#received) ?? [];
      if (whole !== undefined) {
        this.#received = this.#received.slice(this.#received.indexOf(whole) + whole.length);
        this.#qemu.stdin?.write("+");
        if (/^E[0-9a-f]{2}$/.test(answer as string)) throw new Error(`qemu refused ${command}: ${answer}`);
        return answer as string;
      }
      if (this.#qemu.exitCode !== null) throw new Error(`qemu ended with ${this.#qemu.exitCode}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
