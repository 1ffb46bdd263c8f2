// The vendor queue and the audio class (native/usb), for the application.
export function onControl(handler) @ "xs_usb_onControl";
export function onRate(handler) @ "xs_usb_onRate";
export function rate() @ "xs_usb_rate";
