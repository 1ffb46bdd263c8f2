// The vendor queue and the audio class (native/usb), for the application.
export function onControl(handler) @ "xs_usb_onControl";
export function onRate(handler) @ "xs_usb_onRate";
export function rate() @ "xs_usb_rate";
export function onVolume(handler) @ "xs_usb_onVolume";
export function volume() @ "xs_usb_volume";
export function errors(kind) @ "xs_usb_errors";
export function clearErrors() @ "xs_usb_clearErrors";
