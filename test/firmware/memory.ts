/** What the application takes of XS's memory on an emulated Pico, whatever it is asked for. */
import { describe, expect, test } from "vitest";

import { boards } from "../../tools/boards";
import { everything } from "./everything";
import { players } from "./playing";
import { tools } from "./toolchain";

const [pico] = boards;
/** All but what takes longest; the desktop's machine, which takes as many slots, does that too (test/xs/rom.test.ts). */
const parts = everything.filter(([name]) => !name.startsWith("all presets"));

describe.skipIf(!tools)("the application on an emulated Pico (skipped without its toolchain)", () => {
  const { emulated } = players(pico);

  test("leaves two fifths of the heap free, and a sixth of XS's stack untouched, whatever it is asked for", async () => {
    const plugged = await emulated();
    const log: string[] = [];
    plugged.device.onLog((line) => log.push(line));
    for (const [part, run] of parts) {
      await run(plugged, pico.chip);
      const { stack, stackCapacity, slots, slotCapacity, chunks, chunkCapacity } = await plugged.device.heap();
      expect(stack, part).toBeGreaterThan(0);
      expect(stack, part).toBeLessThan((5 / 6) * stackCapacity);
      expect(slots, part).toBeLessThan((3 / 5) * slotCapacity);
      expect(chunks, part).toBeLessThan((3 / 5) * chunkCapacity);
    }
    expect(log.filter((line) => /exception|overflow|out of/.test(line))).toEqual([]);
    expect(plugged.device.traps).toEqual([]);
  }, 600_000);
});
