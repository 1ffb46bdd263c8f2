import { describe, expect, it } from "vitest";

import type { Flash } from "../hardware";
import { Bench, f32 } from "../testing/bench";
import { crc32 } from "../testing/crc32";
import { RamFlash } from "../testing/ram-flash";

const chips = [
  { id: 0, outputs: 5, slots: 2 },
  { id: 1, outputs: 9, slots: 4 },
];

const [saveActive, reload, factoryReset] = [0x51, 0x52, 0x53];
const [save, load, remove] = [0x90, 0x91, 0x92];

/** The answer of an IN request of one byte. */
function status(bench: Bench, request: number, value = 0): number | undefined {
  return bench.in(request, value)?.[0];
}

/** A device with what an earlier one left in its flash, after power-on. */
function powerCycle(bench: Bench, id = 1): Bench {
  return new Bench(id, { flash: bench.flash });
}

function name(bench: Bench, slot: number): string {
  return String.fromCharCode(...(bench.in(0x93, slot) ?? []).filter((byte) => byte !== 0));
}

function rename(bench: Bench, slot: number, text: string) {
  return bench.out(
    0x94,
    slot,
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
  );
}

const bulk = (bench: Bench) => bench.in(0xa0, 0, 4096) as number[];
/** The bulk packet without the master volume. */
const sound = (bench: Bench) => bulk(bench).slice(0, 2880);

function dress(bench: Bench, seed: number): void {
  bench.band(1, 3, 1 + (seed % 5), 100 * seed, 1.5, -seed);
  bench.out(0x78, 1, f32(seed));
  bench.out(0x74, 0, f32(-seed));
  bench.out(0x9b, 2, [70 + seed, 0x61]);
  bench.route(1, 0, 1, 1, -seed);
}

