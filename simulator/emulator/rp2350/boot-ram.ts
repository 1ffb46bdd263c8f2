/** BOOTRAM (RP2350 datasheet 4.3). */
import { registers, type Page } from "../bus";

/** 1 KB with XOR, set and clear aliases, and the boot locks behind it, of which none is ever taken here (4.3). */
export function bootRamPage(bytes: Uint8Array): Page {
  const words = new DataView(bytes.buffer);
  const locks = 0x808;
  return registers({
    read: (offset) => (offset < bytes.length ? words.getInt32(offset, true) : offset >= locks ? -1 : 0),
    write: (offset, value) => {
      if (offset < bytes.length) words.setInt32(offset, value, true);
    },
  });
}
