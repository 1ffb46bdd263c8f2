import type { Host } from "../../modules/hardware";

export const platform: Host["platform"];
export const serial: Host["serial"];
export const liveMemory: Host["liveMemory"];
export const differences: Host["differences"];
export const counter: Host["counter"];
export const load: Host["load"];
export const configureSlot: Host["configureSlot"];
export const configurePdm: Host["configurePdm"];
export const configureClocks: Host["configureClocks"];
export const buffer: Host["buffer"];
export const resetWatermarks: Host["resetWatermarks"];
export const nextSequence: Host["nextSequence"];
export const enterBootloader: Host["enterBootloader"];
export const log: Host["log"];
