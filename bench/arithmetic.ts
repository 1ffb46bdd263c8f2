import { M0Plus, ram } from "./chip/m0plus";
import { inText, pairs } from "../test/arithmetic/doubles";
import { buildImage, type Image } from "../tools/bare-metal";

const count = 2000;

/** What a filter's design calculates with: numbers of either sign between 2^-12 and 2^12. */
function likeDesigns(): [number, number][] {
  const scaled = (x: number) => {
    const mantissa = x / 2 ** Math.floor(Math.log2(Math.abs(x)));
    return Number.isFinite(mantissa) ? mantissa * 2 ** (((Math.abs(mantissa) * 2 ** 20) % 24) - 12) : 1;
  };
  return pairs(count, 4).map(([a, b]) => [scaled(a), scaled(b)]);
}

const doubles: [string, string][] = [
  ["a + b", "dadd"],
  ["a - b", "dsub"],
  ["a * b", "dmul"],
  ["a / b", "ddiv"],
  ["a == b", "dcmpeq"],
  ["a < b", "dcmplt"],
  ["a > b", "dcmpgt"],
  ["is either none", "dcmpun"],
  ["to int", "d2iz"],
  ["to unsigned", "d2uiz"],
];
const words: [string, string, boolean][] = [
  ["double of int", "i2d", false],
  ["double of unsigned", "ui2d", false],
  ["int / int", "idivmod", true],
  ["unsigned / unsigned", "uidivmod", true],
  ["64 bits / 64 bits", "ldivmod", true],
];

const halves = (x: number): [number, number] => {
  const bits = inText(x);
  return [parseInt(bits.slice(8), 16), parseInt(bits.slice(0, 8), 16)];
};

/** Cycles of the M0+'s arithmetic beside libgcc's, calls and returns included, and the bytes of each. */
export async function arithmetic(): Promise<void> {
  const named = [...doubles.map(([, name]) => name), ...words.map(([, name]) => name)];
  const wanted = named.map((name) => `-Wl,-u,__aeabi_${name}`);
  const sources = ["hosts/rp2/arithmetic/double.c", "hosts/rp2/arithmetic/divide.c"];
  const build = (name: string, sources: string[]) =>
    buildImage(name, "cortex-m0plus", ram, sources, ["-Ihosts/rp2", ...wanted]);
  const own = await build("arithmetic", sources);
  const theirs = await build("arithmetic-libgcc", ["bench/chip/clock.c"]);
  const list = likeDesigns();
  const rows = [
    ...doubles.map(([what, name]) =>
      row(
        what,
        name,
        own,
        theirs,
        list.map(([a, b]) => [...halves(a), ...halves(b)]),
      ),
    ),
    ...words.map(([what, name, two]) => {
      const arguments_ = list.map(([a, b]) => {
        const [[low], [other]] = [halves(a), halves(b)];
        return name === "ldivmod" ? [low, low >>> 9, other, 0] : two ? [low, (other >>> (low % 32)) | 1] : [low];
      });
      return row(what, name, own, theirs, arguments_);
    }),
  ];
  console.log("Cycles of a Cortex-M0+ (rp2040js), call and return included; the worst of", count);
  console.table(rows);
  console.log(`All of it: ${own.bytes.length} bytes; libgcc's: ${theirs.bytes.length}.`);
}

function row(what: string, name: string, own: Image, theirs: Image, list: number[][]) {
  const [mine, libgcc] = [own, theirs].map((image) => {
    const core = new M0Plus(image);
    const costs = list.map((values) => core.call(`__aeabi_${name}`, ...values).cost);
    return { mean: costs.reduce((sum, cost) => sum + cost) / costs.length, worst: Math.max(...costs) };
  }) as [{ mean: number; worst: number }, { mean: number; worst: number }];
  return {
    operation: what,
    mean: mine.mean.toFixed(0),
    worst: mine.worst,
    "libgcc's mean": libgcc.mean.toFixed(0),
    "worst ": libgcc.worst,
    ratio: (libgcc.mean / mine.mean).toFixed(2),
  };
}
