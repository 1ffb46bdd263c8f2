import { describe, expect, it } from "vitest";

import { PresetStatus } from "../../modules/presets/status";
import { CutFlash, PowerCut } from "./cut-flash";
import { areSame, carryOut, Device, expectedAfter, randomOperation, unexpected } from "./device";
import { Random } from "./random";

/** Whether power failed during an action. */
function isCut(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  }
}

describe("power cuts", () => {
  // As few as ten full presets may take, so that the lives below go round them several times
  const sectors = 18;

  it("at every flash operation of a life of 200 preset operations leave each preset old or new", () => {
    const flash = new CutFlash(sectors);
    const random = new Random(2024);
    const ways = 3;
    let contents = new Device(flash).contents();
    let cuts = 0;
    let kept = 0;
    let replaced = 0;
    let flashOperations = 0;
    let erases = 0;
    for (let step = 0; step < 200; step++) {
      const operation = randomOperation(random);
      const start = flash.bytes.slice();
      const expected = expectedAfter(contents, operation);

      flash.keepPower();
      const first = flash.operations;
      const firstErase = flash.eraseCount;
      expect(carryOut(new Device(flash), operation)).toBe(PresetStatus.ok);
      const count = flash.operations - first;
      const end = flash.bytes.slice();
      expect(new Device(flash).contents()).toEqual(expected);
      flashOperations += count;
      erases += flash.eraseCount - firstErase;

      for (let cut = 0; cut < count; cut++)
        for (let way = 0; way < ways; way++) {
          flash.bytes.set(start);
          const device = new Device(flash);
          flash.cutIn(cut, (step * 1000 + cut) * ways + way);
          expect(isCut(() => carryOut(device, operation))).toBe(true);
          flash.keepPower();

          const restarted = new Device(flash);
          const found = restarted.contents();
          expect(unexpected(found, contents, expected)).toEqual([]);
          cuts++;
          if (areSame(found, contents)) kept++;
          else if (areSame(found, expected)) replaced++;

          expect(carryOut(restarted, operation)).toBe(PresetStatus.ok); // and life goes on
          expect(new Device(flash).contents()).toEqual(expected);
        }
      flash.bytes.set(end);
      contents = expected;
    }
    console.log(
      `power cuts: ${cuts} at ${flashOperations} flash operations (${erases} erases) of 200 preset operations; ` +
        `${kept} left everything old, ${replaced} everything new, ${cuts - kept - replaced} a new preset with old settings`,
    );
    expect(erases).toBeGreaterThan(sectors * 3);
  });

  it("one after the other, without a whole operation between, do not use up the store", () => {
    const flash = new CutFlash(sectors);
    const random = new Random(7);
    let before = new Device(flash).contents();
    let cuts = 0;
    for (let step = 0; step < 150; step++) {
      const operation = randomOperation(random);
      const after = expectedAfter(before, operation);
      for (let i = 0; i < 40; i++) {
        const device = new Device(flash);
        flash.cutIn(random.below(30), random.below(1e9));
        if (isCut(() => carryOut(device, operation))) cuts++;
        flash.keepPower();
        expect(unexpected(new Device(flash).contents(), before, after)).toEqual([]);
      }
      expect(carryOut(new Device(flash), operation)).toBe(PresetStatus.ok);
      expect(new Device(flash).contents()).toEqual(after);
      before = after;
    }
    console.log(`power cuts: ${cuts} in a row of 150 preset operations tried again and again`);
  });

  it("while everything is erased bring back nothing older", () => {
    const flash = new CutFlash(sectors);
    const random = new Random(3);
    let contents = new Device(flash).contents();
    const blank = contents;
    for (let step = 0; step < 200; step++) {
      const operation = randomOperation(random);
      carryOut(new Device(flash), operation);
      contents = expectedAfter(contents, operation);
    }
    expect(new Device(flash).contents()).toEqual(contents);
    const start = flash.bytes.slice();
    for (let cut = 0; cut < sectors; cut++) {
      flash.bytes.set(start);
      const device = new Device(flash);
      flash.cutIn(cut, cut);
      expect(isCut(() => device.log.erase())).toBe(true);
      flash.keepPower();
      // Image and name of a preset are erased apart.
      const found = new Device(flash).contents();
      found.presets.forEach(({ name, image }, slot) => {
        expect([contents.presets[slot]?.image, "status 2", "status 3"]).toContain(image);
        expect([contents.presets[slot]?.name, blank.presets[slot]?.name]).toContain(name);
      });
    }
  });
});
