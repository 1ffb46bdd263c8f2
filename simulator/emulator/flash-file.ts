/** Where an emulated flash keeps its bytes: in memory, or in a file that follows every change. */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";

import { NorFlash } from "./nor-flash";
import type { Uf2Block } from "./uf2";

export interface FlashFile {
  nor: NorFlash;
  close(): void;
}

const flashBase = 0x10000000;

/**
 * A flash of `size` bytes, with what the file has kept if one is named. Throws when it cannot be opened, or is no
 * flash of this size: it would be written over.
 */
export function openFlash(size: number, uniqueId: Uint8Array, file?: string): FlashFile {
  const bytes = new Uint8Array(size).fill(0xff);
  const nor = new NorFlash(bytes, uniqueId);
  if (file === undefined) return { nor, close: () => undefined };
  const descriptor = open(file);
  const kept = fstatSync(descriptor).size;
  if (kept !== 0 && kept !== size) {
    closeSync(descriptor);
    throw new Error(
      `The flash file ${file} has ${kept} bytes, expected ${size}, as this chip's flash: name another file or delete it.`,
    );
  }
  readSync(descriptor, bytes, 0, size, 0);
  const save = (address: number, length: number) => writeSync(descriptor, bytes, address, length, address);
  nor.onChange = save;
  save(0, size);
  return { nor, close: () => closeSync(descriptor) };
}

/** Writes a firmware as a bootloader does: whole sectors, everything else stays. */
export function flashFirmware(nor: NorFlash, blocks: readonly Uf2Block[]): void {
  const sectors = new Set(blocks.map(({ address }) => (address - flashBase) >>> 12));
  for (const sector of sectors) {
    if (sector << 12 >= nor.bytes.length)
      throw new Error(`The firmware does not fit into ${nor.bytes.length} bytes of flash.`);
    nor.bytes.fill(0xff, sector << 12, (sector + 1) << 12);
  }
  for (const { address, data } of blocks) nor.bytes.set(data, address - flashBase);
  for (const sector of sectors) nor.onChange?.(sector << 12, 4096);
}

function open(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT, 0o666);
  } catch (error) {
    throw new Error(`The flash file ${file} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}
