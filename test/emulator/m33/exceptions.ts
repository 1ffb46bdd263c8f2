/** Random scripts of exceptions.c: what qemu logs of them, and what our core does. */
import { buildImage } from "../../../tools/bare-metal";
import { Random } from "./programs";
import { runOnBoard, runOnQemu } from "./run";
import { ramBase } from "./board";

const scriptSize = 0x10030000;
const script = 0x10100000;
const log = 0x10200000;
const operations = 18;

function build() {
  return buildImage("validate-m33-exceptions", "cortex-m33", ramBase, ["test/emulator/m33/exceptions.c"], []);
}

function scriptImage(seed: number, count: number): Buffer {
  const random = new Random(seed);
  const image = Buffer.alloc(script - scriptSize + 4 * count);
  image.writeUInt32LE(count, 0);
  for (let i = 0; i < count; i++) {
    const operation = (random.word() & 0xffffff00) | random.below(operations);
    // masks are mostly taken away, so that something happens
    const unmask = [2, 3, 4].includes(operation & 0xff) && random.below(3) > 0;
    image.writeUInt32LE((unmask ? operation & 0xff0000ff & ~0xffff00 : operation) >>> 0, script - scriptSize + 4 * i);
  }
  return image;
}

/** The first difference of both logs as text, and how many words they have. */
export async function compareExceptions(seed: number, count: number): Promise<{ words: number; difference?: string }> {
  const image = await build();
  const loaded = { address: scriptSize, bytes: scriptImage(seed, count) };
  const expected = await runOnQemu(image, loaded);
  const board = runOnBoard(image, loaded);
  const actual = new Uint32Array(board.bytes.buffer, log - ramBase, expected.length);
  const at = expected.findIndex((word, i) => word !== actual[i]);
  if (at < 0) return { words: expected.length };
  const from = Math.max(0, at - 12);
  const text = (words: Uint32Array) => [...words.slice(from, at + 8)].map((word) => word.toString(16)).join(" ");
  return { words: expected.length, difference: `word ${at}: ${text(actual)}\n  by qemu: ${text(expected)}` };
}
