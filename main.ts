import * as engine from "./native/xs/engine";
import * as flash from "./native/xs/flash";
import * as host from "./native/xs/host";
import * as usb from "./native/xs/usb";
import { Device } from "./modules/device";

new Device({ engine, host, usb, flash: { ...flash, size: flash.size() } }).start();