for (const { id, outputs, slots } of chips)
  describe(`presets of platform ${id}`, () => {
    it("fresh: startup with slot 0, pins included, volume mode 0 at −20 dB, no slot occupied, slot 0 named Default", () => {
      const bench = new Bench(id);
      expect(bench.in(0x95)).toEqual([0, 0, 0, 0, 0, 1, 0]);
      expect(bench.in(0x97)).toEqual([0, 0, 0]);
      expect([0x99, 0x9a, 0xd5].map((get) => status(bench, get))).toEqual([1, 0, 0]);
      expect(bench.inF32(0xd7)).toBe(-20);
      expect(name(bench, 0)).toBe("Default");
      for (let slot = 1; slot < 10; slot++) expect(bench.in(0x93, slot)).toEqual(new Array<number>(32).fill(0));
      for (const slot of [10, 255]) expect(bench.in(0x93, slot)).toBeUndefined();
    });

    it("saving and loading bring back every parameter, also after power has been off", () => {
      const bench = new Bench(id);
      const saved = [];
      for (let slot = 0; slot < 10; slot++) {
        dress(bench, slot + 1);
        expect(status(bench, save, slot)).toBe(0);
        expect(status(bench, 0x9a)).toBe(slot);
        saved.push(sound(bench));
      }
      expect(bench.in(0x95)).toEqual([0xff, 0x03, 0, 0, 9, 1, 0]);
      const again = powerCycle(bench, id);
      for (let slot = 9; slot >= 0; slot--) {
        expect(status(again, load, slot)).toBe(0);
        expect(sound(again)).toEqual(saved[slot] as number[]);
        expect(again.in(0x97)).toEqual([0, 0, slot]);
      }
    });

    it("a channel's delay comes back though its output's is another", () => {
      const bench = new Bench(id);
      bench.out(0x48, 2, f32(5));
      status(bench, save, 1);
      bench.in(factoryReset);
      status(bench, load, 1);
      expect([bench.inF32(0x49, 2), bench.inF32(0x79, 0)]).toEqual([5, 0]);
    });

    it("loading is heard through a short silence, with one commit", () => {
      const bench = new Bench(id);
      status(bench, save, 3);
      dress(bench, 4);
      const commits = bench.engine.commits.length;
      status(bench, load, 3);
      expect(bench.engine.commits).toHaveLength(commits + 1);
      expect(bench.engine.afresh).toBe(true);
      bench.out(0x74, 0, f32(-1));
      expect(bench.engine.afresh).toBe(false);
    });

    it("loading an empty slot is factory defaults, and makes it active", () => {
      const bench = new Bench(id);
      const defaults = sound(bench);
      dress(bench, 2);
      expect(status(bench, load, 7)).toBe(0);
      expect(sound(bench)).toEqual(defaults);
      expect(bench.in(0x97)).toEqual([0, 0, 7]);
      expect(status(bench, 0x9a)).toBe(7);
    });

    it("slots that do not exist are refused: nothing happens", () => {
      const bench = new Bench(id);
      dress(bench, 3);
      const before = bulk(bench);
      for (const slot of [10, 11, 255])
        for (const request of [save, load, remove]) expect(status(bench, request, slot)).toBe(1);
      expect(rename(bench, 10, "x")).toBe(true);
      expect(bulk(bench)).toEqual(before);
      expect(bench.in(0x95)).toEqual([0, 0, 0, 0, 0, 1, 0]);
      expect(status(bench, save, 0x0100)).toBe(0); // only the low byte counts
      expect(bench.in(0x95)?.[0]).toBe(1);
    });

    it("a damaged preset changes nothing and says so", () => {
      const flash = new RamFlash(64);
      const bench = new Bench(id, { flash });
      dress(bench, 6);
      status(bench, save, 2);
      status(bench, load, 5);
      corrupt(flash, [76, 0x61]); // the name that `dress` gave to a channel
      const again = powerCycle(bench, id);
      const before = bulk(again);
      const directory = again.in(0x95);
      expect(directory?.[0]).toBe(1 << 2);
      expect(status(again, load, 2)).toBe(3);
      expect(bulk(again)).toEqual(before);
      expect(again.in(0x95)).toEqual(directory as number[]);
      expect(again.host.logged).toEqual(["Preset 2 is damaged and cannot be read."]);
      expect(status(again, save, 2)).toBe(0);
      expect(status(again, load, 2)).toBe(0);
    });

    it("deleting takes preset and name along; without the active one, factory defaults are live", () => {
      const bench = new Bench(id);
      const defaults = sound(bench);
      for (const slot of [0, 4]) {
        dress(bench, slot + 1);
        rename(bench, slot, `Slot ${slot}`);
        status(bench, save, slot);
      }
      expect(status(bench, remove, 0)).toBe(0);
      expect([name(bench, 0), name(bench, 4)]).toEqual(["", "Slot 4"]);
      expect(bench.inF32(0x75, 0)).toBe(-5); // slot 4 is live still
      expect(status(bench, remove, 4)).toBe(0);
      expect(sound(bench)).toEqual(defaults);
      expect(status(bench, 0x9a)).toBe(4);
      expect(bench.in(0x95)?.slice(0, 2)).toEqual([0, 0]);
      expect(status(bench, remove, 4)).toBe(0); // of an empty slot
    });

    it("names are kept to 31 bytes, for occupied slots and empty ones", () => {
      const bench = new Bench(id);
      rename(bench, 3, "a".repeat(64));
      rename(bench, 9, "Cinema");
      status(bench, save, 9);
      const again = powerCycle(bench, id);
      expect(again.in(0x93, 3)).toEqual([...new Array<number>(31).fill(97), 0]);
      expect(name(again, 9)).toBe("Cinema");
      expect(again.in(0x93, 0x0109)).toEqual(again.in(0x93, 9) as number[]);
    });

    it("power-on loads the default slot, or the last active one in startup mode 1", () => {
      const bench = new Bench(id);
      dress(bench, 1);
      status(bench, save, 1);
      dress(bench, 2);
      status(bench, save, 2);
      bench.out(0x96, 0, [0, 1]);
      let again = powerCycle(bench, id);
      expect([status(again, 0x9a), again.inF32(0x75, 0)]).toEqual([1, -1]);
      expect(again.in(0x97)).toEqual([0, 1, 2]); // the directory as it was
      again.out(0x96, 0, [1, 5]);
      again = powerCycle(again, id);
      expect([status(again, 0x9a), again.inF32(0x75, 0)]).toEqual([2, -2]);
      expect(again.engine.outputs[0]?.gain).toBeCloseTo(Math.pow(10, -2 / 20), 12);
      again.out(0x96, 0, [0, 5]);
      again = powerCycle(again, id);
      expect([status(again, 0x9a), again.inF32(0x75, 0)]).toEqual([5, 0]);
    });

    it("startup policies that make no sense, and short ones, are ignored", () => {
      const bench = new Bench(id);
      bench.out(0x96, 0, [1, 3]);
      for (const payload of [[2, 0], [255, 0], [0, 10], [0, 255], [0]]) expect(bench.out(0x96, 0, payload)).toBe(true);
      expect(bench.in(0x97)).toEqual([1, 3, 0]);
    });

    it("a machine that starts anew keeps the live parameters and the active slot", () => {
      const bench = new Bench(id);
      dress(bench, 1);
      status(bench, save, 6);
      bench.out(0x96, 0, [0, 3]);
      dress(bench, 8);
      const before = bulk(bench);
      const again = new Bench(id, { flash: bench.flash, memory: bench.host.memory });
      expect(bulk(again)).toEqual(before);
      expect(status(again, 0x9a)).toBe(6);
    });

    it("pins are part of a preset and applied to the hardware, or left alone when presets do not include them", () => {
      const bench = new Bench(id);
      bench.in(0x7c, 16 << 8);
      bench.in(0xc2, 20);
      bench.in(0xc0, 1 << 8);
      status(bench, save, 1);
      bench.in(factoryReset);
      expect([bench.in(0x7d, 0), bench.in(0xc3), bench.in(0xc1, 0)]).toEqual([[6], [14], [0]]);
      bench.host.configured = [];
      status(bench, load, 1);
      expect(bench.host.configured).toEqual(["bck 20 mck 13 off", "slot 0 i2s 16"]);
      bench.in(factoryReset);
      bench.out(0x98, 0, [0]);
      bench.in(0x7c, (17 << 8) | 1);
      expect(status(bench, load, 1)).toBe(0);
      expect([bench.in(0x7d, 0), bench.in(0x7d, 1), bench.in(0xc3), bench.in(0xc1, 0)]).toEqual([[6], [17], [14], [1]]);
      expect(status(bench, load, 8)).toBe(0); // factory defaults, but for the pins
      expect(bench.in(0x7d, 1)).toEqual([17]);
      bench.in(factoryReset);
      expect(bench.in(0x7d, 1)).toEqual([7]);
    });

    it("factory reset leaves presets, directory, names and active slot alone", () => {
      const bench = new Bench(id);
      const defaults = sound(bench);
      dress(bench, 5);
      status(bench, save, 5);
      rename(bench, 5, "Five");
      bench.in(0x7c, (20 << 8) | slots);
      bench.in(0xc0, (1 << 8) | 1);
      bench.out(0x72, outputs - 1, [1]);
      const directory = bench.in(0x95) as number[];
      expect(status(bench, factoryReset)).toBe(0);
      expect(sound(bench)).toEqual(defaults);
      expect(bench.in(0x95)).toEqual(directory);
      expect([name(bench, 5), status(bench, 0x9a)]).toEqual(["Five", 5]);
      status(bench, load, 5);
      expect(bench.inF32(0x75, 0)).toBe(-5);
    });

    it("0x51 saves into the active slot, 0x52 loads it again", () => {
      const bench = new Bench(id);
      status(bench, load, 4);
      dress(bench, 2);
      expect(status(bench, saveActive)).toBe(0);
      expect(bench.in(0x95)?.[0]).toBe(1 << 4);
      dress(bench, 7);
      expect(status(bench, reload)).toBe(0);
      expect(bench.inF32(0x75, 0)).toBe(-2);
    });
  });

