import type { Usb } from "../../modules/hardware";

export const onControl: Usb["onControl"];
export const onRate: Usb["onRate"];
export const rate: Usb["rate"];
export const onVolume: Usb["onVolume"];
export const volume: Usb["volume"];
export const errors: Usb["errors"];
export const clearErrors: Usb["clearErrors"];
