/**
 * A device on the bench: the USB host it is plugged into, what plays into it, what records its outputs, and its clock.
 * In virtual time the device's clock moves only while something plays, as fast as it can. In real time it runs on
 * the wall clock, and control transfers pass between its frames.
 */
import type { ControlResult, Device, Output, Pin, Setup } from "./device";
import { Player, type AudioSource } from "./player";
import { runInRealTime, type Pace } from "./real-time";
import { Recorder, type Recording } from "./recorder";
import { UsbHost, type DeviceDescription } from "./usb-host";

export type BenchEvent = { ev: "detach" } | { ev: "attach"; device: DeviceDescription } | { ev: "log"; text: string };

/** USB frames that play at once in virtual time; fixed, since feedback is taken in between. */
const virtualBatch = 100;
const powerOnRate = 44100;
/** How long after its answer a device may stay that goes to its bootloader. */
const leaveMilliseconds = 200;

export class Workbench {
  readonly device: Device;
  readonly realtime: boolean;
  #host: UsbHost;
  #attached = true;
  /** What is on the bus instead of the device. */
  #bootloader: DeviceDescription | undefined;
  #attaching: Promise<void> = Promise.resolve();
  #rate = powerOnRate;
  #recorder: Recorder | undefined;
  #play: Play | undefined;
  #pace: Pace | undefined;
  #listeners = new Set<(event: BenchEvent) => void>();

