/** The simulated Pico (2): a process with the application on XS and the C engine (hosts/desktop). */
import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { constants } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { applicationImage, deviceExecutable, type Chip } from "../tools/build";
import type { Rom } from "../tools/rom";
import { bootloaderDescription } from "./bootloader";
import type { ControlResult, Device, Output, Pin, Setup } from "./device";
import { DeviceProcess, message } from "./device-process";
import type { DeviceDescription } from "./enumeration";
import { Listeners } from "./listeners";

export type { Chip } from "../tools/build";

export type DesktopDeviceOptions = {
  chip: Chip;
  /** Application image (tools/build); without it the project's own. */
  image?: string;
  /** Flash image, made blank when missing; without it flash lasts as long as this object. */
  flash?: string;
  /** Unique id of the flash: 16 upper-case hexadecimal digits. */
  serial?: string;
  /** Starts from a ROM as a chip does, with the heap that a chip has. */
  rom?: Rom;
  /** A program other than the chip's own that speaks hosts/desktop/pipe.h. */
  executable?: string;
  /** How much faster the output clock is than the USB host's, −1000…1000 ppm. */
  clockPpm?: number;
};

const defaultSerial = "D5B1000000000001";
/** STREAM_BATCH_MAX of hosts/desktop/stream.h. */
const batchMax = 1000;
const noPacket = 0xffff;
const bytesPerFrame = 6;
const pdmBytesPerFrame = 32;
const pinBytes = 16;
/** Where the process finds its flash: inherited, so that an anonymous file needs no name. */
const inheritedFlash = "/dev/fd/3";

export class DesktopDevice implements Device {
  readonly chip: Chip;
  #command: string;
  #args: string[];
  #flash: FileHandle;
  #slots: number;
  #serial: string;
  /** The process that runs, or will when the power is back: requests wait for it. */
  #process: Promise<DeviceProcess>;
  readonly #logListeners = new Listeners<string>();
  readonly #attachListeners = new Listeners<boolean>();
  readonly #bootloaderListeners = new Listeners<DeviceDescription>();
  #closing: Promise<void> | undefined;
  /** How often the power has been switched on. */
  #starts = 0;

  private constructor(options: DesktopDeviceOptions, command: string, image: string, flash: FileHandle) {
    this.chip = options.chip;
    this.#command = command;
    this.#flash = flash;
    this.#slots = options.chip === "rp2040" ? 2 : 4;
    this.#serial = options.serial ?? defaultSerial;
    this.#args = [image, "--flash", inheritedFlash, "--serial", this.#serial];
    if (options.clockPpm !== undefined) this.#args.push("--clock-ppm", String(options.clockPpm));
    this.#process = this.#start();
  }

  /** Powers a device up; throws with its reason when it does not come up. */
  static async open(options: DesktopDeviceOptions): Promise<DesktopDevice> {
    const command = options.executable ?? (await deviceExecutable(options.chip, options.rom));
    const image = options.rom?.image ?? options.image ?? (await applicationImage());
    const flash = options.flash === undefined ? await anonymousFile() : await openFlash(options.flash);
    const device = new DesktopDevice(options, command, image, flash);
    try {
      await device.#process;
      return device;
    } catch (error) {
      await flash.close();
      throw error;
    }
  }

  async control(setup: Setup, data: Uint8Array = new Uint8Array()): Promise<ControlResult> {
    const body = Buffer.alloc(8);
    body[0] = setup.bmRequestType;
    body[1] = setup.bRequest;
    body.writeUInt16LE(setup.wValue, 2);
    body.writeUInt16LE(setup.wIndex, 4);
    body.writeUInt16LE(setup.wLength, 6);
    const answer = await this.#request(message.control, [body, data]);
    return answer[0] === 0 ? { status: "ok", data: answer.subarray(1) } : { status: "stall" };
  }

