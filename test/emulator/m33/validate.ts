/** Random programs run by qemu's Cortex-M33 and by ours, and what both end in, compared. */
import { buildImage, type Image } from "../../../tools/bare-metal";
import { ramBase } from "./board";
import { batchSize, codeBytes, place, type Program, program, Random, recordWords } from "./programs";
import { runOnBoard, runOnQemu } from "./run";

export function harness(): Promise<Image> {
  return buildImage("validate-m33", "cortex-m33", ramBase, ["test/emulator/m33/harness.c"], []);
}

/** Memory from the count of programs on: what harness.c reads. */
function batchImage(programs: Program[], seed: number): Buffer {
  const image = Buffer.alloc(place.code + codeBytes * batchSize - place.count);
  image.writeUInt32LE(programs.length, 0);
  image.writeUInt32LE((seed | 1) >>> 0, 4);
  programs.forEach(({ code, state }, i) => {
    const at = place.code + codeBytes * i;
    state[15] = at;
    state.forEach((word, j) => image.writeUInt32LE(word, place.records - place.count + 4 * (recordWords * i + j)));
    code.forEach((halfword, j) => image.writeUInt16LE(halfword, at - place.count + 2 * j));
  });
  return image;
}

/** Cumulative exception flags of FPSCR are not modelled. */
const fpscrMask = 0xf7c00000;
const names = [
  ...Array.from({ length: 13 }, (_, i) => `r${i}`),
  ...["sp", "lr", "pc", "xpsr"],
  ...Array.from({ length: 32 }, (_, i) => `s${i}`),
  ...["fpscr", "exception", "cfsr", "exc_return", "memory"],
];

export interface Difference {
  program: number;
  text: string;
}

/** Runs programs of a seed on both cores; gives the first differences. */
export async function compare(image: Image, seed: number, count: number): Promise<Difference[]> {
  const random = new Random(seed);
  const programs = Array.from({ length: count }, () => program(random));
  const before = programs.map(({ state }) => state.slice());
  const loaded = { address: place.count, bytes: batchImage(programs, seed) };
  const expected = await runOnQemu(image, loaded);
  const board = runOnBoard(image, loaded);
  const actual = new Uint32Array(board.bytes.buffer, place.records - ramBase, recordWords * count);
  const differences: Difference[] = [];
  programs.forEach(({ code }, i) => {
    const different: string[] = [];
    for (let j = 0; j < recordWords; j++) {
      const mask = names[j] === "fpscr" ? fpscrMask : 0xffffffff;
      const want = ((expected[recordWords * i + j] as number) & mask) >>> 0;
      const is = ((actual[recordWords * i + j] as number) & mask) >>> 0;
      if (want !== is) different.push(`${names[j]} 0x${is.toString(16)}, by qemu 0x${want.toString(16)}`);
    }
    if (different.length === 0) return;
    const halfwords = code.slice(0, code.indexOf(0xdf00) + 1).map((word) => word.toString(16).padStart(4, "0"));
    const start = before[i]?.slice(0, 50);
    const registers = start ? [...start].map((word, j) => `${names[j]}=${word.toString(16)}`).join(" ") : "";
    differences.push({ program: i, text: `${halfwords.join(" ")}\n  ${different.join("; ")}\n  from ${registers}` });
  });
  return differences;
}
