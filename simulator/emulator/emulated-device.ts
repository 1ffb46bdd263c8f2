/** A Pico with its real firmware, run instruction by instruction: the machine behind `dspi emulate`. */
import { setImmediate as breathe } from "node:timers/promises";

import { bootloaderDescription } from "../bootloader";
import type { ControlResult, Device, MachineHeap, Output, Pin, Setup } from "../device";
import type { DeviceDescription } from "../enumeration";
import { Listeners } from "../listeners";
import { Serial } from "../serial";
import { readFirmware, type Firmware } from "./firmware";
import { flashFirmware, openFlash, type FlashFile } from "./flash-file";
import { inspectHeap } from "./heap-inspection";
import type { ChipName, Machine } from "./machine";
import { PowerCut } from "./nor-flash";
import type { Observers } from "./observe/observers";
import { describePins } from "./pin-functions";
import { powerOn, type PowerOnOptions } from "./power-on";
import { Outputs, type OutputPlan } from "./receive/outputs";
import type { Uf2Block } from "./uf2";
import { UsbBus, type BusMachine } from "./usb/bus";

export interface EmulatedDeviceOptions {
  /** The UF2 file; an ELF file of the same name beside it gives messages the names of functions and the stacks' limits. */
  firmware: string;
  /** Flash image, made blank when missing; without it flash lasts as long as this object. */
  flash?: string;
  /** Unique id of the flash: 16 hexadecimal digits. */
  serial?: string;
  /** How much faster the host's clock is than the device's, in parts per million. */
  hostPpm?: number;
  /** False lets code in flash run as fast as in RAM. */
  flashCache?: boolean;
  /** Profile and trace. Who made them closes them. */
  observers?: Observers;
}

const defaultSerial = "D5B1000000000002";
/** A Pico has 2 MB, a Pico 2 has 4 MB. */
const flashBytes: Record<ChipName, number> = { rp2040: 2 << 20, rp2350: 4 << 20 };
/** How long a firmware may take to show up on the bus, in ms. */
const bootLimit = 2000;
/** Where the project's firmware has its outputs (hosts/rp2). */
const plan = (slots: number): OutputPlan => ({
  slots: { pio: 0, machines: slots },
  pdm: { pio: 1, machine: 0 },
  mck: { pio: 1, machine: 1 },
});
const slots: Record<ChipName, number> = { rp2040: 2, rp2350: 4 };
/** After so long without frames, in ms of real time, nobody is playing who would miss any. */
const framesPause = 50;
/** Resets on the way to the bus before something is wrong. */
const resetLimit = 3;

/** The device is on the bus no longer. */
class DeviceLeft extends Error {}

export class EmulatedDevice implements Device {
  /** Traps since power-on, each place once. */
  traps: string[] = [];
  readonly #name: ChipName;
  #options: EmulatedDeviceOptions;
  #firmware: Uf2Block[];
  #power: PowerOnOptions;
  #flash: FlashFile;
  #chip!: Machine;
  #bus!: UsbBus;
  #outputs!: Outputs;
  #order = new Serial();
  #framing = false;
  #finishing: NodeJS.Timeout | undefined;
  /** Milliseconds of emulated and of real time since the object was made. */
  #emulated = 0;
  #spent = 0;
  #on = false;
  readonly #logListeners = new Listeners<string>();
  /** Hears what is logged before anyone could listen. */
  #onEarlyLog: ((text: string) => void) | undefined;
  readonly #trapListeners = new Listeners<string>();
  readonly #attachListeners = new Listeners<boolean>();
  readonly #bootloaderListeners = new Listeners<DeviceDescription>();

  private constructor(options: EmulatedDeviceOptions, { chip: name, blocks, meaning }: Firmware) {
    this.#name = name;
    this.#options = options;
    this.#firmware = blocks;
    const uniqueId = Buffer.from(options.serial ?? defaultSerial, "hex");
    if (uniqueId.length !== 8) throw new Error("A serial is 16 hexadecimal digits.");
    this.#flash = openFlash(flashBytes[name], uniqueId, options.flash);
    flashFirmware(this.#flash.nor, blocks);
    this.#power = {
      nor: this.#flash.nor,
      ...meaning,
      observers: options.observers,
      flashCache: options.flashCache ?? true,
      onLine: (text) => this.#log(text),
      onTrap: (message, report) => {
        this.traps.push(message);
        this.#log(`trap: ${message}${report ? `\n${report}` : ""}`);
        this.#trapListeners.tell(message);
      },
    };
    this.#use(powerOn(this.#name, this.#power));
  }