  /** At most 1000 USB frames at once. */
  async frames(packets: (Uint8Array | undefined)[]): Promise<Output> {
    if (packets.length > batchMax) throw new RangeError(`${packets.length} USB frames at once, at most ${batchMax}.`);
    if (packets.length === 0)
      return { slots: new Array<undefined>(this.#slots), pdm: undefined, frames: 0, feedback: 0 };
    const head = Buffer.alloc(2 + 2 * packets.length);
    head.writeUInt16LE(packets.length);
    packets.forEach((packet, i) => head.writeUInt16LE(packet?.length ?? noPacket, 2 + 2 * i));
    const sent = packets.filter((packet) => packet !== undefined);
    return this.#output(await this.#request(message.frames, [head, ...sent]));
  }

  async pins(): Promise<Pin[]> {
    const answer = await this.#request(message.pins);
    const pins: Pin[] = [];
    for (let at = 0; at < answer.length; at += pinBytes) {
      pins.push({
        pin: answer[at] ?? 0,
        function: answer.toString("latin1", at + 3, answer.indexOf(0, at + 3)),
        direction: answer[at + 1] ? "out" : "in",
        level: answer[at + 2] ? 1 : 0,
      });
    }
    return pins;
  }

  async gpio(pin: number, level: 0 | 1 | null): Promise<void> {
    await this.#request(message.gpio, [Uint8Array.of(pin, level ?? 2)]);
  }

  async powerCycle(): Promise<void> {
    await this.#restart(() => Promise.resolve());
  }

  async eraseFlash(): Promise<void> {
    await this.#restart(() => this.#flash.truncate(0)); // an empty file is made blank at power-on
  }

  async cutPower(after: number): Promise<void> {
    const body = Buffer.alloc(4);
    body.writeUInt32LE(after);
    await this.#request(message.cut, [body]);
  }

  async heap() {
    const answer = await this.#request(message.heap);
    const at = (word: number) => answer.readUInt32LE(4 * word);
    const [slots, chunks, slotCapacity, chunkCapacity] = [at(0), at(1), at(2), at(3)];
    return { slots, chunks, slotCapacity, chunkCapacity, stack: at(4), stackCapacity: at(5) };
  }

  onLog(listener: (text: string) => void): void {
    this.#logListeners.add(listener);
  }

  onAttach(listener: (attached: boolean) => void): void {
    this.#attachListeners.add(listener);
  }

  onBootloader(listener: (bootloader: DeviceDescription) => void): void {
    this.#bootloaderListeners.add(listener);
  }

  /** Power off, for good; whatever is asked afterwards is refused. */
  close(): Promise<void> {
    return (this.#closing ??= this.#off());
  }

  async #off(): Promise<void> {
    const running = this.#process;
    this.#process = Promise.reject(new Error("The device is switched off."));
    this.#process.catch(() => undefined);
    await stopped(running);
    await this.#flash.close();
  }

  async #request(type: number, parts?: Uint8Array[]): Promise<Buffer> {
    return (await this.#process).request(type, parts);
  }

  #start(): Promise<DeviceProcess> {
    const starts = ++this.#starts;
    return DeviceProcess.start(this.#command, this.#args, this.#flash.fd, (type, body) => {
      // One whose power is being switched off leaves no more by itself.
      if (type === message.log || starts === this.#starts) this.#notice(type, body);
    });
  }

  #notice(type: number, body: Buffer): void {
    if (type === message.powerOff) {
      this.powerCycle().catch((error: unknown) => this.#logListeners.tell((error as Error).message));
    } else if (type === message.bootloader) {
      this.#attachListeners.tell(false);
      const bootloader = bootloaderDescription(this.chip, this.#serial);
      this.#bootloaderListeners.tell(bootloader);
    } else this.#logListeners.tell(body.toString());
  }

  async #restart(whileOff: () => Promise<void>): Promise<void> {
    if (this.#closing) throw new Error("The device is switched off.");
    this.#starts++;
    const running = this.#process;
    this.#process = stopped(running)
      .then(whileOff)
      .then(() => this.#start());
    this.#attachListeners.tell(false);
    await this.#process;
    this.#attachListeners.tell(true);
  }

  /** The views share the answer's memory. */
  #output(answer: Buffer): Output {
    const frames = answer.readUInt32LE(0);
    const mask = answer[8] ?? 0;
    let at = 12;
    const next = (bytes: number) => answer.subarray(at, (at += bytes));
    const slots = Array.from({ length: this.#slots }, (_, slot) =>
      mask & (1 << slot) ? next(frames * bytesPerFrame) : undefined,
    );
    const pdm = answer[9] ? next(frames * pdmBytesPerFrame) : undefined;
    return { slots, pdm, frames, feedback: answer.readUInt32LE(4) };
  }
}

/** Ends a process, or knows that there is none. */
function stopped(process: Promise<DeviceProcess>): Promise<void> {
  return process.then(
    (running) => running.stop(),
    () => undefined,
  );
}

async function openFlash(file: string): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDWR | constants.O_CREAT, 0o666);
  } catch (error) {
    throw new Error(`The flash file ${file} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}

/** A file without a name: it goes when nobody has it open. */
async function anonymousFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), "dspi-"));
  const file = await open(join(folder, "flash"), "wx+");
  await rm(folder, { recursive: true });
  return file;
}
