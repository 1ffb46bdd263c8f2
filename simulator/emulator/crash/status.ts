/** Status registers in words: xPSR, and what an RP2350's core says about faults (Armv8-M D1.2). */
import { hex } from "../lanes";

const flags = [
  [31, "N"],
  [30, "Z"],
  [29, "C"],
  [28, "V"],
  [27, "Q"],
] as const;

/** CFSR: bits 0 to 7 are MMFSR, 8 to 15 BFSR, 16 to 31 UFSR. */
const configurable: Record<number, string> = {
  0: "IACCVIOL, an instruction was fetched where that is forbidden",
  1: "DACCVIOL, an access was forbidden",
  3: "MUNSTKERR, on the return from an exception",
  4: "MSTKERR, on the entry to an exception",
  5: "MLSPERR, when float registers were saved",
  8: "IBUSERR, there is nothing where an instruction was fetched",
  9: "PRECISERR, there is nothing at the address of an access",
  10: "IMPRECISERR, an access failed after the core had gone on",
  11: "UNSTKERR, on the return from an exception",
  12: "STKERR, on the entry to an exception",
  13: "LSPERR, when float registers were saved",
  16: "UNDEFINSTR, an undefined instruction",
  17: "INVSTATE, not Thumb code",
  18: "INVPC, a wrong return from an exception",
  19: "NOCP, a coprocessor that is off or not there",
  20: "STKOF, the stack pointer went below its limit",
  24: "UNALIGNED, an unaligned access",
  25: "DIVBYZERO, a division by zero",
};
const busAddressValid = 15;
const hardFault: Record<number, string> = {
  1: "VECTTBL, the vector could not be read",
  30: "FORCED, another fault could not be handled as itself",
  31: "DEBUGEVT, a debug event",
};

export interface FaultStatus {
  faultStatus: number;
  hardFaultStatus: number;
  faultAddress: number;
}

/** "N Z C, Thumb, in HardFault": a capital letter for each flag that is set. */
export function xpsrText(xpsr: number, exception: string): string {
  const set = flags.flatMap(([bit, name]) => ((xpsr >>> bit) & 1 ? [name] : []));
  const thumb = (xpsr >>> 24) & 1 ? "Thumb" : "not Thumb";
  const it = ((xpsr >>> 25) & 3) | ((xpsr >>> 8) & 0xfc);
  return [set.join(" ") || "no flags", thumb, ...(it ? ["in an IT block"] : []), `in ${exception}`].join(", ");
}

export function faultText({ faultStatus, hardFaultStatus, faultAddress }: FaultStatus): string[] {
  const words = (value: number, names: Record<number, string>) =>
    Object.entries(names).flatMap(([bit, name]) => ((value >>> Number(bit)) & 1 ? [name] : []));
  const line = (name: string, value: number, names: Record<number, string>) =>
    `${name} ${hex(value)}  ${words(value, names).join("; ") || "nothing"}`;
  const lines = [line("CFSR", faultStatus, configurable), line("HFSR", hardFaultStatus, hardFault)];
  return (faultStatus >>> busAddressValid) & 1 ? [...lines, `BFAR ${hex(faultAddress)}`] : lines;
}
