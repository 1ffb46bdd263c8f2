/** Which device is meant, and what to do when it cannot be had. */
import { DeviceGone } from "./connection";

export const vendorId = 0x2e8a;
export const productId = 0xfeaa;

export interface Candidate {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | null;
}

/** The device with a serial number, or the only one there is; throws an Error that lists what is there. */
export function chooseDevice<Device extends Candidate>(all: readonly Device[], serial: string | undefined): Device {
  const devices = all.filter((device) => device.vendorId === vendorId && device.productId === productId);
  const matching = devices.filter((device) => serial === undefined || sameSerial(device.serialNumber, serial));
  const [device] = matching;
  const list = devices.map(({ serialNumber }) => `  --serial ${serialNumber ?? "(unknown)"}`).join("\n");
  if (devices.length === 0) {
    throw new Error(
      "no DSPi on USB (2e8a:feaa): plug one in, or name a simulated one with --tcp 9777 (npx dspi simulate)",
    );
  }
  if (!device) throw new Error(`no DSPi on USB has the serial number ${serial}; there are\n${list}`);
  if (matching.length > 1) throw new Error(`several DSPi are on USB; choose one with\n${list}`);
  return device;
}

function sameSerial(a: string | null | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

/** File name below 73: the rule that turns `uaccess` into permissions has that number. */
const ruleFile = "/etc/udev/rules.d/70-dspi.rules";
const udevRule = 'SUBSYSTEM=="usb", ATTRS{idVendor}=="2e8a", ATTRS{idProduct}=="feaa", MODE="0666", TAG+="uaccess"';

/** What went wrong on USB, in words that help. */
export function describeFailure(error: unknown): Error {
  const { message } = error as Error;
  const options = { cause: error };
  if (/errno (1|13)\b|permission|access denied/i.test(message)) {
    const steps = [
      "you may not open the device. Once, as a user who may:",
      `  echo '${udevRule}' | sudo tee ${ruleFile}`,
      "  sudo udevadm control --reload-rules && sudo udevadm trigger",
      "then unplug the device and plug it in again.",
    ];
    return new Error(steps.join("\n"), options);
  }
  if (/errno (2|19)\b|disconnected|device not found/i.test(message)) return new DeviceGone(options);
  if (/errno 16\b|busy/i.test(message)) {
    return new Error("another program has the device: close it (a browser's console counts) and try again", options);
  }
  if (/cancelled|timed out|timeout/i.test(message)) {
    return new Error("the device does not answer: unplug it and plug it in again", options);
  }
  return new Error(`USB: ${message}`, options);
}
