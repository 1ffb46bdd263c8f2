/** What differs between the chips, in counts. */
export interface Platform {
  readonly id: number;
  readonly name: string;
  /** Stereo outputs, S/PDIF or I2S each. */
  readonly slots: number;
  readonly highestPin: number;
  /** Slot outputs, then the PDM subwoofer. */
  readonly outputs: number;
  /** Inputs, then outputs. */
  readonly channels: number;
}

export const inputCount = 2;
export const presetCount = 10;
/** Bands that filter; `storedBands` live in bulk packets and presets. */
export const bandCount = 10;
export const storedBands = 12;

/** By platform id. */
export const platforms: readonly Platform[] = Object.freeze([
  describePlatform(0, "RP2040", 2, 28),
  describePlatform(1, "RP2350", 4, 29),
]);

/** The one that arrays in bulk packets are laid out for. */
export const largest = platforms[platforms.length - 1] as Platform;

function describePlatform(id: number, name: string, slots: number, highestPin: number): Platform {
  const outputs = 2 * slots + 1;
  return Object.freeze({ id, name, slots, highestPin, outputs, channels: inputCount + outputs });
}

/** The platform with an id; throws a RangeError for an unknown one. */
export function platformOf(id: number): Platform {
  const platform = platforms[id];
  if (platform === undefined) throw new RangeError(`platform ${id} is not 0 (RP2040) or 1 (RP2350)`);
  return platform;
}

/** The subwoofer is the last output, and the last entry of the pin table. */
export function pdmOutput(platform: Platform): number {
  return platform.outputs - 1;
}

/** Outputs that older requests and the bulk packet know of: 1, 2 and PDM. */
export const legacyOutputs = 3;

/** The output of such an index; one that no output has when the index is out of range. */
export function legacyOutput(platform: Platform, index: number): number {
  return index < 2 ? index : index === 2 ? pdmOutput(platform) : platform.outputs;
}