describe("the master volume", () => {
  const volume = (bench: Bench) => bench.inF32(0xd3);
  const setVolume = (bench: Bench, value: number) => bench.out(0xd2, 0, f32(value));

  it("of volume mode 0 is the device's own: no preset moves it, power-on has the saved one", () => {
    const bench = new Bench(1);
    setVolume(bench, -30);
    status(bench, save, 1);
    setVolume(bench, -10);
    for (const slot of [1, 2]) {
      expect(status(bench, load, slot)).toBe(0);
      expect(volume(bench)).toBe(-10);
    }
    status(bench, remove, 2);
    expect(volume(bench)).toBe(-10);
    bench.out(0x96, 0, [0, 1]);
    expect(volume(powerCycle(bench))).toBe(-20);
    expect(status(bench, 0xd6)).toBe(0);
    expect(bench.inF32(0xd7)).toBe(-10);
    setVolume(bench, -5);
    expect(volume(powerCycle(bench))).toBe(-10);
  });

  it("of volume mode 1 is part of a preset; an empty slot has the saved one", () => {
    const bench = new Bench(1);
    setVolume(bench, -15);
    bench.in(0xd6);
    setVolume(bench, -30);
    status(bench, save, 1);
    setVolume(bench, -10);
    bench.out(0xd4, 0, [1]);
    expect(volume(bench)).toBe(-10); // the mode moves nothing
    status(bench, load, 1);
    expect(volume(bench)).toBe(-30);
    status(bench, load, 2);
    expect(volume(bench)).toBe(-15);
    bench.out(0x96, 0, [0, 1]);
    expect(volume(powerCycle(bench))).toBe(-30);
    bench.out(0x96, 0, [0, 3]);
    expect(volume(powerCycle(bench))).toBe(-15);
  });

  it("after a factory reset is the saved one", () => {
    const bench = new Bench(0);
    setVolume(bench, -7);
    bench.in(0xd6);
    setVolume(bench, -1);
    bench.in(factoryReset);
    expect(volume(bench)).toBe(-7);
  });

  it("mode reads back, and is 0 for any byte but 1", () => {
    const bench = new Bench(0);
    for (const [sent, kept] of [
      [1, 1],
      [2, 0],
      [1, 1],
      [255, 0],
    ] as const) {
      expect(bench.out(0xd4, 0, [sent])).toBe(true);
      expect(bench.in(0xd5)).toEqual([kept]);
    }
  });
});

