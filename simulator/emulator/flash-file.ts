/** Where an emulated flash keeps its bytes: in memory, or in a file that follows every change. */
import { spawnSync } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";

import { NorFlash } from "./nor-flash";
import type { Uf2Block } from "./uf2";

export interface FlashFile {
  nor: NorFlash;
  close(): void;
}

const flashBase = 0x10000000;

/**
 * A flash of `size` bytes, with what the file has kept if one is named. Throws when it cannot be opened, when another
 * device uses it, or when it is no flash of this size: it would be written over.
 */
export function openFlash(size: number, uniqueId: Uint8Array, file?: string): FlashFile {
  const bytes = new Uint8Array(size).fill(0xff);
  const nor = new NorFlash(bytes, uniqueId);
  if (file === undefined) return { nor, close: () => undefined };
  const descriptor = open(file);
  try {
    lock(descriptor, file);
    const kept = fstatSync(descriptor).size;
    if (kept !== 0 && kept !== size)
      throw new Error(
        `The flash file ${file} has ${kept} bytes, expected ${size}, as this chip's flash: name another file or delete it.`,
      );
  } catch (error) {
    closeSync(descriptor);
    throw error;
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

/**
 * The lock of hosts/desktop/flash.c, by util-linux's flock: it belongs to the open file, which that program inherits, and
 * so lasts until that is closed here.
 */
function lock(descriptor: number, file: string): void {
  const { error, status } = spawnSync("flock", ["--nonblock", "3"], {
    stdio: ["ignore", "ignore", "ignore", descriptor],
  });
  if (error) throw new Error(`The flash file ${file} cannot be locked: ${error.message}`, { cause: error });
  if (status !== 0) throw new Error(`The flash file ${file} is in use: another device uses it, name another file.`);
}
