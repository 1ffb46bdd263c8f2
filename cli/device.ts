/** Powers a simulated device up for a command. */
import { DesktopDevice, type DesktopDeviceOptions } from "../simulator/desktop-device";
import type { Chip } from "./options";

/** `flash` names the file that keeps the flash memory; without it flash is blank and forgotten. */
export function startDevice(chip: Chip, flash?: string): Promise<DesktopDevice> {
  const options: DesktopDeviceOptions = flash === undefined ? { chip } : { chip, flash };
  return DesktopDevice.open(options);
}