describe("what the flash cannot keep", () => {
  /** Keeps what it has: nothing can be written any more. */
  class WornFlash implements Flash {
    readonly size = 64 * 4096;
    readonly sectorSize = 4096;
    readonly pageSize = 256;
    read(_: number, into: Uint8Array): void {
      into.fill(0xff);
    }
    program(): void {
      // lost
    }
    erase(): void {
      // already
    }
    crc32(bytes: Uint8Array, crc: number): number {
      return crc32(bytes, crc);
    }
    crc32At(_: number, length: number): number {
      return crc32(new Uint8Array(length).fill(0xff));
    }
  }

  it("is said: saving answers 4 or 1, and the device works on", () => {
    const bench = new Bench(1, { flash: new WornFlash() });
    dress(bench, 2);
    expect(status(bench, save, 1)).toBe(4);
    expect(status(bench, saveActive)).toBe(1);
    expect(status(bench, 0xd6)).toBe(0); // −20 dB is saved already
    bench.out(0xd2, 0, f32(-3));
    expect(status(bench, 0xd6)).toBe(1);
    expect(bench.in(0x95)).toEqual([0, 0, 0, 0, 0, 1, 0]);
    expect(bench.inF32(0x75, 0)).toBe(-2);
  });
});

/** Breaks the first place in flash that has these bytes, but not what is before it. */
function corrupt(flash: RamFlash, bytes: number[]): void {
  const at = flash.bytes.findIndex((_, i) => bytes.every((byte, j) => flash.bytes[i + j] === byte));
  flash.bytes[at] = 0;
}
