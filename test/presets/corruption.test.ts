import { describe, expect, it } from "vitest";

import { Log } from "../../modules/presets/log";
import { RamFlash } from "../../modules/testing/ram-flash";
import { Slots } from "../../modules/presets/slots";
import { carryOut, Device, randomOperation } from "./device";
import { Random } from "./random";

const sectors = 20;
const sectorSize = 4096;
const types = [1, 2, 3];

interface Life {
  flash: RamFlash;
  /** The flash at half time. */
  earlier: Uint8Array;
  /** Every content that a record ever had, as text, by type and key. */
  history: Set<string>;
}

/** Everything that can be read. */
function records(log: Log): Map<string, string> {
  const found = new Map<string, string>();
  const into = new Uint8Array(sectorSize);
  for (const type of types)
    for (let key = 0; key < 10; key++) {
      const length = log.read(type, key, into);
      if (typeof length === "number")
        found.set(`${type}/${key}`, Buffer.from(into.subarray(0, length)).toString("latin1"));
    }
  return found;
}

function live(seed: number): Life {
  const flash = new RamFlash(sectors);
  const device = new Device(flash);
  const history = new Set<string>();
  const random = new Random(seed);
  let earlier = flash.bytes;
  for (let step = 0; step < 150; step++) {
    if (step === 75) earlier = flash.bytes.slice();
    carryOut(device, randomOperation(random));
    for (const [record, content] of records(device.log)) history.add(`${record} ${content}`);
  }
  return { flash, earlier, history };
}

const { flash, earlier, history } = live(5);

/** Ways in which a flash can come to hold something else. */
const damages: Record<string, (bytes: Uint8Array, random: Random) => void> = {
  "a flipped bit": (bytes, random) => {
    (bytes[random.below(bytes.length)] as number) ^= 1 << random.below(8);
  },
  "hundreds of flipped bits": (bytes, random) => {
    for (let i = 0; i < 300; i++) (bytes[random.below(bytes.length)] as number) ^= 1 << random.below(8);
  },
  "random bytes over a range": (bytes, random) => {
    const from = random.below(bytes.length);
    const to = Math.min(bytes.length, from + random.below(3 * sectorSize));
    for (let i = from; i < to; i++) bytes[i] = random.below(256);
  },
  "a range of ones or zeros": (bytes, random) => {
    const from = random.below(bytes.length);
    bytes.fill(random.below(2) * 255, from, from + random.below(3 * sectorSize));
  },
  "a sector in another one's place": (bytes, random) => {
    const from = random.below(sectors) * sectorSize;
    bytes.copyWithin(random.below(sectors) * sectorSize, from, from + sectorSize);
  },
  "a record in another one's place": (bytes, random) => {
    const from = random.below(bytes.length / 16) * 16;
    bytes.copyWithin(random.below(bytes.length / 16) * 16, from, from + 16 * random.below(200));
  },
  "erased sectors": (bytes, random) => {
    for (let i = 0; i < 3; i++) {
      const from = random.below(sectors) * sectorSize;
      bytes.fill(0xff, from, from + sectorSize);
    }
  },
  "sectors as they were earlier": (bytes, random) => {
    for (let i = 0; i < 3; i++) {
      const from = random.below(sectors) * sectorSize;
      bytes.set(earlier.subarray(from, from + sectorSize), from);
    }
  },
  "random headers": (bytes, random) => {
    for (let i = 0; i < 50; i++) {
      const at = random.below(bytes.length / 16) * 16;
      for (let j = 0; j < 16; j++) bytes[at + j] = random.below(256);
    }
  },
};

describe("a damaged store", () => {
  const original = flash.bytes.slice();
  const whole = records(new Device(flash).log);
  const rounds = 250;

  for (const [what, damage] of Object.entries(damages))
    it(`with ${what} mounts, gives only what was written once, and works on`, () => {
      for (let round = 0; round < rounds; round++) {
        const random = new Random(round);
        flash.bytes.set(original);
        damage(flash.bytes, random);
        const device = new Device(flash);
        const found = records(device.log);
        for (const [record, content] of found) expect(history.has(`${record} ${content}`)).toBe(true);

        // Every new record holds, and none of the others suffers.
        for (let i = 0; i < 5; i++) {
          const key = random.below(10);
          const content = new Uint8Array(1 + random.below(3000)).fill(round & 255);
          expect(device.log.write(3, key, content)).toBe(true);
          found.set(`3/${key}`, Buffer.from(content).toString("latin1"));
        }
        expect(records(device.log)).toEqual(found);
        expect(records(new Device(flash).log)).toEqual(found);
      }
    });

  it("loses nothing but what was hit, and reports what was", () => {
    let lost = 0;
    let older = 0;
    for (let round = 0; round < 2000; round++) {
      const random = new Random(round);
      flash.bytes.set(original);
      (flash.bytes[random.below(flash.size)] as number) ^= 1 << random.below(8);
      const { log } = new Device(flash);
      const found = records(log);
      const changed = [...whole].filter(([record, content]) => found.get(record) !== content);
      expect(changed.length).toBeLessThanOrEqual(1);
      if (changed.length === 0) continue;
      expect(log.report.length).toBeGreaterThan(0);
      if (found.has((changed[0] as [string, string])[0])) older++;
      else lost++;
    }
    console.log(`corruption: of 2000 flipped bits ${older} brought back an older record, ${lost} lost one`);
    expect(older + lost).toBeGreaterThan(0);
  });

  it("of random bytes is empty and usable", () => {
    for (let round = 0; round < 300; round++) {
      const random = new Random(round);
      const noise = new RamFlash(4);
      noise.bytes.forEach((_, i) => (noise.bytes[i] = random.below(256)));
      const log = new Log(noise, { offset: 0, size: noise.size });
      expect(records(log).size).toBe(0);
      expect(log.report.length).toBeGreaterThan(0);
      expect(log.write(3, 1, new Uint8Array([1, 2, 3]))).toBe(true);
      expect(new Slots(new Log(noise, { offset: 0, size: noise.size }), 1).occupied).toBe(2);
    }
  });
});
