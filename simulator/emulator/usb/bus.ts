/**
 * The host's side of the wire: frames of 1 ms with their isochronous packets first, then control transfers. Emulated
 * time moves only here.
 */
import type { ControlResult, Setup } from "../../device";
import { ControlTransfer } from "./control-transfer";
import type { UsbController } from "./controller";
import { isochronousEndpoints, type IsochronousEndpoints } from "./descriptors";

/** A machine at the end of the cable. */
export interface BusMachine {
  readonly usb: UsbController;
  /** Nanoseconds since power-on. */
  readonly now: number;
  runUntil(nanos: number): void;
}

const millisecond = 1e6;
const micro = 1e3;
/** From the start of a frame to its isochronous OUT packet, and from there to the IN one, in ns. */
const outAfter = 20 * micro;
const inAfter = 250 * micro;
/** Transactions that would not end within the frame wait for the next one. */
const frameEnd = 60 * micro;
/** Linux gives up after this long. */
const controlTimeout = 5000 * millisecond;
/** USB 2.0 7.1.7.3 and 7.1.7.5: attach debounce, reset, recovery. */
const debounce = 100 * millisecond;
const reset = 10 * millisecond;
const recovery = 10 * millisecond;
/** What a host takes for a device that has come to the bus, in ms. */
export const attachMilliseconds = (debounce + reset + recovery) / millisecond;
const deviceAddress = 1;

interface Waiting {
  transfer: ControlTransfer;
  setup: Setup;
  since: number;
  resolve: (result: ControlResult) => void;
  reject: (error: Error) => void;
}

export class UsbBus {
  /** Last feedback value, 10.14 samples per frame; 0 when the device gave none. */
  feedback = 0;
  /** Nanoseconds that the last control transfer took. */
  controlTime = 0;
  readonly #machine: BusMachine;
  readonly #period: number;
  #frame = 0;
  #start = 0;
  #begun = false;
  #ready = 0;
  #waiting: Waiting[] = [];
  #endpoints: IsochronousEndpoints = {};

  /** The host's clock is `ppm` parts per million faster than the device's. */
  constructor(machine: BusMachine, ppm = 0) {
    this.#machine = machine;
    this.#period = millisecond / (1 + ppm * 1e-6);
  }

  /** Whether the machine has left the bus. */
  get detached(): boolean {
    return !this.#machine.usb.attached;
  }

  /** Waits for a device, resets it and gives it an address. False when none appears within `limit` ms. */
  async attach(limit: number): Promise<boolean> {
    const machine = this.#machine;
    const end = machine.now + limit * millisecond;
    while (!machine.usb.attached) {
      if (machine.now >= end) return false;
      const before = machine.now;
      machine.runUntil(Math.min(end, before + millisecond));
      if (machine.now <= before) return false; // it has left for its bootloader
    }
    machine.runUntil(machine.now + debounce);
    return this.reset();
  }

  /** Resets the bus, which ends all transfers, and gives the device an address. False when it takes none. */
  async reset(): Promise<boolean> {
    const machine = this.#machine;
    this.fail(new Error("The bus was reset."));
    this.#endpoints = {};
    machine.usb.busReset();
    machine.runUntil(machine.now + reset);
    this.#start = machine.now;
    this.#begun = false;
    for (const until = machine.now + recovery; machine.now < until;) this.frame();
    const address = { bmRequestType: 0, bRequest: 5, wValue: deviceAddress, wIndex: 0, wLength: 0 };
    return (await this.control(address)).status === "ok";
  }

  /** A control transfer on its own: frames begin and end as they must. */
  control(setup: Setup, data?: Uint8Array): Promise<ControlResult> {
    const result = this.queue(setup, data);
    this.finish();
    return result;
  }

  /** Whether control transfers wait for frames that carry them. */
  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  /** Runs frames until no control transfer waits. */
  finish(): void {
    while (this.busy) {
      this.#begin();
      if (!this.#transact()) this.#end();
    }
  }

  /** A control transfer that goes on while frames are run. */
  queue(setup: Setup, data?: Uint8Array): Promise<ControlResult> {
    return this.#wait(setup, data, (transfer) => this.#waiting.push(transfer));
  }

  /**
   * A control transfer instead of the one that endpoint 0 is at: the host gives that up wherever it is and sends a new
   * SETUP packet (USB 2.0 5.5.5).
   */
  supersede(setup: Setup, data?: Uint8Array): Promise<ControlResult> {
    this.#waiting.shift()?.reject(new Error("The host gave the request up for another one."));
    return this.#wait(setup, data, (transfer) => this.#waiting.unshift(transfer));
  }

  #wait(setup: Setup, data: Uint8Array | undefined, line: (transfer: Waiting) => void): Promise<ControlResult> {
    const result = new Promise<ControlResult>((resolve, reject) => {
      const transfer = new ControlTransfer(setup, data);
      line({ transfer, setup, since: this.#machine.now, resolve, reject });
    });
    result.catch(() => undefined); // what ended the machine may be heard of first
    return result;
  }

  /** The rest of the current frame, with an isochronous packet to the device. */
  frame(packet?: Uint8Array): void {
    this.#begin();
    const { out, feedback } = this.#endpoints;
    if (packet && out !== undefined) {
      this.#runTo(this.#start + outAfter);
      this.#machine.usb.out(out, packet, 0);
    }
    if (feedback && this.#frame % feedback.interval === 0) {
      this.#runTo(this.#start + inAfter);
      const { handshake, data } = this.#machine.usb.in(feedback.endpoint);
      if (handshake === "ack" && data.length >= 3)
        this.feedback = (data[0] as number) | ((data[1] as number) << 8) | ((data[2] as number) << 16);
    }
    while (this.#transact());
    this.#end();
  }

  /** Fails what waits: there is no device any more. */
  fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#runTo(this.#start);
    this.#machine.usb.startOfFrame(this.#frame);
  }

  #end(): void {
    this.#begun = false;
    this.#start += this.#period;
    this.#frame++;
    this.#runTo(this.#start);
  }

  /** One transaction of the oldest transfer; false when none fits into this frame any more. */
  #transact(): boolean {
    const [first] = this.#waiting;
    const at = Math.max(this.#machine.now, this.#ready);
    if (!first || at > this.#start + this.#period - frameEnd) return false;
    this.#runTo(at);
    if (this.#waiting[0] !== first) return true; // the device has left meanwhile
    const { micros, result } = first.transfer.next(this.#machine.usb);
    this.#ready = this.#machine.now + micros * micro;
    if (result) {
      this.#waiting.shift();
      this.#runTo(this.#ready);
      this.controlTime = this.#machine.now - first.since;
      this.#learn(first.setup, result);
      first.resolve(result);
    } else if (this.#machine.now - first.since > controlTimeout) {
      this.#waiting.shift();
      const request = first.setup.bRequest.toString(16);
      first.reject(
        new Error(`The device has not answered request 0x${request} for ${controlTimeout / millisecond} ms.`),
      );
    }
    return true;
  }

  /** The host knows endpoints from the configuration descriptor it has read. */
  #learn({ bmRequestType, bRequest, wValue }: Setup, result: ControlResult): void {
    if (bmRequestType !== 0x80 || bRequest !== 6 || wValue >> 8 !== 2 || result.status !== "ok") return;
    this.#endpoints = isochronousEndpoints(result.data);
  }

  #runTo(nanos: number): void {
    if (nanos > this.#machine.now) this.#machine.runUntil(nanos);
  }
}
