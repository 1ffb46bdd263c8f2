/** What the slots and the PDM pin send, as receivers on their pins hear it. */
import type { Output } from "../../device";
import type { Pins } from "../pins";
import type { Pio } from "../../pio/pio";
import type { StateMachine } from "../../pio/state-machine";
import { I2sReceiver } from "./i2s";
import { PdmReceiver } from "./pdm";
import { SpdifReceiver } from "./spdif";

/** Where a firmware has its outputs: slot n on state machine n of a block, PDM and the master clock elsewhere. */
export interface OutputPlan {
  slots: { pio: number; machines: number };
  pdm: { pio: number; machine: number };
  mck: { pio: number; machine: number };
}

/** The multiplexer's functions of the PIO blocks. */
const pioFunction = 6;
const outRight = 1 << 19;
const bytesPerFrame = 6;
/** Frames by which lines that play together may differ when they are looked at. */
const tolerance = 2;

/** What a state machine does with its pins. */
export type Carried =
  | { kind: "spdif"; data: number; unit: number }
  | { kind: "i2s"; data: number; bck: number; lrclk: number }
  | { kind: "pdm"; data: number };

export interface OutputChip {
  readonly pins: Pins;
  readonly pioBlocks: readonly Pio[];
}

/** One receiver at a pin. */
class Listener {
  /** Of the configuration that is listened to. */
  readonly key: string;
  readonly stop: () => void;
  readonly #queue: number[];
  readonly #frame: FrameFormat;
  #playing = false;

  constructor(key: string, queue: number[], frame: FrameFormat, stop: () => void) {
    this.key = key;
    this.stop = stop;
    this.#queue = queue;
    this.#frame = frame;
  }

  /** Whether it was heard to the end when frames were taken last. */
  get playing(): boolean {
    return this.#playing;
  }

