import type { Platform } from "../parameters/platforms";
import type { Store } from "../parameters/store";
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

/** Who has which pin, as the store says. */
export class PinMap {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  hasI2s(): boolean {
    for (let slot = 0; slot < this.#store.platform.slots; slot++) if (this.#store.get(slotType, slot)) return true;
    return false;
  }

  /** Whether a port other than `exceptPort` has the pin, enabled or not. */
  hasPort(pin: number, exceptPort = -1): boolean {
    const count = portCount(this.#store.platform);
    for (let port = 0; port < count; port++)
      if (port !== exceptPort && this.#store.get(portPin, port) === pin) return true;
    return false;
  }

  /** Whether the running I2S clocks have the pin: BCK, the word clock beside it, or the master clock. */
  hasClock(pin: number): boolean {
    const bck = this.#store.get(bckPin);
    if ((pin === bck || pin === bck + 1) && this.hasI2s()) return true;
    return pin === this.#store.get(mckPin) && this.#store.get(mckEnabled) !== 0;
  }

  /** Whether anybody but `exceptPort` has the pin. */
  isInUse(pin: number, exceptPort = -1): boolean {
    return this.hasPort(pin, exceptPort) || this.hasClock(pin);
  }
}
