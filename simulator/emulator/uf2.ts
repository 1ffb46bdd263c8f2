/** UF2: 512-byte blocks that say where in flash their payload goes (microsoft/uf2, "File format"). */

const blockBytes = 512;
const magics = [0x0a324655, 0x9e5d5157] as const;
const finalMagic = 0x0ab16f30;
const elfMagic = [0x7f, 0x45, 0x4c, 0x46];
const notMainFlash = 0x00000001;
const familyPresent = 0x00002000;
/** Families of the two chips' images (pico-sdk, boot/uf2.h). */
export const uf2Families = { rp2040: 0xe48bff56, rp2350: 0xe48bff59 } as const;

/** Families that are taken for the chips', and what they are instead. */
const others: Record<string, string> = {
  "0xe48bff57": "absolute addresses, for no chip in particular",
  "0xe48bff58": "data for a chip of any kind",
  "0xe48bff5a": "the RP2350's RISC-V cores; build for its Arm cores",
  "0xe48bff5b": "the RP2350's Arm cores in the Non-secure state; build for Secure",
};

export interface Uf2Block {
  address: number;
  data: Uint8Array;
}

export interface Uf2 {
  chip: keyof typeof uf2Families;
  blocks: Uf2Block[];
}

/** The blocks of a file for the first chip in it, in their order; throws when it is no UF2 file or is for something else. */
export function readUf2(file: Uint8Array): Uf2 {
  if (elfMagic.every((byte, at) => file[at] === byte))
    throw new Error("This is no UF2 file but an ELF file: give the UF2 file that was made with it.");
  if (file.length === 0 || file.length % blockBytes !== 0)
    throw new Error(`This is no UF2 file: it has ${file.length} bytes, expected a multiple of ${blockBytes}.`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found = new Set<string>();
  let chip: Uf2["chip"] | undefined;
  const blocks: Uf2Block[] = [];
  for (let at = 0; at < file.length; at += blockBytes) {
    const word = (index: number) => view.getUint32(at + 4 * index, true);
    if (word(0) !== magics[0] || word(1) !== magics[1] || word(127) !== finalMagic)
      throw new Error(`This is no UF2 file: block ${at / blockBytes} has no magic numbers.`);
    const flags = word(2);
    const payload = word(4);
    if (payload > 476)
      throw new Error(`Block ${at / blockBytes} of the UF2 file claims ${payload} bytes, at most 476 fit.`);
    const family = flags & familyPresent ? chipOf(word(7)) : undefined;
    if (flags & familyPresent) found.add(`0x${word(7).toString(16)}`);
    if (flags & notMainFlash || !family || family !== (chip ?? family)) continue;
    chip = family;
    blocks.push({ address: word(3), data: file.subarray(at + 32, at + 32 + payload) });
  }
  const [number, count] = [5, 6].map((index) => view.getUint32(file.length - blockBytes + 4 * index, true)) as [
    number,
    number,
  ];
  if (number + 1 < count)
    // a boot ROM would wait for the others
    throw new Error(`The UF2 file is cut off: it ends with block ${number + 1} of ${count}. Copy or build it anew.`);
  if (chip) return { chip, blocks };
  const expected = Object.entries(uf2Families).map(([name, family]) => `0x${family.toString(16)} (${name})`);
  const families = [...found].map((family) => (others[family] ? `${family} (${others[family]})` : family));
  const what = families.length > 0 ? `is for another chip: its family is ${families.join(", ")}` : "names no family";
  throw new Error(`The UF2 file ${what}, expected ${expected.join(" or ")}.`);
}

function chipOf(family: number): Uf2["chip"] | undefined {
  return (["rp2040", "rp2350"] as const).find((chip) => uf2Families[chip] === family);
}
