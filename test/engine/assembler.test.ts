import { describe, expect, test } from "vitest";

import { designBand } from "../../modules/dsp/biquad";
import { hasToolchain } from "../../tools/toolchain";
import { engineImage } from "../../bench/chip/image";
import { M0Plus } from "../../bench/chip/m0plus";
import { buildTool, runTool } from "./programs";
import { random } from "./session";

/** Of struct band and struct band_state. */
const bandBytes = 26;
const stateBytes = 12;

interface Case {
  name: string;
  design: Uint8Array;
  state: Int32Array;
  samples: Int32Array;
}

const next = random(7);
const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
const word = () => Math.floor(next() * 2 ** 32) | 0;
const extremes = [0, 1, -1, 0x7fffffff, -0x80000000, 0xffff, 0x10000, -0x10000, 0x7fff0000, 0x7fff8000];

const waves: Record<string, (n: number) => number> = {
  "whole-range noise": word,
  extremes: () => pick(extremes),
  "full-scale square wave": (n) => (n & 16 ? 0x7fffffff : -0x80000000),
  "music-like noise": () => word() >> 4,
  silence: () => 0,
};

function makeCase(samples: number): Case {
  const rate = pick([44_100, 48_000, 96_000]);
  const type = pick([1, 1, 1, 2, 3, 4, 5]);
  const frequency = Math.min(10 * 10 ** (next() * 3.4), 0.49 * rate);
  const q = 0.1 * 10 ** (next() * 2.3);
  const gain = pick([-60, -20, -6, -1, 0.1, 3, 12, 20]);
  const d = designBand(type, frequency, q, gain, rate);
  const wave = pick(Object.keys(waves));
  const state = next() < 0.5 ? new Int32Array(3) : Int32Array.from([pick(extremes), word(), 0]);
  return {
    name: `type ${type}, ${frequency.toFixed(1)} Hz of ${rate}, Q ${q.toFixed(2)}, ${gain} dB, ${samples} samples of ${wave}`,
    design: new Uint8Array(Float64Array.of(d.a1m1, d.a2, d.a3, d.m0, d.m1, d.m2).buffer),
    state,
    samples: Int32Array.from({ length: samples }, (_, n) => (waves[wave] as (n: number) => number)(n)),
  };
}

function bytesOf(array: Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** What the C code makes of each case: the band as held, then state and samples. */
async function inC(cases: Case[]): Promise<{ band: Uint8Array; after: Uint8Array }[]> {
  const input = cases.flatMap(({ design, state, samples }) => [
    design,
    bytesOf(state),
    bytesOf(Int32Array.of(samples.length)),
    bytesOf(samples),
  ]);
  const { stdout } = await runTool(await buildTool("assembler", "rp2040"), Buffer.concat(input));
  let at = 0;
  return cases.map(({ samples }) => {
    const middle = at + bandBytes;
    const end = middle + stateBytes + samples.byteLength;
    const result = { band: stdout.subarray(at, middle), after: stdout.subarray(middle, end) };
    at = end;
    return result;
  });
}

// The first `npm run firmware` of a machine fetches the compiler.
describe.skipIf(!hasToolchain())("on a Cortex-M0+ (needs the firmware's toolchain)", () => {
  test("filters give the bits that they give in C, whatever comes", async () => {
    const cases = Array.from({ length: 600 }, (_, i) => makeCase(1 + (i % 98)));
    const core = new M0Plus(await engineImage("rp2040"));
    const [design, band, state, samples] = [48, bandBytes, stateBytes, 400].map((bytes) => core.allocate(bytes)) as [
      number,
      number,
      number,
      number,
    ];
    const expected = await inC(cases);
    cases.forEach((each, i) => {
      core.write(design, each.design);
      core.write(state, bytesOf(each.state));
      core.write(samples, bytesOf(each.samples));
      core.call("band_quantise", band, design);
      core.call("cascade_run", band, state, 1, samples, each.samples.length, 0);
      const { band: held, after } = expected[i] as (typeof expected)[number];
      expect(core.read(band, bandBytes), `coefficients of ${each.name}`).toEqual(Uint8Array.from(held));
      const result = Buffer.concat([core.read(state, stateBytes), core.read(samples, each.samples.byteLength)]);
      expect(Buffer.compare(result, after), each.name).toBe(0);
    });
  });
});
