import type { Host } from "../hardware";
import { pdmOutput } from "../parameters/platforms";
import type { Store } from "../parameters/store";
import { parameters } from "../parameters/table";
import { isValidPin, PinMap, PinStatus, portCount } from "./pin-map";

const { pin: portPin, slotType, bckPin, mckEnabled, mckPin, mckMultiplier, outputEnabled } = parameters;
const { success, invalid, inUse, invalidOutput, outputActive } = PinStatus;

/** Pins, slot types and clocks of the outputs: checks a change, stores it and switches the hardware. */
export class OutputPins {
  readonly #store: Store;
  readonly #host: Host;
  readonly #map: PinMap;
  /** What the hardware does, each as one number: clocks, slots, PDM. */
  readonly #configured: Int32Array;

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
    this.#map = new PinMap(store);
    this.#configured = new Int32Array(2 + store.platform.slots).fill(-1);
  }

  /** Brings the hardware to what the store says, where that differs from what it does. */
  configureAll(): void {
    const { slots } = this.#store.platform;
    this.#configureClocks(); // before the first I2S slot starts
    for (let slot = 0; slot < slots; slot++) this.#configureSlot(slot);
    const pdm = this.#store.get(portPin, slots);
    if (this.#isNew(1 + slots, pdm)) this.#host.configurePdm(pdm);
  }

  /** Moves a slot or the PDM output (the last port) to a pin; returns a PinStatus, as all of these do. */
  setPin(port: number, pin: number): number {
    const store = this.#store;
    const { platform } = store;
    if (port >= portCount(platform)) return invalidOutput;
    if (!isValidPin(platform, pin)) return invalid;
    if (this.#map.isInUse(pin, port)) return inUse;
    if (store.get(portPin, port) === pin) return success;
    const isRunning = port === platform.slots && store.get(outputEnabled, pdmOutput(platform)); // the modulator
    if (isRunning) return outputActive;
    store.set(portPin, port, pin);
    this.configureAll();
    return success;
  }

  setSlotType(slot: number, type: number): number {
    if (slot >= this.#store.platform.slots) return invalidOutput;
    if (type > 1) return invalid;
    this.#store.set(slotType, slot, type);
    this.configureAll();
    return success;
  }

  setBckPin(pin: number): number {
    const { platform } = this.#store;
    if (!isValidPin(platform, pin) || !isValidPin(platform, pin + 1)) return invalid;
    if (this.#store.get(bckPin) === pin) return success;
    if (this.#map.hasI2s()) return outputActive;
    if (this.#map.isInUse(pin) || this.#map.isInUse(pin + 1)) return inUse;
    this.#store.set(bckPin, 0, pin);
    this.#configureClocks();
    return success;
  }

  setMckEnabled(on: boolean, rate: number): number {
    this.limitMultiplier(rate);
    if (this.#store.set(mckEnabled, 0, on ? 1 : 0)) this.#configureClocks();
    return success;
  }

  setMckPin(pin: number): number {
    if (!isValidPin(this.#store.platform, pin)) return invalid;
    if (this.#store.get(mckEnabled)) return outputActive;
    if (this.#map.isInUse(pin)) return inUse;
    if (this.#store.set(mckPin, 0, pin)) this.#configureClocks();
    return success;
  }

  /** `raw`: 0 = 128 × Fs, 1 = 256 × Fs. */
  setMckMultiplier(raw: number, rate: number): number {
    if (raw > 1 || (raw === 1 && rate >= 96000)) return invalid;
    if (this.#store.set(mckMultiplier, 0, raw)) this.#configureClocks();
    return success;
  }

  /** At 96 kHz a master clock of 256 × Fs becomes 128 × Fs. */
  limitMultiplier(rate: number): void {
    if (rate >= 96000 && this.#store.set(mckMultiplier, 0, 0)) this.#configureClocks();
  }

  /** A new sample rate: a master clock that is on keeps within its limit. */
  changeRate(rate: number): void {
    if (this.#store.get(mckEnabled)) this.limitMultiplier(rate);
  }

  #configureSlot(slot: number): void {
    const type = this.#store.get(slotType, slot);
    const pin = this.#store.get(portPin, slot);
    if (this.#isNew(1 + slot, type | (pin << 8))) this.#host.configureSlot(slot, type, pin);
  }

  /** The master clock has nobody to serve without an I2S slot. */
  #configureClocks(): void {
    const store = this.#store;
    const bck = store.get(bckPin);
    const mck = store.get(mckPin);
    const isOn = store.get(mckEnabled) !== 0 && this.#map.hasI2s();
    const multiplier = store.get(mckMultiplier) ? 256 : 128;
    if (this.#isNew(0, bck | (mck << 8) | (isOn ? multiplier << 16 : 0)))
      this.#host.configureClocks(bck, mck, isOn, multiplier);
  }

  /** Notes what a part of the hardware is to do; returns whether it does something else. */
  #isNew(part: number, configuration: number): boolean {
    if (this.#configured[part] === configuration) return false;
    this.#configured[part] = configuration;
    return true;
  }
}
