/** What each board's firmware makes of its chip's clock and voltage, from power-on. */
import { describe, expect, test } from "vitest";

import { MachineClock } from "../../simulator/emulator/clock";
import type { Machine } from "../../simulator/emulator/machine";
import { Observers } from "../../simulator/emulator/observe/observers";
import { boards } from "../../tools/boards";
import { players } from "./playing";
import { tools } from "./toolchain";

/**
 * VREG and its reset value; VSEL of 1.15 V in it (RP2040 datasheet 2.10.6, RP2350 datasheet 6.4); and the system clock
 * that either chip is made for at the 1.10 V that it starts with, in Hz (RP2040 datasheet 1.1, RP2350 datasheet 1.1).
 */
const supply = {
  rp2040: { address: 0x40064000, mask: 0xf, select: 0b1100, rated: 133e6 },
  rp2350: { address: 0x4010000c, mask: 0x1f, select: 0b01100, rated: 150e6 },
} as const;
type Supply = (typeof supply)[keyof typeof supply];
/** Of the flash chips of both boards, W25Q16JV and W25Q32RV (datasheets, AC characteristics). */
const flashLimit = 133e6;

interface Step {
  /** In Hz. */
  frequency: number;
  flash: number;
  select: number;
}

/** Sees each frequency that the system clock takes on, and what regulator and flash divider are set to at that moment. */
class ClockWatch extends Observers {
  readonly steps: Step[] = [];
  readonly #supply: Supply;

  constructor(of: Supply) {
    super({});
    this.#supply = of;
  }

  override follow(machine: Machine): void {
    const { address, mask } = this.#supply;
    const frequencyOf = Object.getOwnPropertyDescriptor(MachineClock.prototype, "frequency") as PropertyDescriptor;
    Object.defineProperty(machine.clock, "frequency", {
      get: () => frequencyOf.get?.call(machine.clock) as number,
      set: (frequency: number) => {
        const select = ((machine["pages"].at(address)?.read(address, 4) ?? 0) >>> 4) & mask;
        this.steps.push({ frequency, flash: frequency / machine.xip.flashDivider, select });
        frequencyOf.set?.call(machine.clock, frequency);
      },
    });
  }
}

describe.skipIf(!tools).each(boards)("the clock of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated } = players(board);

  test("comes to 307.2 MHz only after 1.15 V, with flash well below the 133 MHz that it bears", async () => {
    const { rated, select } = supply[board.chip];
    const watch = new ClockWatch(supply[board.chip]);
    const { device } = await emulated({ observers: watch });
    const { clock, xip } = device.chip;
    expect(clock.frequency).toBe(307_200_000);
    expect(clock.frequency / xip.flashDivider).toBe(76_800_000);
    const fast = watch.steps.filter(({ frequency }) => frequency > rated);
    expect(fast.length).toBeGreaterThan(0);
    for (const step of fast) expect(step.select).toBe(select);
    for (const { flash } of watch.steps) expect(flash).toBeLessThan(flashLimit);
  });
});
