/** The M0+'s arithmetic of doubles, on an emulated core, beside this machine's own (IEEE 754 binary64). */
import { beforeAll, describe, expect, test } from "vitest";

import { M0Plus, ram } from "../../bench/chip/m0plus";
import { buildImage } from "../../tools/bare-metal";
import { hasToolchain } from "../../tools/toolchain";
import { fromBits, inText, integers, pairs, specials } from "./doubles";

const operations: [name: string, inC: string, expected: (a: number, b: number) => number][] = [
  ["sums", "add", (a, b) => a + b],
  ["differences", "subtract", (a, b) => a - b],
  ["products", "multiply", (a, b) => a * b],
  ["quotients", "divide", (a, b) => a / b],
];

const relations: ((a: number, b: number) => boolean)[] = [
  (a, b) => a === b,
  (a, b) => a < b,
  (a, b) => a <= b,
  (a, b) => a >= b,
  (a, b) => a > b,
  (a, b) => Number.isNaN(a) || Number.isNaN(b),
];

const limit = (value: number, from: number, to: number) => Math.min(to, Math.max(from, Math.trunc(value)));

/** Numbers around the ends of what words hold, and at random. */
function toConvert(count: number): Float64Array {
  const ends = [0, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 52].flatMap((end) =>
    [-2, -1, -0.75, -0.5, -(2 ** -22), 0, 2 ** -22, 0.5, 0.75, 1, 2].map((step) => end + step),
  );
  const words = Array.from(integers(count), (word, i) => word / 2 ** (i % 34));
  return Float64Array.from([...ends, ...specials, ...words]).filter((x) => !Number.isNaN(x));
}

