/** The heap of the firmware's application, asked for as a debugger would (`heap_inspection` in hosts/rp2/main.c). */
import type { MachineHeap } from "../device";
import { type Machine, ramBase } from "./machine";

/** How long its thread may be busy before it tells its heap, in ms. */
const limit = 1000;

/** `address` is where the figures are; `millisecond` lets one pass. Throws when the thread does not tell them. */
export async function inspectHeap(
  chip: Machine,
  address: number,
  millisecond: () => Promise<unknown>,
): Promise<MachineHeap> {
  const figures = new DataView(chip.ram.buffer, chip.ram.byteOffset + address - ramBase, 28);
  figures.setUint32(0, 1, true);
  for (let ms = 0; figures.getUint32(0, true) !== 0; ms++) {
    if (ms === limit) throw new Error(`The firmware has not told its heap within ${limit} ms.`);
    await millisecond();
  }
  const at = (word: number) => figures.getUint32(4 * word, true);
  return {
    slots: at(1),
    slotCapacity: at(2),
    chunks: at(3),
    chunkCapacity: at(4),
    stack: at(5),
    stackCapacity: at(6),
  };
}
