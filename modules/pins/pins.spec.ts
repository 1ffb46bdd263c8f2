import { describe, expect, it } from "vitest";

import { Bench } from "../testing/bench";

const success = 0;
const invalid = 1;
const inUse = 2;
const invalidOutput = 3;
const outputActive = 4;

const chips = [
  { id: 0, slots: 2, highestPin: 28 },
  { id: 1, slots: 4, highestPin: 29 },
];

class PinBench extends Bench {
  /** The status that an IN request with its argument in wValue answers. */
  status(request: number, value: number): number | undefined {
    return this.in(request, value)?.[0];
  }
  setPin(index: number, pin: number) {
    return this.status(0x7c, (pin << 8) | index);
  }
  setSlotType(slot: number, type: number) {
    return this.status(0xc0, (type << 8) | slot);
  }
  /** What the last request configured. */
  get last() {
    return this.host.configured[this.host.configured.length - 1];
  }
}

for (const { id, slots, highestPin } of chips)
  describe(`pins of platform ${id}`, () => {
    it("start at 6, 7 …, PDM at 10, BCK at 14, MCK at 13 off with 128 × Fs, all slots S/PDIF", () => {
      const bench = new PinBench(id);
      for (let slot = 0; slot < slots; slot++) {
        expect(bench.in(0x7d, slot)).toEqual([6 + slot]);
        expect(bench.in(0xc1, slot)).toEqual([0]);
      }
      expect(bench.in(0x7d, slots)).toEqual([10]);
      expect(bench.in(0x7d, slots + 1)).toBeUndefined();
      expect(bench.in(0xc1, slots)).toBeUndefined();
      expect([0xc3, 0xc5, 0xc7, 0xc9].map((get) => bench.status(get, 0))).toEqual([14, 0, 13, 0]);
      const ports = Array.from({ length: slots }, (_, slot) => `slot ${slot} spdif ${6 + slot}`);
      expect(bench.host.configured).toEqual(["bck 14 mck 13 off", ...ports, "pdm 10"]);
    });

    it("of outputs move to a valid free pin, at once", () => {
      const bench = new PinBench(id);
      expect(bench.setPin(0, 16)).toBe(success);
      expect(bench.in(0x7d, 0)).toEqual([16]);
      expect(bench.last).toBe("slot 0 spdif 16");
      expect(bench.setPin(slots, 17)).toBe(success);
      expect(bench.last).toBe("pdm 17");
    });

    it("of outputs are refused: no such output before an invalid pin before one in use", () => {
      const bench = new PinBench(id);
      expect(bench.setPin(slots + 1, 12)).toBe(invalidOutput);
      for (const pin of [12, 23, 24, 25, highestPin + 1, 255]) expect(bench.setPin(0, pin)).toBe(invalid);
      expect(bench.setPin(0, highestPin)).toBe(success);
      expect(bench.setPin(0, 7)).toBe(inUse); // another slot
      expect(bench.setPin(0, 10)).toBe(inUse); // PDM, though it is disabled
      expect(bench.setPin(0, highestPin)).toBe(success); // its own
      expect(bench.in(0x7d, 0)).toEqual([highestPin]);
    });

    it("of PDM do not move while it plays", () => {
      const bench = new PinBench(id);
      bench.out(0x72, 2 * slots, [1]);
      expect(bench.setPin(slots, 16)).toBe(outputActive);
      expect(bench.setPin(slots, 10)).toBe(success); // where it is
      expect(bench.setPin(slots, 6)).toBe(inUse);
      bench.out(0x72, 2 * slots, [0]);
      expect(bench.setPin(slots, 16)).toBe(success);
    });

    it("of the I2S clocks are in use only while a slot is I2S", () => {
      const bench = new PinBench(id);
      expect(bench.setPin(0, 14)).toBe(success);
      expect(bench.setPin(0, 15)).toBe(success);
      expect(bench.setPin(0, 6)).toBe(success);
      expect(bench.setSlotType(1, 1)).toBe(success);
      expect(bench.setPin(0, 14)).toBe(inUse);
      expect(bench.setPin(0, 15)).toBe(inUse);
    });

    it("of the master clock are in use only while it is enabled", () => {
      const bench = new PinBench(id);
      expect(bench.setPin(0, 13)).toBe(success);
      expect(bench.setPin(0, 6)).toBe(success);
      expect(bench.status(0xc4, 1)).toBe(success);
      expect(bench.setPin(0, 13)).toBe(inUse);
    });

    it("of BCK need a valid pair: 11, 12, 22–25 and the top pin fail", () => {
      const bench = new PinBench(id);
      for (const pin of [11, 12, 22, 23, 24, 25, highestPin, highestPin + 1])
        expect(bench.status(0xc2, pin)).toBe(invalid);
      expect(bench.status(0xc2, 14)).toBe(success); // the same
      expect(bench.status(0xc2, 5)).toBe(inUse); // 6 is slot 1
      expect(bench.status(0xc2, 10)).toBe(inUse); // PDM
      expect(bench.status(0xc2, 18)).toBe(success);
      expect(bench.in(0xc3)).toEqual([18]);
      expect(bench.last).toBe("bck 18 mck 13 off");
      bench.setSlotType(0, 1);
      expect(bench.status(0xc2, 18)).toBe(success); // the same
      expect(bench.status(0xc2, 20)).toBe(outputActive);
      expect(bench.status(0xc2, 12)).toBe(invalid);
    });

    it("of the master clock move while it is disabled, to a free pin", () => {
      const bench = new PinBench(id);
      expect(bench.status(0xc6, 12)).toBe(invalid);
      expect(bench.status(0xc6, 6)).toBe(inUse);
      expect(bench.status(0xc6, 14)).toBe(success); // no slot is I2S
      expect(bench.status(0xc6, 21)).toBe(success);
      expect(bench.in(0xc7)).toEqual([21]);
      bench.status(0xc4, 1);
      expect(bench.status(0xc6, 21)).toBe(outputActive); // even where it is
      expect(bench.status(0xc6, 12)).toBe(invalid);
      bench.status(0xc4, 0);
      bench.setSlotType(0, 1);
      expect(bench.status(0xc6, 15)).toBe(inUse); // the word clock
    });

    it("slot types switch, and a slot or type that does not exist is refused", () => {
      const bench = new PinBench(id);
      expect(bench.setSlotType(slots, 2)).toBe(invalidOutput);
      expect(bench.setSlotType(0, 2)).toBe(invalid);
      expect(bench.setSlotType(1, 1)).toBe(success);
      expect(bench.in(0xc1, 1)).toEqual([1]);
      expect(bench.last).toBe("slot 1 i2s 7");
      const configured = bench.host.configured.length;
      expect(bench.setSlotType(1, 1)).toBe(success);
      expect(bench.host.configured).toHaveLength(configured); // unchanged: nothing to do
    });

    it("a slot becomes I2S though the clock pins are taken", () => {
      const bench = new PinBench(id);
      bench.setPin(0, 14);
      expect(bench.setSlotType(1, 1)).toBe(success);
    });

    it("the master clock runs while a slot is I2S, and stays enabled without one", () => {
      const bench = new PinBench(id);
      bench.status(0xc4, 1);
      expect(bench.host.configured.filter((line) => line.startsWith("bck"))).toEqual(["bck 14 mck 13 off"]);
      bench.setSlotType(0, 1);
      expect(bench.host.configured.slice(-2)).toEqual(["bck 14 mck 13 128", "slot 0 i2s 6"]);
      bench.setSlotType(0, 0);
      expect(bench.host.configured.slice(-2)).toEqual(["bck 14 mck 13 off", "slot 0 spdif 6"]);
      expect(bench.in(0xc5)).toEqual([1]);
    });

    it("the multiplier is 128 or 256 × Fs, and 256 only below 96 kHz", () => {
      const bench = new PinBench(id);
      expect(bench.status(0xc8, 2)).toBe(invalid);
      expect(bench.status(0xc8, 1)).toBe(success);
      expect(bench.in(0xc9)).toEqual([1]);
      bench.usb.askRate(96000);
      expect(bench.status(0xc8, 1)).toBe(invalid);
      expect(bench.in(0xc9)).toEqual([0]); // reduced by asking
      bench.usb.askRate(48000);
      expect(bench.in(0xc9)).toEqual([0]);
    });

    it("256 × Fs becomes 128 × Fs when the master clock is switched on at 96 kHz, or is on when the rate changes", () => {
      const bench = new PinBench(id);
      bench.status(0xc8, 1);
      bench.usb.askRate(96000);
      bench.usb.askRate(48000);
      expect(bench.in(0xc9)).toEqual([1]); // off: nobody minded
      bench.usb.askRate(96000);
      bench.status(0xc4, 1);
      bench.usb.askRate(48000);
      expect(bench.in(0xc9)).toEqual([0]);
      bench.status(0xc8, 1);
      bench.usb.askRate(96000);
      bench.usb.askRate(48000);
      expect(bench.in(0xc9)).toEqual([0]);
    });
  });
