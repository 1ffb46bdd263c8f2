/** The RP2040's division of whole numbers, on an emulated core, beside BigInt's. */
import { beforeAll, describe, expect, test } from "vitest";

import { M0Plus, ram } from "../../bench/chip/m0plus";
import { buildImage } from "../../tools/bare-metal";
import { hasToolchain } from "../../tools/toolchain";
import { integers } from "./doubles";

const count = 3000;
const edges = [0n, 1n, 2n, 3n, 7n, 10n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 1n << 32n, (1n << 32n) + 1n, 1n << 62n];
const noise = integers(8 * count).subarray(4 * count);

/** Pairs of a kind, divisors other than 0, and not what overflows. */
function pairsOf(bits: number, signed: boolean): [bigint, bigint][] {
  const fit = (x: bigint) => (signed ? BigInt.asIntN(bits, x) : BigInt.asUintN(bits, x));
  const random = (at: number) => {
    const wide = (BigInt(noise[at] as number) << 32n) | BigInt((noise[at + count] as number) >>> 0);
    return wide >> BigInt((at * 7) % 64);
  };
  const all: [bigint, bigint][] = [
    ...edges.flatMap((a) =>
      edges.flatMap((b): [bigint, bigint][] => [
        [a, b],
        [-a, b],
        [a, -b],
        [-a, -b],
      ]),
    ),
    ...Array.from({ length: count }, (_, i): [bigint, bigint] => [random(i), random(i + 2 * count)]),
  ];
  return all
    .map(([a, b]): [bigint, bigint] => [fit(a), fit(b)])
    .filter(([a, b]) => b !== 0n && !(signed && b === -1n && a === fit(1n << BigInt(bits - 1))));
}

describe.skipIf(!hasToolchain())("whole numbers on an RP2040 (needs the firmware's toolchain)", () => {
  let core: M0Plus;
  let [a, b, results] = [0, 0, 0];

  beforeAll(async () => {
    const sources = ["test/arithmetic/divide.c", "hosts/rp2/arithmetic/divide.c"];
    core = new M0Plus(await buildImage("divide", "cortex-m0plus", ram, sources, ["-Ihosts/rp2"]));
    const room = 8 * (count + 4 * edges.length ** 2);
    [a, b, results] = [core.allocate(room), core.allocate(room), core.allocate(2 * room)];
  });

  test.each([
    ["signed words", "divide_signed", 32, true],
    ["unsigned words", "divide_unsigned", 32, false],
    ["signed pairs of words", "divide_signed_long", 64, true],
    ["unsigned pairs of words", "divide_unsigned_long", 64, false],
  ])("%s are divided as C says, and their remainders are what is left", (_, name, bits, signed) => {
    const list = pairsOf(bits, signed);
    const words = (bytes: Uint8Array) => (bits === 32 ? new Int32Array(bytes.buffer) : new BigInt64Array(bytes.buffer));
    const inWords = (numbers: bigint[]) =>
      new Uint8Array(
        (bits === 32
          ? Int32Array.from(numbers, (x) => Number(BigInt.asIntN(32, x)))
          : BigInt64Array.from(numbers, (x) => BigInt.asIntN(64, x))
        ).buffer,
      );
    core.write(a, inWords(list.map(([a]) => a)));
    core.write(b, inWords(list.map(([, b]) => b)));
    core.call(name, a, b, results, list.length);
    const got = words(core.read(results, (list.length * bits) / 4));
    const wanted = words(inWords(list.flatMap(([a, b]) => [a / b, a % b])));
    expect(got).toEqual(wanted);
  });

  test.each([0, 1, 2, 3])("a division goes on unharmed when an interrupt divides after its step %i", (steps) => {
    for (const [dividend, divisor] of [
      [-1_000_003, 17],
      [5, -3],
      [0x7fffffff, 1],
    ] as const) {
      core.call("divide_interrupted", dividend, divisor, results, steps);
      const other = Math.floor((Math.imul(dividend, 31) >>> 0) / 7) | 0;
      const wanted = Int32Array.of(Math.trunc(dividend / divisor), dividend % divisor, other);
      expect(new Int32Array(core.read(results, 12).buffer)).toEqual(wanted);
    }
  });
});
