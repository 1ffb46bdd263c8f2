import type { Usb } from "../../modules/hardware";

export const onControl: Usb["onControl"];
export const onRate: Usb["onRate"];
export const rate: Usb["rate"];
