import type { Platform } from "../parameters/platforms";
import type { Row } from "../parameters/row";
import { parameters } from "../parameters/table";

const { pin: portPin, slotType, bckPin, mckEnabled, mckPin } = parameters;

/** What a request about pins answers. */
export const PinStatus = Object.freeze({ success: 0, invalid: 1, inUse: 2, invalidOutput: 3, outputActive: 4 });

/** Entries of the pin table: the slots, then PDM. */
export function portCount(platform: Platform): number {
  return platform.slots + 1;
}

/** GPIO 12 is the board's status line; 23–25 are the Pico's regulator, VBUS sense and LED. */
export function isValidPin(platform: Platform, pin: number): boolean {
  return pin <= platform.highestPin && pin !== 12 && (pin < 23 || pin > 25);
}

/** Where parameters are read from: the store, or an image that may be applied to it. */
export interface Values {
  readonly platform: Platform;
  get(row: Row, index?: number): number;
}

/** Who has which pin, as the values say. */
export class PinMap {
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  /** Whether every pin is valid and nobody has another's: ports, and the clocks that run. */
  isConsistent(): boolean {
    const { platform } = this.#values;
    const bck = this.#values.get(bckPin);
    const mck = this.#values.get(mckPin);
    if (!isValidPin(platform, bck) || !isValidPin(platform, bck + 1) || !isValidPin(platform, mck)) return false;
    const isMckInWay = this.hasI2s() && this.#values.get(mckEnabled) !== 0 && (mck === bck || mck === bck + 1);
    if (isMckInWay) return false;
    const count = portCount(platform);
    for (let port = 0; port < count; port++) {
      const pin = this.#values.get(portPin, port);
      if (!isValidPin(platform, pin) || this.isInUse(pin, port)) return false;
    }
    return true;
  }

  hasI2s(): boolean {
    for (let slot = 0; slot < this.#values.platform.slots; slot++) if (this.#values.get(slotType, slot)) return true;
    return false;
  }

  /** Whether a port other than `exceptPort` has the pin, enabled or not. */
  hasPort(pin: number, exceptPort = -1): boolean {
    const count = portCount(this.#values.platform);
    for (let port = 0; port < count; port++)
      if (port !== exceptPort && this.#values.get(portPin, port) === pin) return true;
    return false;
  }

  /** Whether the running I2S clocks have the pin: BCK, the word clock beside it, or the master clock. */
  hasClock(pin: number): boolean {
    const bck = this.#values.get(bckPin);
    if ((pin === bck || pin === bck + 1) && this.hasI2s()) return true;
    return pin === this.#values.get(mckPin) && this.#values.get(mckEnabled) !== 0;
  }

  /** Whether anybody but `exceptPort` has the pin. */
  isInUse(pin: number, exceptPort = -1): boolean {
    return this.hasPort(pin, exceptPort) || this.hasClock(pin);
  }
}
