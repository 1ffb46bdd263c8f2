/** Vendor requests as every host sends them: to interface 2. */
import type { ControlResult, Setup } from "./device";

export type Control = (setup: Setup, data?: Uint8Array) => Promise<ControlResult>;

const vendorInterface = 2;

export class Vendor {
  #control: Control;

  constructor(control: Control) {
    this.#control = control;
  }

  /** The answer of an IN request; throws when it stalls. */
  async get(request: number, value: number, length: number): Promise<DataView> {
    const setup = { bmRequestType: 0xc1, bRequest: request, wValue: value, wIndex: vendorInterface, wLength: length };
    const result = await this.#control(setup);
    if (result.status !== "ok") throw new Error(`the device stalled vendor request 0x${request.toString(16)}`);
    return new DataView(result.data.buffer, result.data.byteOffset, result.data.byteLength);
  }

  /** An OUT request; throws when it stalls. */
  async set(request: number, value: number, data: Uint8Array): Promise<void> {
    const setup = {
      bmRequestType: 0x41,
      bRequest: request,
      wValue: value,
      wIndex: vendorInterface,
      wLength: data.length,
    };
    const result = await this.#control(setup, data);
    if (result.status !== "ok") throw new Error(`the device stalled vendor request 0x${request.toString(16)}`);
  }

  /** Outputs of the chip: 5 or 9. */
  async outputs(): Promise<number> {
    return (await this.get(0x7f, 0, 4)).getUint8(3);
  }

  async outputEnabled(output: number): Promise<boolean> {
    return (await this.get(0x73, output, 1)).getUint8(0) !== 0;
  }

  /** Milliseconds. */
  async outputDelay(output: number): Promise<number> {
    return (await this.get(0x79, output, 4)).getFloat32(0, true);
  }

  async channelName(channel: number): Promise<string> {
    const { buffer, byteOffset, byteLength } = await this.get(0x9c, channel, 32);
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, byteLength)).replace(/\0.*$/s, "");
  }

  /** All meters at one instant: peaks with 1.0 = full scale, loads in percent, clip flags a bit per channel. */
  async meters(channels: number): Promise<{ peaks: number[]; loads: [number, number]; clips: number }> {
    const view = await this.get(0x50, 9, 2 * channels + 4);
    const peaks = Array.from({ length: channels }, (_, channel) => view.getUint16(2 * channel, true) / 32767);
    const at = 2 * channels;
    return { peaks, loads: [view.getUint8(at), view.getUint8(at + 1)], clips: view.getUint16(at + 2, true) };
  }
}
