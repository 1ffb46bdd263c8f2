/** What the boot ROM looks for in flash: a loop of blocks with an IMAGE_DEF in it (RP2350 datasheet 5.1.5 and 5.9). */

const firstMarker = 0xffffded3;
const lastMarker = 0xab123579;
/** The first block begins in here, in bytes. */
const searched = 4096;
const flashBase = 0x10000000;
/** Types of items (5.9.3); bit 7 says that the size has 16 bits. */
const item = { vectorTable: 0x03, entryPoint: 0x44, imageType: 0x42, last: 0x7f } as const;
/** IMAGE_TYPE: an executable for Arm in Secure state on an RP2350. */
const imageType = { mask: 0x773f, wanted: 0x1021 } as const;

export interface Image {
  /** Address of the vector table. */
  vectors: number;
  /** Stack pointer and entry, where ENTRY_POINT gives them instead of the vectors. */
  sp?: number;
  entry?: number;
}

/** The image to start, or in plain words why there is none. */
export function findImage(flash: Uint8Array): Image | string {
  const view = new DataView(flash.buffer, flash.byteOffset, flash.byteLength);
  const first = Array.from({ length: searched / 4 }, (_, word) => 4 * word).find(
    (at) => view.getUint32(at, true) === firstMarker,
  );
  if (first === undefined) return `There is no IMAGE_DEF in the first ${searched} bytes of flash.`;
  let image: Image | undefined;
  let at = first;
  for (let blocks = 0; blocks < 16; blocks++) {
    const block = readBlock(view, at);
    if (typeof block === "string") return block;
    image = block.image ?? image;
    at += block.next;
    if (block.next === 0 || at === first) break;
    if (blocks === 15) return `The block loop at 0x${first.toString(16)} of flash does not close.`;
  }
  return image ?? `The block loop at 0x${first.toString(16)} of flash has no IMAGE_DEF of an Arm executable.`;
}

function readBlock(view: DataView, start: number): { next: number; image: Image | undefined } | string {
  const broken = `The block at 0x${start.toString(16)} of flash is broken.`;
  if (start < 0 || start + 16 > view.byteLength || view.getUint32(start, true) !== firstMarker) return broken;
  const image: Image = { vectors: flashBase };
  let executable = false;
  for (let at = start + 4; at + 12 <= view.byteLength;) {
    const head = view.getUint32(at, true);
    const type = head & 0x7f;
    const words = head & 0x80 ? (head >> 8) & 0xffff : (head >> 8) & 0xff;
    const word = (index: number) => view.getUint32(at + 4 * index, true);
    if (type === item.last) {
      if (word(2) !== lastMarker) return broken;
      return { next: word(1) | 0, image: executable ? image : undefined };
    }
    if (type === item.imageType) executable = ((head >>> 16) & imageType.mask) === imageType.wanted;
    else if (type === item.vectorTable) image.vectors = word(1);
    else if (type === item.entryPoint) [image.entry, image.sp] = [word(1), word(2)];
    if (words === 0) return broken;
    at += 4 * words;
  }
  return broken;
}
