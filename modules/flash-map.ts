/** Who has which part of the flash: firmware the beginning, the application's data the last 256 KB. */
import type { Area, Flash } from "./presets/flash";

const dataSize = 256 * 1024;
/** 32 sectors: all ten presets with their names fit three times, so that each sector is erased rarely. */
const presetSize = 128 * 1024;

/** The first half of the data; boards, behaviours and clips have the rest. */
export function presetArea(flash: Flash): Area {
  return { offset: flash.size - dataSize, size: presetSize };
}
