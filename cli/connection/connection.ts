/** A device that a command talks to, wherever it is. */
import type { Control } from "../../simulator/vendor";

export interface Identity {
  product: string;
  /** 16 hexadecimal digits. */
  serial: string;
}

export interface Connection {
  readonly identity: Identity;
  /** Control transfers, one at a time or several; rejects with DeviceGone when the device has left. */
  control: Control;
  /** Resolves when the device has left. */
  readonly gone: Promise<void>;
  close(): Promise<void>;
}

export class DeviceGone extends Error {
  constructor(options?: ErrorOptions) {
    super("the device is gone: it was unplugged, switched off or restarted", options);
  }
}
