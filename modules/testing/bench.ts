/** A device on recording hardware, and a host that sends it vendor requests. Not on the device. */
import { Device } from "../device";
import type { Flash } from "../hardware";
import { RecordingEngine, RecordingHost, RecordingUsb } from "./hardware";
import { RamFlash } from "./ram-flash";

/** The part of a flash that holds the application's data. */
const flashSectors = 64;

export class Bench {
  readonly engine = new RecordingEngine();
  readonly host: RecordingHost;
  readonly usb = new RecordingUsb();
  readonly flash: Flash;

  /** Starts a device: 0 = RP2040, 1 = RP2350. `memory` is what an earlier machine left, `flash` what an earlier device did. */
  constructor(platform: number, { memory, flash }: { memory?: ArrayBuffer | undefined; flash?: Flash } = {}) {
    this.host = new RecordingHost(platform, memory);
    this.flash = flash ?? new RamFlash(flashSectors);
    new Device({ engine: this.engine, host: this.host, usb: this.usb, flash: this.flash }).start();
  }

  /** Sends an OUT request to interface 2: true when acknowledged, undefined when stalled. */
  out(request: number, value: number, payload: readonly number[], requestType = 0x41, index = 2) {
    return this.usb.control?.(requestType, request, value, index, payload.length, new Uint8Array(payload).buffer);
  }

  /** Sends an IN request to interface 2: the answer's bytes, or undefined when stalled. */
  in(request: number, value = 0, length = 64, requestType = 0xc1, index = 2): number[] | undefined {
    const answer = this.usb.control?.(requestType, request, value, index, length, undefined);
    return answer instanceof ArrayBuffer ? [...new Uint8Array(answer)] : undefined;
  }

  inF32(request: number, value = 0): number | undefined {
    const answer = this.in(request, value);
    return answer && new DataView(new Uint8Array(answer).buffer).getFloat32(0, true);
  }

  inU32(request: number, value = 0): number | undefined {
    const answer = this.in(request, value);
    return answer && new DataView(new Uint8Array(answer).buffer).getUint32(0, true);
  }

  /** Sets an EQ band. */
  band(channel: number, band: number, type: number, frequency: number, q: number, gain: number) {
    return this.out(0x42, 0, [channel, band, type, 0, ...f32(frequency), ...f32(q), ...f32(gain)]);
  }

  /** Sets a route. */
  route(input: number, output: number, enabled: number, invert: number, gain: number) {
    return this.out(0x70, 0, [input, output, enabled, invert, ...f32(gain)]);
  }
}

/** Little-endian bytes of a single. */
export function f32(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [0, 1, 2, 3].map((i) => view.getUint8(i));
}
