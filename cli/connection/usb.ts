/** A device on USB, by way of the operating system's own interface to it. The library is loaded only when one is wanted. */
import type { ControlResult, Setup } from "../../simulator/device";
import { DeviceGone, type Connection, type Identity } from "./connection";
import { chooseDevice, describeFailure } from "./usb-messages";

/** What is used of a WebUSB device. */
export interface UsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly productName?: string | null;
  readonly serialNumber?: string | null;
  open(): Promise<void>;
  close(): Promise<void>;
  claimInterface(number: number): Promise<void>;
  controlTransferIn(setup: Parameters, length: number): Promise<{ status?: string; data?: DataView | undefined }>;
  controlTransferOut(setup: Parameters, data: Uint8Array<ArrayBuffer>): Promise<{ status?: string }>;
}

interface Parameters {
  requestType: "standard" | "class" | "vendor";
  recipient: "device" | "interface" | "endpoint" | "other";
  request: number;
  value: number;
  index: number;
}

/** The vendor interface; and audio control, which takes the same requests where the other cannot be had. */
const interfaces = [2, 0];
/** Milliseconds between two looks whether the device is still there. */
const lookInterval = 1000;

/** Opens the device with a serial number, or the only one; throws an Error that says what to do. */
export async function connectUsb(serial: string | undefined): Promise<Connection> {
  const device = chooseDevice(await listDevices(), serial);
  return UsbConnection.open(device);
}

/** Every device on the bus; none on a machine without one. */
async function listDevices(): Promise<UsbDevice[]> {
  const { usb } = await import("usb").catch((error: unknown) => {
    throw new Error(`USB cannot be used on this machine: ${(error as Error).message}`, { cause: error });
  });
  return usb.getDevices().catch((error: unknown) => {
    if (/not found/.test((error as Error).message)) return []; // no bus at all
    throw new Error(`the devices on USB cannot be listed: ${(error as Error).message}`, { cause: error });
  }) as Promise<UsbDevice[]>;
}

export class UsbConnection implements Connection {
  readonly identity: Identity;
  readonly gone: Promise<void>;
  #device: UsbDevice;
  #interface: number;
  #leave: () => void = () => undefined;
  #timer: NodeJS.Timeout;

  private constructor(device: UsbDevice, claimed: number) {
    this.#device = device;
    this.#interface = claimed;
    this.identity = { product: device.productName ?? "", serial: device.serialNumber ?? "" };
    this.gone = new Promise((resolve) => (this.#leave = resolve));
    this.#timer = setInterval(() => void this.#look(), lookInterval).unref();
  }

  /** Throws an Error that says what to do when the device cannot be opened. */
  static async open(device: UsbDevice): Promise<UsbConnection> {
    let reason: unknown;
    try {
      await device.open();
      for (const number of interfaces) {
        try {
          await device.claimInterface(number);
          return new UsbConnection(device, number);
        } catch (error) {
          reason ??= error;
        }
      }
    } catch (error) {
      reason = error;
    }
    throw describeFailure(reason);
  }

  async control(setup: Setup, data?: Uint8Array): Promise<ControlResult> {
    const parameters = parametersOf(setup, this.#interface);
    try {
      if ((setup.bmRequestType & 0x80) === 0) {
        const { status } = await this.#device.controlTransferOut(parameters, Uint8Array.from(data ?? []));
        return status === "ok" ? { status, data: new Uint8Array() } : { status: "stall" };
      }
      const { status, data: answer } = await this.#device.controlTransferIn(parameters, setup.wLength);
      if (status !== "ok" || !answer) return { status: "stall" };
      return { status, data: new Uint8Array(answer.buffer, answer.byteOffset, answer.byteLength) };
    } catch (error) {
      if (/stall/i.test((error as Error).message)) return { status: "stall" };
      const failure = describeFailure(error);
      if (failure instanceof DeviceGone) this.#leave();
      throw failure;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#leave();
    await this.#device.close().catch(() => undefined); // it may have left
  }

  /** The platform request does no harm. */
  async #look(): Promise<void> {
    await this.control({ bmRequestType: 0xc1, bRequest: 0x7f, wValue: 0, wIndex: 2, wLength: 4 }).catch(
      () => undefined,
    );
  }
}

const types = ["standard", "class", "vendor"] as const;
const recipients = ["device", "interface", "endpoint", "other"] as const;

/** A request to the vendor interface goes to the one that was claimed. */
function parametersOf({ bmRequestType, bRequest, wValue, wIndex }: Setup, claimed: number): Parameters {
  const recipient = recipients[bmRequestType & 0x1f] ?? "other";
  return {
    requestType: types[(bmRequestType >> 5) & 3] ?? "vendor",
    recipient,
    request: bRequest,
    value: wValue,
    index: recipient === "interface" ? (wIndex & 0xff00) | claimed : wIndex,
  };
}