  /**
   * Powers a Pico up and waits until it is on the bus; throws with its reason when it does not come up. `onEarlyLog`
   * hears what is logged until the first onLog().
   */
  static async open(options: EmulatedDeviceOptions, onEarlyLog?: (text: string) => void): Promise<EmulatedDevice> {
    const device = new EmulatedDevice(options, await readFirmware(options.firmware));
    device.#onEarlyLog = onEarlyLog;
    try {
      await device.#attach();
      return device;
    } catch (error) {
      await device.close();
      throw error;
    }
  }

  /** Milliseconds of emulated time since power-on. */
  get milliseconds(): number {
    return this.#chip.now / 1e6;
  }

  /** How fast the emulator has been, in words. */
  get speed(): string {
    const perSecond = Math.round(this.#emulated / (this.#spent / 1000));
    return `Emulated ${Math.round(this.#emulated)} ms, ${perSecond} ms per second.`;
  }

  /** The machine, for measurements. */
  get chip(): Machine {
    return this.#chip;
  }

  /** Milliseconds that the last control transfer took on the wire. */
  get controlMilliseconds(): number {
    return this.#bus.controlTime / 1e6;
  }

  /**
   * While frames run they carry it, and those that follow them; when none follow soon, frames without packets are run
   * until it is done.
   */
  async control(setup: Setup, data?: Uint8Array): Promise<ControlResult> {
    if (this.#framing) return this.#bus.queue(setup, data);
    return this.#order.run(() => this.#guarded(() => this.#bus.control(setup, data)));
  }

  /** A control transfer that ends the one which is going on (USB 2.0 5.5.5): that one rejects. */
  async supersede(setup: Setup, data?: Uint8Array): Promise<ControlResult> {
    if (this.#framing) return this.#bus.supersede(setup, data);
    return this.control(setup, data);
  }

  /** Resets the bus: the device has its address again, but no configuration; transfers that were going on reject. */
  busReset(): Promise<void> {
    return this.#order.run(() =>
      this.#guarded(async () => {
        if (!(await this.#bus.reset())) throw new Error("The device takes no address after a bus reset.");
      }),
    );
  }

  frames(packets: (Uint8Array | undefined)[]): Promise<Output> {
    clearTimeout(this.#finishing);
    return this.#order.run(async () => {
      this.#framing = true;
      try {
        for (const packet of packets) {
          await this.#guarded(async () => {
            this.#bus.frame(packet);
            await breathe(); // control transfers may come in between
          });
        }
      } finally {
        this.#framing = false;
        if (this.#bus.busy) this.#finishSoon();
      }
      return this.#outputs.take(this.#bus.feedback);
    });
  }