// The first `npm run firmware` of a machine fetches the compiler.
describe.skipIf(!hasToolchain())("doubles on a Cortex-M0+ (needs the firmware's toolchain)", () => {
  const room = 4000;
  let core: M0Plus;
  let [a, b, results]: [number, number, number] = [0, 0, 0];

  beforeAll(async () => {
    const sources = ["test/arithmetic/double.c", "hosts/rp2/arithmetic/double.c"];
    core = new M0Plus(await buildImage("double", "cortex-m0plus", ram, sources, ["-Ihosts/rp2"]));
    [a, b, results] = [core.allocate(8 * room), core.allocate(8 * room), core.allocate(8 * room)];
  });

  const bytesOf = (numbers: Float64Array | Int32Array | Uint32Array) => new Uint8Array(numbers.buffer.slice(0));

  function ofPairs(inC: string, list: [number, number][]): ArrayBufferLike {
    core.write(a, bytesOf(Float64Array.from(list, ([a]) => a)));
    core.write(b, bytesOf(Float64Array.from(list, ([, b]) => b)));
    core.call(inC, a, b, results, list.length);
    return core.read(results, 8 * list.length).buffer;
  }

  function converted(inC: string, from: Float64Array | Int32Array | Uint32Array): ArrayBufferLike {
    core.write(a, bytesOf(from));
    core.call(inC, a, results, from.length);
    return core.read(results, 8 * from.length).buffer;
  }

  function inPieces(list: [number, number][], check: (piece: [number, number][]) => void): void {
    for (let at = 0; at < list.length; at += room) check(list.slice(at, at + room));
  }

  const everyPairOfSpecials = specials.flatMap((a) => specials.map((b): [number, number] => [a, b]));

  describe.each(operations)("%s", (_, inC, expected) => {
    const compare = (piece: [number, number][]) => {
      const got = new Float64Array(ofPairs(inC, piece));
      const wrong = piece.flatMap(([a, b], i) =>
        Object.is(got[i], expected(a, b)) ? [] : [`${inC} ${inText(a)} ${inText(b)}: ${inText(got[i] ?? 0)}`],
      );
      expect(wrong).toEqual([]);
    };

    test("of zeros, subnormals, the smallest, the largest, infinities and halves of a last place are IEEE 754's", () => {
      inPieces(everyPairOfSpecials, compare);
    });

    test("of random numbers, near each other, far apart, cancelling or beyond all exponents, are IEEE 754's", () => {
      inPieces(pairs(60_000, 1), compare);
    });
  });

  test("a number that is none goes through whatever is calculated, with its payload, and becomes quiet", () => {
    const signalling = 0x7ff0_0000_0000_0123n;
    const quiet = 0x7ff8_0000_0000_0123n;
    for (const [, inC] of operations)
      for (const other of [1, -0, Infinity, 5e-324])
        for (const bits of [signalling, quiet]) {
          // Bits and not numbers: an engine may change what is in a NaN.
          const words = (first: bigint, second: bigint) => [first, second].flatMap((x) => [x & 0xffff_ffffn, x >> 32n]);
          const one = new BigUint64Array(Float64Array.of(other).buffer)[0] as bigint;
          for (const list of [words(bits, one), words(one, bits)]) {
            const name = { add: "dadd", subtract: "dsub", multiply: "dmul", divide: "ddiv" }[inC] as string;
            const { result, high } = core.call(`__aeabi_${name}`, ...list.map(Number));
            // The sign of a NaN means nothing (IEEE 754 6.3).
            const got = (BigInt(high & 0x7fff_ffff) << 32n) | BigInt(result >>> 0);
            expect(got.toString(16), `${inC} ${other}`).toBe(quiet.toString(16));
          }
        }
  });

  test("what has no result is a quiet number that is none, and positive", () => {
    const none = (inC: string, x: number, y: number) => inText(new Float64Array(ofPairs(inC, [[x, y]]))[0] ?? 0);
    expect([
      none("add", Infinity, -Infinity),
      none("subtract", -Infinity, -Infinity),
      none("multiply", 0, -Infinity),
      none("divide", -0, 0),
      none("divide", Infinity, Infinity),
    ]).toEqual(Array<string>(5).fill("7ff8000000000000"));
  });

  test("comparisons of every kind hold as IEEE 754 says, whatever is compared", () => {
    inPieces([...everyPairOfSpecials, ...pairs(20_000, 2)], (piece) => {
      const got = new Uint32Array(ofPairs("compare", piece));
      const wrong = piece.flatMap(([a, b], i) => {
        const wanted = relations.reduce((bits, holds, bit) => bits | (Number(holds(a, b)) << bit), 0);
        return got[i] === wanted ? [] : [`${inText(a)} ${inText(b)}: ${got[i]}, not ${wanted}`];
      });
      expect(wrong).toEqual([]);
    });
  });

  test("whatever bit of its fraction is set, a number that is none is unordered with all others, and infinity is not", () => {
    const infinity = 0x7ff00000;
    const relationsOf = (a: [number, number], b: [number, number]) =>
      ["eq", "lt", "le", "ge", "gt", "un"].map((name) => core.call(`__aeabi_dcmp${name}`, ...a, ...b).result);
    for (let bit = 0; bit < 52; bit++)
      for (const sign of [0, 0x80000000]) {
        const low = bit < 32 ? (1 << bit) >>> 0 : 0;
        const high = (sign | infinity | (bit < 32 ? 0 : 1 << (bit - 32))) >>> 0;
        for (const other of [0, 0x3ff00000, infinity, 0xfff00000]) {
          expect(relationsOf([low, high], [0, other]), `bit ${bit}`).toEqual([0, 0, 0, 0, 0, 1]);
          expect(relationsOf([0, other], [low, high]), `bit ${bit}`).toEqual([0, 0, 0, 0, 0, 1]);
        }
      }
    expect(relationsOf([0, infinity], [0, infinity])).toEqual([1, 0, 1, 1, 0, 0]);
  });

  test("every word becomes the double that it is", () => {
    const words = integers(room);
    expect(new Float64Array(converted("from_signed", words)).subarray(0, room)).toEqual(Float64Array.from(words));
    const unsigned = new Uint32Array(words.buffer);
    expect(new Float64Array(converted("from_unsigned", unsigned)).subarray(0, room)).toEqual(
      Float64Array.from(unsigned),
    );
  });

  test("a double becomes its whole part, or the nearest word when it is beyond them all", () => {
    const numbers = toConvert(3500);
    const signed = new Int32Array(converted("to_signed", numbers)).subarray(0, numbers.length);
    expect(signed).toEqual(Int32Array.from(numbers, (x) => limit(x, -(2 ** 31), 2 ** 31 - 1)));
    const positive = numbers.filter((x) => x >= 0);
    const unsigned = new Uint32Array(converted("to_unsigned", positive)).subarray(0, positive.length);
    expect(unsigned).toEqual(Uint32Array.from(positive, (x) => limit(x, 0, 2 ** 32 - 1)));
  });

  test("multiplying and dividing keep to exact halves where a subnormal number is rounded", () => {
    // An odd multiple of half the smallest number, made of a normal one: to even (IEEE 754 4.3.1).
    const smallest = fromBits(0, 1);
    const list = Array.from({ length: 64 }, (_, i): [number, number] => [(2 * i + 1) * 2 ** -500, 2 ** -575]);
    const got = new Float64Array(ofPairs("multiply", list));
    expect([...got]).toEqual(list.map((_, i) => smallest * (i % 2 === 0 ? i : i + 1)));
    const divided = new Float64Array(
      ofPairs(
        "divide",
        list.map(([a]) => [a, 2 ** 575]),
      ),
    );
    expect([...divided]).toEqual([...got]);
  });
});
