/**
 * A device as its connector shows it: what a USB host, a power supply and probes on the pins can do.
 * The desktop device (`hosts/desktop`) is one implementation; an emulated chip will be another.
 */

import type { DeviceDescription } from "./enumeration";

/** A USB setup packet (USB 2.0 §9.3). */
export interface Setup {
  bmRequestType: number;
  bRequest: number;
  wValue: number;
  wIndex: number;
  wLength: number;
}

export type ControlResult =
  | { status: "ok"; data: Uint8Array } // IN: the answer; OUT: empty
  | { status: "stall" };

/** What the outputs sent during one or more frames (a frame is 1 ms of USB time). */
export interface Output {
  /** Per stereo slot with an enabled output: interleaved 24-bit little-endian samples; undefined when the slot is silent by configuration. */
  slots: (Uint8Array | undefined)[];
  /** The PDM pin's bits, 256 a sample, first bit in the most significant bit; undefined when PDM is disabled. */
  pdm: Uint8Array | undefined;
  /** Audio frames played. */
  frames: number;
  /** Last feedback value the device gave, 10.14 samples per USB frame; 0 when it gave none. */
  feedback: number;
}

export interface Pin {
  pin: number;
  /** What drives or reads it: "gpio", "spdif", "i2s data", "i2s bck", "i2s lrclk", "mck", "pdm", … */
  function: string;
  direction: "in" | "out";
  level: 0 | 1;
}

export interface MachineHeap {
  /** In use after a full collection, of as many there are: bytes. */
  slots: number;
  chunks: number;
  slotCapacity: number;
  chunkCapacity: number;
  /** What has been used of XS's stack at most since this was asked before, of as many there are: slots. */
  stack: number;
  stackCapacity: number;
}

export interface Device {
  /** Serial execution: a control transfer runs between USB frames. */
  control(setup: Setup, data?: Uint8Array): Promise<ControlResult>;
  /** Runs one USB frame per entry: an isochronous OUT packet, or undefined for a frame without one. */
  frames(packets: (Uint8Array | undefined)[]): Promise<Output>;
  pins(): Promise<Pin[]>;
  /** Drives an input pin, or releases it with null. */
  gpio(pin: number, level: 0 | 1 | null): Promise<void>;
  /** Power off and on; flash is kept. */
  powerCycle(): Promise<void>;
  /** Blank flash, then a power cycle. */
  eraseFlash(): Promise<void>;
  /**
   * Cuts the power in the middle of the n-th program or erase of flash from now, which is done in part, and powers up
   * again; 0 calls it off.
   */
  cutPower(after: number): Promise<void>;
  /** What the XS machine uses of its memory. */
  heap(): Promise<MachineHeap>;
  /** Lines the firmware logs: uncaught exceptions with their stack among them. */
  onLog(listener: (text: string) => void): void;
  onAttach(listener: (attached: boolean) => void): void;
  /** The device has left the bus, and its chip's bootloader is there instead, until the power is cycled. */
  onBootloader(listener: (bootloader: DeviceDescription) => void): void;
  close(): Promise<void>;
}
