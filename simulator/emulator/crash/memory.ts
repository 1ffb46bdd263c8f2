/** RAM and flash as a report reads them: without anything happening. */
import { ramBase, type Machine } from "../machine";

const flashBase = 0x10000000;

/** A halfword, or undefined where there is neither RAM nor flash. */
export function halfwordAt(machine: Machine, address: number): number | undefined {
  const inRam = (address - ramBase) >>> 0;
  const inFlash = (address - flashBase) >>> 0;
  const [memory, offset] = inRam < machine.ram.length ? [machine.ram, inRam] : [machine.nor.bytes, inFlash];
  if (offset + 1 >= memory.length) return undefined;
  return (memory[offset] as number) | ((memory[offset + 1] as number) << 8);
}

export function wordAt(machine: Machine, address: number): number | undefined {
  const low = halfwordAt(machine, address);
  const high = halfwordAt(machine, address + 2);
  return low === undefined || high === undefined ? undefined : (low | (high << 16)) >>> 0;
}