  /** Whole frames that have come in. */
  heard(): number {
    return Math.floor(this.#queue.length / this.#frame.length);
  }

  /** That many frames; silence goes before those of a line that has just begun, and after those of one that has ended. */
  take(frames: number): Uint8Array {
    const { length, silence, pack } = this.#frame;
    const heard = Math.min(frames, this.heard());
    const own = this.#queue.splice(0, heard * length);
    const filling = new Array<number>((frames - heard) * length).fill(silence);
    const bytes = pack(this.#playing ? [...own, ...filling] : [...filling, ...own]);
    this.#playing = heard === frames && frames > 0;
    return bytes;
  }
}

/** How a receiver's queue is made up: entries of a frame, the entry of silence, and the bytes they become. */
interface FrameFormat {
  length: number;
  silence: number;
  pack: (entries: number[]) => Uint8Array;
}

export class Outputs {
  readonly #chip: OutputChip;
  readonly #plan: OutputPlan;
  readonly #listeners: (Listener | undefined)[];
  #pdm: Listener | undefined;

  constructor(chip: OutputChip, plan: OutputPlan) {
    this.#chip = chip;
    this.#plan = plan;
    this.#listeners = new Array<undefined>(plan.slots.machines);
  }

  /** Looks where signals are now, and listens there. */
  follow(): void {
    for (let slot = 0; slot < this.#plan.slots.machines; slot++) this.#followSlot(slot);
    this.#followPdm();
  }

  /**
   * What has come in since the last call. Lines that play all the time give equally many frames: what one is ahead
   * waits for the next call. One that began or ended meanwhile is filled up with silence.
   */
  take(feedback: number): Output {
    const all = [...this.#listeners, this.#pdm].filter((one) => one !== undefined);
    const playing = all.filter((one) => one.playing); // by these it is told when one of the others has begun
    const heard = (playing.length > 0 ? playing : all).map((one) => one.heard());
    const most = Math.max(...heard);
    const frames = Math.min(...heard.filter((count) => count > 0 && count >= most - tolerance));
    const whole = Number.isFinite(frames) ? frames : 0;
    const slots = this.#listeners.map((listener, slot) => {
      if (listener) return listener.take(whole);
      return this.#carried(slot) ? new Uint8Array(whole * bytesPerFrame) : undefined;
    });
    return { slots, pdm: this.#pdm?.take(whole), frames: whole, feedback };
  }

  /** What a pin carries, by the name it has in listings; undefined when no output is on it. */
  carriedBy(pin: number): string | undefined {
    for (let slot = 0; slot < this.#plan.slots.machines; slot++) {
      const carried = this.#carried(slot);
      if (!carried) continue;
      if (carried.data === pin) return carried.kind === "spdif" ? "spdif" : "i2s data";
      if (carried.kind === "i2s" && carried.bck === pin) return "i2s bck";
      if (carried.kind === "i2s" && carried.lrclk === pin) return "i2s lrclk";
    }
    if (this.#pdmPin() === pin) return "pdm";
    return this.#mckPin() === pin ? "mck" : undefined;
  }

  #machine(pio: number, index: number): StateMachine {
    return (this.#chip.pioBlocks[pio] as Pio).machines[index] as StateMachine;
  }

  #isOn(pio: number, pin: number): boolean {
    return this.#chip.pins.functions[pin] === pioFunction + pio;
  }

  /** S/PDIF is shifted out from the right, I2S from the left; one I2S machine has both clocks on its side-set. */
  #carried(slot: number): Exclude<Carried, { kind: "pdm" }> | undefined {
    const { pio, machines } = this.#plan.slots;
    const machine = this.#machine(pio, slot);
    const data = machine.pinctrl & 31;
    if (((machine.pinctrl >> 20) & 63) === 0 || !this.#isOn(pio, data)) return undefined;
    if (machine.shiftctrl & outRight) return { kind: "spdif", data, unit: machine.period };
    for (let other = 0; other < machines; other++) {
      const { pinctrl } = this.#machine(pio, other);
      const bck = (pinctrl >> 10) & 31;
      if (pinctrl >>> 29 >= 2 && this.#isOn(pio, bck)) return { kind: "i2s", data, bck, lrclk: bck + 1 };
    }
    return undefined;
  }

  #followSlot(slot: number): void {
    const carried = this.#carried(slot);
    const enabled = this.#machine(this.#plan.slots.pio, slot).enabled;
    const key = carried && enabled ? JSON.stringify(carried) : "";
    const old = this.#listeners[slot];
    if ((old?.key ?? "") === key) return;
    old?.stop();
    this.#listeners[slot] = carried && enabled ? this.#listen(carried, key) : undefined;
  }

  #listen(carried: Exclude<Carried, { kind: "pdm" }>, key: string): Listener {
    const { pins } = this.#chip;
    if (carried.kind === "spdif") {
      const receiver = new SpdifReceiver(carried.unit);
      const stop = pins.observe(1 << carried.data, (time) => receiver.edge(time));
      return new Listener(key, receiver.samples, stereoFrame, stop);
    }
    const receiver = new I2sReceiver(carried);
    const stop = pins.observe(1 << carried.bck, (_, levels) => receiver.levels(levels));
    return new Listener(key, receiver.samples, stereoFrame, stop);
  }

  #pdmPin(): number | undefined {
    const { pio, machine } = this.#plan.pdm;
    const { pinctrl } = this.#machine(pio, machine);
    const pin = pinctrl & 31;
    return ((pinctrl >> 20) & 63) === 1 && this.#isOn(pio, pin) ? pin : undefined;
  }

  #mckPin(): number | undefined {
    const { pio, machine } = this.#plan.mck;
    const { pinctrl } = this.#machine(pio, machine);
    const pin = (pinctrl >> 5) & 31; // it uses SET
    return ((pinctrl >> 26) & 7) === 1 && this.#isOn(pio, pin) ? pin : undefined;
  }

  #followPdm(): void {
    const { pio, machine: index } = this.#plan.pdm;
    const machine = this.#machine(pio, index);
    const pin = machine.enabled ? this.#pdmPin() : undefined;
    const key = pin === undefined ? "" : String(pin);
    if ((this.#pdm?.key ?? "") === key) return;
    this.#pdm?.stop();
    if (pin === undefined) {
      this.#pdm = undefined;
      return;
    }
    const receiver = new PdmReceiver();
    const block = this.#chip.pioBlocks[pio] as Pio;
    machine.probe = () => receiver.bit((block.levels >>> pin) & 1);
    this.#pdm = new Listener(key, receiver.bytes, pdmFrame, () => (machine.probe = undefined));
  }
}

const stereoFrame: FrameFormat = { length: 2, silence: 0, pack: packed24 };
/** 256 bits; silence is a square wave at half the bit rate. */
const pdmFrame: FrameFormat = { length: 32, silence: 0xaa, pack: (bytes) => Uint8Array.from(bytes) };

function packed24(samples: number[]): Uint8Array {
  const bytes = new Uint8Array(samples.length * 3);
  samples.forEach((sample, index) => {
    bytes[3 * index] = sample;
    bytes[3 * index + 1] = sample >> 8;
    bytes[3 * index + 2] = sample >> 16;
  });
  return bytes;
}
