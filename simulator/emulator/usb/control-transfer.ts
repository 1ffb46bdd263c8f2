/** A control transfer on the wire, one transaction at a time (USB 2.0 8.5.3). */
import type { ControlResult, Setup } from "../../device";
import type { UsbController } from "./controller";

/** What a transaction came to: how long the bus was busy, in µs, and the transfer's result when that was its last. */
export interface Transaction {
  micros: number;
  result?: ControlResult;
}

/** Bus time of a transaction of full speed: 13 bytes of overhead (USB 2.0 5.5.4 and 5.11.3, rounded). */
const micros = (bytes: number) => ((bytes + 13) * 8) / 12;
/** A host controller tries again at once, but not forever in the same instant. */
const retryMicros = 20;
const maxPacket = 64;

export class ControlTransfer {
  readonly #setup: Setup;
  readonly #out: Uint8Array | undefined;
  /** The status stage goes the way that the data does not, and IN where there are none. */
  readonly #statusIsIn: boolean;
  #stage: "setup" | "data" | "status" = "setup";
  #pid: 0 | 1 = 1;
  #received: Uint8Array[] = [];
  #length = 0;

  /** `data` is the data stage of an OUT transfer. */
  constructor(setup: Setup, data?: Uint8Array) {
    this.#setup = setup;
    const isIn = (setup.bmRequestType & 0x80) !== 0;
    this.#out = isIn ? undefined : (data ?? new Uint8Array()).subarray(0, setup.wLength);
    this.#statusIsIn = !isIn || setup.wLength === 0;
  }

  next(usb: UsbController): Transaction {
    switch (this.#stage) {
      case "setup":
        return this.#sendSetup(usb);
      case "data":
        return this.#out ? this.#sendData(usb, this.#out) : this.#receiveData(usb);
      default:
        return this.#statusIsIn ? this.#receiveStatus(usb) : this.#sendStatus(usb);
    }
  }

  #sendSetup(usb: UsbController): Transaction {
    const { bmRequestType, bRequest, wValue, wIndex, wLength } = this.#setup;
    const words = [wValue, wIndex, wLength].flatMap((word) => [word & 0xff, word >> 8]);
    if (usb.setup(Uint8Array.of(bmRequestType, bRequest, ...words)) !== "ack") return { micros: retryMicros };
    this.#stage = wLength > 0 ? "data" : "status";
    return { micros: micros(8) };
  }

  #receiveData(usb: UsbController): Transaction {
    const { handshake, data, pid } = usb.in(0);
    if (handshake === "stall") return stalled;
    if (handshake !== "ack" || pid !== this.#pid) return { micros: retryMicros };
    this.#pid ^= 1;
    this.#received.push(data);
    this.#length += data.length;
    if (data.length < maxPacket || this.#length >= this.#setup.wLength) this.#stage = "status";
    return { micros: micros(data.length) };
  }

  #sendData(usb: UsbController, out: Uint8Array): Transaction {
    const packet = out.subarray(this.#length, this.#length + maxPacket);
    const handshake = usb.out(0, packet, this.#pid);
    if (handshake === "stall") return stalled;
    if (handshake !== "ack") return { micros: retryMicros };
    this.#pid ^= 1;
    this.#length += packet.length;
    if (this.#length >= out.length) this.#stage = "status";
    return { micros: micros(packet.length) };
  }

  /** The status stage is always DATA1. */
  #sendStatus(usb: UsbController): Transaction {
    const handshake = usb.out(0, new Uint8Array(), 1);
    if (handshake === "stall") return stalled;
    if (handshake !== "ack") return { micros: retryMicros };
    return {
      micros: micros(0),
      result: { status: "ok", data: Buffer.concat(this.#received).subarray(0, this.#setup.wLength) },
    };
  }

  #receiveStatus(usb: UsbController): Transaction {
    const { handshake } = usb.in(0);
    if (handshake === "stall") return stalled;
    if (handshake !== "ack") return { micros: retryMicros };
    return { micros: micros(0), result: { status: "ok", data: new Uint8Array() } };
  }
}

const stalled: Transaction = { micros: micros(0), result: { status: "stall" } };
