/** GPIOs from the function multiplexer to the pad: what drives each, its level, and probes on it. */

/** A block that may drive pins: a bit per pin. */
export interface PinSource {
  readonly levels: number;
  readonly enables: number;
}

/** Every fourth pin can be a UART's TX (RP2040 datasheet 2.19.2), which rests high; what it sends is taken from the UART. */
export const uartTransmit: PinSource = { levels: 0x11111111, enables: 0x11111111 };

type Probe = (time: number, levels: number) => void;

export class Pins {
  readonly count: number;
  /** Levels of all pads, a bit per pin. */
  levels = 0;
  /** Pads that the chip drives. */
  driven = 0;
  /** Something has changed what an isolated pad would drive: that goes nowhere. */
  onIsolated: ((pins: number) => void) | undefined;
  /** Which function of the multiplexer each pin has. */
  readonly functions: Uint8Array;
  /** Sees every change of a level: the chip's edge detector. */
  onChange: ((changed: number) => void) | undefined;
  readonly #sources: ReadonlyMap<number, PinSource>;
  #selected: { source: PinSource; mask: number }[] = [];
  #probes: { mask: number; probe: Probe }[] = [];
  #pullUps = 0;
  #inputs = -1;
  #isolated = 0;
  /** Levels and enables that isolated pads hold, and what the chip would drive instead. */
  #heldLevels = 0;
  #heldEnables = 0;
  #vain = 0;
  #selectedAnew = 0;
  #inverted = 0;
  #low = 0;
  #high = 0;
  #enableInverted = 0;
  #disabled = 0;
  #enabled = 0;
  #external = 0;
  #externalLevels = 0;

  /** `sources` by number of the multiplexer's function. */
  constructor(count: number, sources: ReadonlyMap<number, PinSource>) {
    this.count = count;
    this.#sources = sources;
    this.functions = new Uint8Array(count).fill(0x1f);
  }

  /** Levels as the chip reads them: a pad whose input is off reads 0. */
  get inputs(): number {
    return this.levels & this.#inputs;
  }

  /** Function and overrides of output and output enable: 0 normal, 1 inverted, 2 low, 3 high. */
  select(pin: number, chosen: number, output: number, enable: number): void {
    this.functions[pin] = chosen;
    const bit = 1 << pin;
    this.#selectedAnew |= bit;
    const put = (mask: number, on: boolean) => (on ? mask | bit : mask & ~bit);
    this.#inverted = put(this.#inverted, output === 1);
    this.#low = put(this.#low, output === 2);
    this.#high = put(this.#high, output === 3);
    this.#enableInverted = put(this.#enableInverted, enable === 1);
    this.#disabled = put(this.#disabled, enable === 2);
    this.#enabled = put(this.#enabled, enable === 3);
    this.#selected = [...this.#sources].flatMap(([number, source]) => {
      const mask = this.functions.reduce((all, own, index) => (own === number ? all | (1 << index) : all), 0);
      return mask === 0 ? [] : [{ source, mask }];
    });
  }

  /** The pull-up of a pad; without it an open pin reads 0. */
  pullUp(pin: number, on: boolean): void {
    this.#pullUps = on ? this.#pullUps | (1 << pin) : this.#pullUps & ~(1 << pin);
  }

  /** Whether the chip can read a pad; it can unless told otherwise. */
  enableInput(pin: number, on: boolean): void {
    this.#inputs = on ? this.#inputs | (1 << pin) : this.#inputs & ~(1 << pin);
  }

  /** An isolated pad holds what it drove. */
  isolate(pin: number, on: boolean): void {
    const bit = 1 << pin;
    if (!on) this.#isolated &= ~bit;
    else if ((this.#isolated & bit) === 0) {
      this.#isolated |= bit;
      this.#selectedAnew |= bit;
      this.#heldLevels = (this.#heldLevels & ~bit) | (this.levels & bit);
      this.#heldEnables = (this.#heldEnables & ~bit) | (this.driven & bit);
    }
  }

  /** Drives a pin from outside, or releases it with null. */
  drive(pin: number, level: 0 | 1 | null): void {
    const bit = 1 << pin;
    this.#external = level === null ? this.#external & ~bit : this.#external | bit;
    this.#externalLevels = level === 1 ? this.#externalLevels | bit : this.#externalLevels & ~bit;
  }

  /** Calls `probe` at each change of one of the pins; returns what takes it off. */
  observe(mask: number, probe: Probe): () => void {
    const entry = { mask, probe };
    this.#probes = [...this.#probes, entry];
    return () => (this.#probes = this.#probes.filter((other) => other !== entry));
  }

  /** Takes over what the sources drive now. */
  update(time: number): void {
    let levels = 0;
    let enables = 0;
    for (const selected of this.#selected) {
      levels |= selected.source.levels & selected.mask;
      enables |= selected.source.enables & selected.mask;
    }
    levels = ((levels ^ this.#inverted) & ~this.#low) | this.#high;
    enables = ((enables ^ this.#enableInverted) & ~this.#disabled) | this.#enabled;
    if (this.#isolated !== 0) {
      const vain = levels & enables & this.#isolated;
      const changed = (vain ^ this.#vain) & this.#isolated & ~this.#selectedAnew;
      this.#vain = vain;
      this.#selectedAnew = 0;
      if (changed !== 0) this.onIsolated?.(changed);
      levels = (levels & ~this.#isolated) | (this.#heldLevels & this.#isolated);
      enables = (enables & ~this.#isolated) | (this.#heldEnables & this.#isolated);
    }
    const outside = (this.#external & this.#externalLevels) | (~this.#external & this.#pullUps);
    const now = (levels & enables) | (outside & ~enables);
    this.driven = enables;
    const changed = now ^ this.levels;
    if (changed === 0) return;
    this.levels = now;
    for (const probe of this.#probes) if (probe.mask & changed) probe.probe(time, now);
    this.onChange?.(changed);
  }
}
