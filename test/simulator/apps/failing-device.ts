/** The real application, with one more request that makes it fail in the way that wValue says. */
import * as engine from "../../../native/xs/engine";
import * as flash from "../../../native/xs/flash";
import * as host from "../../../native/xs/host";
import * as usb from "../../../native/xs/usb";
import { Device } from "../../../modules/device";
import type { ControlHandler, Usb } from "../../../modules/hardware";

const failureRequest = 0x2f;

const failures = [
  (): void => {
    throw new Error("thrown on purpose");
  },
  (): void => {
    void Promise.reject(new Error("rejected on purpose"));
  },
  (): void => {
    for (;;) Math.abs(1);
  },
  (): void => {
    const kept: object[] = [];
    for (;;) kept.push({ kept });
  },
  (): void => {
    callItself(1);
  },
  (): void => {
    mapItself(0);
  },
];

function callItself(depth: number): number {
  return 1 + callItself(depth + 1);
}

/** Through a function of XS, whose own stack is C's. */
function mapItself(depth: number): unknown[] {
  return [depth + 1].map(mapItself);
}

const failingUsb: Usb = {
  ...usb,
  onControl(handler: ControlHandler) {
    usb.onControl((requestType, request, value, ...rest) => {
      if (request === failureRequest) failures[value]?.();
      return handler(requestType, request, value, ...rest);
    });
  },
};

new Device({ engine, host, usb: failingUsb, flash: { ...flash, size: flash.size() } }).start();