  /** Serves what was asked while the last frames ran, unless more of them come. */
  #finishSoon(): void {
    clearTimeout(this.#finishing);
    this.#finishing = setTimeout(() => {
      const finish = () => this.#guarded(async () => Promise.resolve(this.#bus.finish()));
      this.#order.run(finish).catch(() => undefined); // whoever waits has heard of it
    }, framesPause);
  }

  async pins(): Promise<Pin[]> {
    return Promise.resolve(describePins(this.#name, this.#chip.pins, (pin) => this.#outputs.carriedBy(pin)));
  }

  async gpio(pin: number, level: 0 | 1 | null): Promise<void> {
    const { pins } = this.#chip;
    if (pin < 0 || pin >= pins.count) throw new Error(`there is no GPIO ${pin}`);
    if (level !== null && (pins.driven >>> pin) & 1) throw new Error(`GPIO ${pin} is an output`);
    pins.drive(pin, level);
    pins.update(this.#chip.cycle);
    return Promise.resolve();
  }

  powerCycle(): Promise<void> {
    return this.#order.run(() => this.#restart());
  }

  eraseFlash(): Promise<void> {
    return this.#order.run(async () => {
      this.#flash.nor.bytes.fill(0xff);
      this.#flash.nor.onChange?.(0, flashBytes[this.#name]);
      flashFirmware(this.#flash.nor, this.#firmware);
      await this.#restart();
    });
  }

  async cutPower(after: number): Promise<void> {
    this.#flash.nor.cutPower(after);
    return Promise.resolve();
  }

  async heap(): Promise<MachineHeap> {
    const address = this.#power.symbols.get("heap_inspection");
    if (address === undefined) throw new Error("The heap is found by the firmware's ELF file, which is not beside it.");
    return inspectHeap(this.#chip, address, () => this.frames([undefined]));
  }

  onLog(listener: (text: string) => void): void {
    this.#logListeners.add(listener);
  }

  /** Hears of what must never happen, each place once per power-on. */
  onTrap(listener: (message: string) => void): void {
    this.#trapListeners.add(listener);
  }

  onAttach(listener: (attached: boolean) => void): void {
    this.#attachListeners.add(listener);
  }

  onBootloader(listener: (bootloader: DeviceDescription) => void): void {
    this.#bootloaderListeners.add(listener);
  }

  async close(): Promise<void> {
    this.#on = false;
    clearTimeout(this.#finishing);
    this.#bus.fail(new Error("The device is switched off."));
    this.#flash.close();
    return Promise.resolve();
  }

  /** Does something with the machine, and follows it where it goes: through resets, power cuts and to its bootloader. */
  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#on) throw new Error("The device is not on the bus.");
    try {
      const result = await work();
      if (this.#bus.detached) throw new DeviceLeft("The device left the bus.");
      return result;
    } catch (error) {
      if (!(error instanceof DeviceLeft || error instanceof PowerCut)) throw error;
      this.#bus.fail(error);
      this.#log(error.message);
      await this.#return(error);
      throw error;
    }
  }

  /** Off the bus, and on it again if it comes back. */
  async #return(reason: DeviceLeft | PowerCut): Promise<void> {
    this.#on = false;
    this.#attachListeners.tell(false);
    const chip = this.#chip;
    if (chip.bootloaderRequested) {
      const bootloader = bootloaderDescription(this.#name, this.#options.serial ?? defaultSerial);
      this.#bootloaderListeners.tell(bootloader);
      return;
    }
    if (reason instanceof PowerCut) this.#use(powerOn(this.#name, this.#power));
    else if (chip.resetRequested) this.#use(powerOn(this.#name, this.#power, chip));
    else this.#use(chip); // it has only let go of its pull-up
    await this.#attach();
    this.#attachListeners.tell(true);
  }

  async #restart(): Promise<void> {
    this.#on = false;
    this.#attachListeners.tell(false);
    this.traps = [];
    this.#use(powerOn(this.#name, this.#power));
    await this.#attach();
    this.#attachListeners.tell(true);
  }

  /** Plugs a chip in. */
  #use(chip: Machine): void {
    this.#chip = chip;
    const machine: BusMachine = {
      usb: chip.usb,
      get now() {
        return chip.now;
      },
      runUntil: (nanos) => this.#run(chip, nanos),
    };
    this.#bus = new UsbBus(machine, this.#options.hostPpm);
    this.#outputs = new Outputs(chip, plan(slots[this.#name]));
    chip.onMachines = () => this.#outputs.follow();
  }

  /** Waits until the firmware is on the bus: through a few resets, for those who begin with one. */
  async #attach(): Promise<void> {
    for (let resets = 0; ; resets++) {
      try {
        this.#on = await this.#bus.attach(bootLimit);
        if (this.#on) return;
        break;
      } catch (error) {
        if (error instanceof PowerCut) this.#use(powerOn(this.#name, this.#power));
        else if (error instanceof DeviceLeft && this.#chip.resetRequested && resets < resetLimit)
          this.#use(powerOn(this.#name, this.#power, this.#chip));
        else if (error instanceof DeviceLeft) break;
        else throw error;
      }
    }
    throw new Error(this.#failure());
  }

  #run(chip: Machine, nanos: number): void {
    const before = performance.now();
    const from = chip.now;
    try {
      chip.runUntil(nanos);
    } finally {
      this.#emulated += (chip.now - from) / 1e6;
      this.#spent += performance.now() - before;
    }
    if (chip.bootloaderRequested) throw new DeviceLeft("The device has left for its bootloader.");
    if (chip.resetRequested) throw new DeviceLeft("The device has reset itself.");
  }

  #failure(): string {
    const last = this.traps.at(-1);
    if (this.#chip.bootloaderRequested)
      return `The firmware went to the bootloader at once: ${last ?? "is its second stage missing?"}`;
    return `The firmware has not come to the bus within ${bootLimit} ms${last ? `: ${last}` : "."}`;
  }

  #log(text: string): void {
    if (this.#logListeners.none) this.#onEarlyLog?.(text);
    this.#logListeners.tell(text);
  }
}
