import * as engine from "./native/xs/engine";
import * as host from "./native/xs/host";
import * as usb from "./native/xs/usb";
import { Device } from "./modules/device";

new Device({ engine, host, usb }).start();
