// What the board and its firmware give the application (hosts/).
export function platform() @ "xs_host_platform";
export function serial() @ "xs_host_serial";
export function liveMemory(bytes) @ "xs_host_liveMemory";
export function differences(words, others, into) @ "xs_host_differences";
export function counter(selector) @ "xs_host_counter";
export function load(core) @ "xs_host_load";
export function configureSlot(slot, type, pin) @ "xs_host_configureSlot";
export function configurePdm(pin) @ "xs_host_configurePdm";
export function configureClocks(bck, mck, mckOn, multiplier) @ "xs_host_configureClocks";
export function buffer(port, figure) @ "xs_host_buffer";
export function resetWatermarks() @ "xs_host_resetWatermarks";
export function nextSequence() @ "xs_host_nextSequence";
export function enterBootloader() @ "xs_host_enterBootloader";
export function log(text) @ "xs_host_log";
