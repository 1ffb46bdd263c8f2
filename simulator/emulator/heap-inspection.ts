/** The heap of the firmware's application, asked for as a debugger would (`heap_inspection` in hosts/rp2/main.c). */
import type { Device } from "../device";
import { type Machine, ramBase } from "./machine";

type Heap = Awaited<ReturnType<Device["heap"]>>;

/** How long its thread may be busy before it tells its heap, in ms. */
const limit = 1000;

/** `address` is where the figures are; `millisecond` lets one pass. Throws when the thread does not tell them. */
export async function inspectHeap(chip: Machine, address: number, millisecond: () => Promise<unknown>): Promise<Heap> {
  const figures = new DataView(chip.ram.buffer, chip.ram.byteOffset + address - ramBase, 20);
  figures.setUint32(0, 1, true);
  for (let ms = 0; figures.getUint32(0, true) !== 0; ms++) {
    if (ms === limit) throw new Error(`The firmware has not told its heap within ${limit} ms.`);
    await millisecond();
  }
  const [slots, slotCapacity, chunks, chunkCapacity] = [4, 8, 12, 16].map((at) => figures.getUint32(at, true));
  return { slots, slotCapacity, chunks, chunkCapacity } as Heap;
}
