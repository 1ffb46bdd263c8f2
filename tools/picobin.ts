/**
 * The blocks by which an RP2350's boot ROM tells what an image is (RP2350 datasheet, 5.1.5 and 5.9): a loop of them, the
 * first in the image's first 4 KB, each a list of items and the way to the next.
 */

const start = 0xffffded3;
const end = 0xab123579;
const searchedBytes = 4096;

const itemTypes = { imageType: 0x42, last: 0x7f, ignored: 0x7e } as const;
/** An item's size has one byte or two (bit 7 of its type). */
const longSize = 0x80;

export interface Block {
  /** Offset in the image. */
  at: number;
  /** Type, without the bit of its size, and words of each item, the last one left out. */
  items: { type: number; words: Uint32Array }[];
}

/** IMAGE_TYPE_FLAGS of an executable for the Arm cores of an RP2350 in secure state (5.9.3.1). */
const armExecutable = 0x1021;

/** Follows the loop in an image that lies at the beginning of flash. Throws an Error that says where it is broken. */
export function readBlocks(image: DataView): Block[] {
  const first = findFirst(image);
  const blocks: Block[] = [];
  for (let at = first; ;) {
    const { block, next } = readBlock(image, at);
    blocks.push(block);
    if (next === first) return blocks;
    if (blocks.some((other) => other.at === next)) throw new Error(`the loop of blocks never returns to its first`);
    at = next;
  }
}

/** Throws an Error unless the boot ROM would start the image: one IMAGE_DEF in a closed loop. */
export function checkImageDefinition(image: DataView): void {
  const definitions = readBlocks(image).filter(({ items }) => items[0]?.type === itemTypes.imageType);
  if (definitions.length !== 1) throw new Error(`${definitions.length} IMAGE_DEF blocks, expected one`);
  const flags = (definitions[0]?.items[0]?.words[0] ?? 0) >>> 16;
  if (flags !== armExecutable)
    throw new Error(`an image of type 0x${flags.toString(16)}, expected 0x${armExecutable.toString(16)}`);
}

function findFirst(image: DataView): number {
  for (let at = 0; at < searchedBytes; at += 4) if (image.getUint32(at, true) === start) return at;
  throw new Error(`no block in the first ${searchedBytes} bytes`);
}

function readBlock(image: DataView, first: number): { block: Block; next: number } {
  const word = (at: number): number => {
    if (at < 0 || at + 4 > image.byteLength || at % 4 !== 0) throw new Error(`a block at ${at}, outside the image`);
    return image.getUint32(at, true);
  };
  if (word(first) !== start) throw new Error(`no block at ${first}, where the one before it points`);
  const items: Block["items"] = [];
  let at = first + 4;
  for (;;) {
    const head = word(at);
    const type = head & 0x7f;
    const size = head & longSize ? (head >>> 8) & 0xffff : (head >>> 8) & 0xff;
    if (type === itemTypes.last) {
      if (at !== first + 4 + 4 * size) throw new Error(`the block at ${first} does not have the ${size} words it says`);
      break;
    }
    if (size === 0) throw new Error(`an item of no words at ${at}`);
    items.push({ type, words: Uint32Array.from({ length: size }, (_, i) => word(at + 4 * i)) });
    at += 4 * size;
  }
  if (word(at + 8) !== end) throw new Error(`the block at ${first} has no end`);
  return { block: { at: first, items }, next: first + (word(at + 4) | 0) };
}