  private constructor(device: Device, host: UsbHost, realtime: boolean) {
    this.device = device;
    this.realtime = realtime;
    this.#host = host;
    device.onLog((text) => this.#emit({ ev: "log", text }));
    device.onAttach((attached) => (attached ? this.#attach() : this.#detach()));
    device.onBootloader((bootloader) => {
      this.#bootloader = bootloader;
      this.#emit({ ev: "attach", device: bootloader });
    });
    if (!realtime) return;
    this.#pace = runInRealTime(
      (milliseconds) => (this.#attached ? this.#frames(milliseconds) : Promise.resolve()),
      (text) => this.#emit({ ev: "log", text }),
    );
  }

  /** Takes over a powered device and enumerates it. */
  static async start(device: Device, { realtime = false } = {}): Promise<Workbench> {
    return new Workbench(device, await UsbHost.attach(device), realtime);
  }

  /** What the device said of itself when it was enumerated last. */
  get description(): DeviceDescription {
    return this.#bootloader ?? this.#host.description;
  }

  onEvent(listener: (event: BenchEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** A control transfer; undefined when there is no device on the bus. */
  async control(setup: Setup, data?: Uint8Array): Promise<ControlResult | undefined> {
    if (this.#bootloader) return { status: "stall" }; // it knows no such request
    if (!this.#attached) return undefined;
    try {
      const result = await this.device.control(setup, data);
      if (result.status === "ok" && leavesBus(setup)) this.#passTime(leaveMilliseconds);
      if (result.status === "ok" && setsRate(setup)) this.#rate = await this.#deviceRate();
      return result;
    } catch (error) {
      this.#lost(error as Error);
      return undefined;
    }
  }

  /**
   * Plays a source to its end, with samples of its own width or of `bits`; returns its frames. The source is closed.
   * `progress` is called with the frames sent so far.
   */
  async play(source: AudioSource, bits?: 16 | 24, progress?: (frames: number) => void): Promise<number> {
    if (this.#play) {
      await source.close();
      throw new Error("something plays already: wait until it has ended");
    }
    const play = (this.#play = new Play(progress));
    try {
      play.player = await Player.open(this.#host, source, bits).catch(async (error: unknown) => {
        await source.close();
        throw error;
      });
      this.#rate = source.rate;
      while (!this.realtime && !play.over) await this.#frames(virtualBatch);
      await play.ended;
      return source.length;
    } finally {
      this.#play = undefined;
      await play.player?.close().catch(() => undefined); // there may be no device any more
    }
  }

  /** Starts to record into an existing folder. */
  async startCapture(folder: string): Promise<void> {
    await this.stopCapture();
    this.#recorder = new Recorder(folder);
  }

  /** Completes the recording, if there is one, and lists its files. */
  async stopCapture(): Promise<Recording[]> {
    const recorder = this.#recorder;
    this.#recorder = undefined;
    return (await recorder?.close()) ?? [];
  }

  /** What a host's audio driver would set: volume in dB, mute, rate in Hz. */
  async setUsb(settings: { volume?: number; mute?: boolean; rate?: number }): Promise<void> {
    if (settings.rate !== undefined) this.#rate = await this.#host.setRate(settings.rate);
    if (settings.volume !== undefined) await this.#host.setVolume(settings.volume);
    if (settings.mute !== undefined) await this.#host.setMute(settings.mute);
  }

  pins(): Promise<Pin[]> {
    return this.device.pins();
  }

  gpio(pin: number, level: 0 | 1 | null): Promise<void> {
    return this.device.gpio(pin, level);
  }

  cutPower(after: number): Promise<void> {
    return this.device.cutPower(after);
  }

  async powerCycle(): Promise<void> {
    await this.device.powerCycle();
    await this.#attaching;
  }

  async eraseFlash(): Promise<void> {
    await this.device.eraseFlash();
    await this.#attaching;
  }

  async close(): Promise<void> {
    this.#play?.fail(new Error("the simulator was stopped"));
    await this.#pace?.stop();
    await this.stopCapture();
    await this.device.close();
  }

  async #frames(milliseconds: number): Promise<void> {
    const play = this.#play;
    try {
      const output = play?.player ? await play.player.run(milliseconds) : await this.#idle(milliseconds);
      await this.#recorder?.write(output, this.#rate);
      play?.step();
    } catch (error) {
      if (play) play.fail(error as Error);
      else this.#lost(error as Error);
    }
  }

  /** In virtual time, when nothing plays. */
  #passTime(milliseconds: number): void {
    if (!this.realtime && !this.#play) void this.#frames(milliseconds);
  }

  #idle(milliseconds: number): Promise<Output> {
    return this.device.frames(new Array<undefined>(milliseconds).fill(undefined));
  }

  /** The device does not answer: it is gone until its power is cycled. */
  #lost(error: Error): void {
    if (!this.#attached) return;
    this.#emit({ ev: "log", text: error.message });
    this.#detach();
  }

  #detach(): void {
    this.#attached = false;
    this.#bootloader = undefined;
    this.#play?.fail(new Error("the device left the bus"));
    this.#emit({ ev: "detach" });
  }

  #attach(): void {
    this.#attaching = UsbHost.attach(this.device).then(
      (host) => {
        this.#host = host;
        this.#rate = powerOnRate;
        this.#attached = true;
        this.#emit({ ev: "attach", device: host.description });
      },
      (error: unknown) => this.#emit({ ev: "log", text: `enumeration failed: ${(error as Error).message}` }),
    );
  }

  async #deviceRate(): Promise<number> {
    const setup = { bmRequestType: 0xa2, bRequest: 0x81, wValue: 0x0100, wIndex: 1, wLength: 3 };
    const result = await this.device.control(setup);
    if (result.status !== "ok") return this.#rate;
    const [low = 0, middle = 0, high = 0] = result.data;
    return low | (middle << 8) | (high << 16);
  }

  #emit(event: BenchEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Something that plays. */
class Play {
  player: Player | undefined;
  /** True once it has ended, well or not. */
  over = false;
  readonly ended: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  #progress: ((frames: number) => void) | undefined;

  constructor(progress: ((frames: number) => void) | undefined) {
    this.#progress = progress;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ended.catch(() => undefined); // whoever plays hears of it
  }

  step(): void {
    if (!this.player) return;
    this.#progress?.(this.player.sent);
    this.over ||= this.player.finished;
    if (this.over) this.#resolve();
  }

  fail(error: Error): void {
    this.over = true;
    this.#reject(error);
  }
}

/** The request for the bootloader, which gets the device off the bus a little later. */
function leavesBus({ bmRequestType, bRequest }: Setup): boolean {
  return bmRequestType === 0xc1 && bRequest === 0xf0;
}

/** SET_CUR of the sampling frequency (UAC1 §5.2.3.2.3.1), which any host may send. */
function setsRate({ bmRequestType, bRequest, wValue }: Setup): boolean {
  return bmRequestType === 0x22 && bRequest === 0x01 && wValue === 0x0100;
}
