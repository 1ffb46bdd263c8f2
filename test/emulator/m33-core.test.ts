import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { buildImage, type Image } from "../../tools/bare-metal";
import { ramBase } from "./m33/board";
import { FunctionCore } from "./m33/function-core";

const ppb = {
  SYST_CSR: 0xe000e010,
  SYST_RVR: 0xe000e014,
  SYST_CVR: 0xe000e018,
  NVIC_ISER: 0xe000e100,
  CPUID: 0xe000ed00,
  ICSR: 0xe000ed04,
  VTOR: 0xe000ed08,
  AIRCR: 0xe000ed0c,
};

describe("a Cortex-M33 core", () => {
  let image: Image;
  let own: FunctionCore;

  beforeAll(async () => {
    image = await buildImage("core-m33", "cortex-m33", ramBase, ["test/emulator/m33/routines.S"], []);
  });

  beforeEach(() => {
    own = new FunctionCore(image);
  });

  const at = (name: string) => image.symbols.get(name) as number;
  const store = (address: number, value: number) => own.board.store(undefined, address, 4, value);

  it("passes coprocessor 0 to the chip's GPIO", () => {
    own.call("gpio_write", 7, 9);
    expect(own.board.gpioWrites).toEqual([
      [2, 4, 7, undefined],
      [1, 0, 7, 9],
    ]);
    expect(own.call("gpio_read").result).toBe(8 + 8 + 9);
  });

  it("lets the redundancy coprocessor's checks pass, its canaries ready", () => {
    expect(own.call("canary").result).toBe(1);
    expect(own.board.traps).toEqual([]);
  });

  it.each([
    ["gpio_write", "coprocessor 0 is not enabled"],
    ["canary", "coprocessor 7 is not enabled"],
    ["floats", "the floating-point unit is not enabled"],
  ])("faults by %s when CPACR is 0", (name, message) => {
    own.board.core.cpacr = 0;
    own.board.core.updateFloat();
    expect(() => own.call(name)).toThrow(message);
    expect(own.board.core.faultStatus).toBe(1 << 19); // NOCP
    expect(own.board.core.ipsr).toBe(3); // UsageFault is not enabled
  });

  it("faults where the stack would go below its limit", () => {
    expect(own.call("deeper").cost).toBe(1);
    own.board.core.writeSpecial(10, 0, ramBase + (4 << 20) - 136); // MSPLIM
    expect(() => own.call("deeper")).toThrow("stack overflow");
    expect(own.board.core.faultStatus).toBe(1 << 20); // STKOF
  });

  it("reports what the emulator's own limit of a stack is exceeded by, and goes on", () => {
    own.board.core.stackLimit = ramBase + (4 << 20) - 136;
    own.call("deeper");
    expect(own.board.overflows).toBe(1);
  });

  it("runs code that was written after other code ran in its place", () => {
    const where = ramBase + 0x1000;
    expect(own.call("rewritten", where, 0x3001).result).toBe(6); // ADDS r0, #1
    expect(own.call("rewritten", where, 0x0040).result).toBe(10); // LSLS r0, r0, #1
    expect(own.board.rewrites).toBeGreaterThan(0);
  });

  it("reads unaligned words of memory, but not pairs of them", () => {
    own.write(ramBase + 0x1000, Uint8Array.of(1, 2, 3, 4, 5));
    expect(own.call("load_word", ramBase + 0x1001).result).toBe(0x05040302);
    expect(() => own.call("load_double", ramBase + 0x1002)).toThrow("unaligned access to 0x10001002");
    expect(own.board.core.faultStatus).toBe(1 << 24); // UNALIGNED
  });

  it("refuses unaligned accesses to devices", () => {
    expect(() => own.call("load_word", 0x40000001)).toThrow("unaligned access to 0x40000001");
  });

  it("faults by an access to nothing, with its address", () => {
    expect(() => own.call("load_word", 0x40000000)).toThrow("read of 0x40000000");
    expect(own.board.core.faultStatus).toBe((1 << 9) | (1 << 15)); // PRECISERR, BFARVALID
    expect(own.board.core.faultAddress >>> 0).toBe(0x40000000);
  });

  it("locks up by a fault in HardFault's handler", () => {
    // The vector table is the image: where HardFault's vector would be is no Thumb code.
    expect(() => own.call("load_word", 0x40000000)).toThrow("locked up");
    expect(own.board.core.lockedUp).toBe(true);
  });

  it("divides the least number by -1, and by 0, without a trap", () => {
    expect(own.call("divide", 0x80000000, -1).result).toBe(0x80000000);
    expect(own.call("divide", 5, 0).result).toBe(0);
  });

  it("sleeps in WFI until an interrupt, then in WFE until an event", () => {
    const core = own.board.core;
    const table = ramBase + 0x2000;
    own.write(table + 4 * 20, new Uint8Array(Uint32Array.of(at("count") | 1).buffer));
    store(ppb.VTOR, table);
    store(ppb.NVIC_ISER, 1 << 4);
    own.start("sleep");
    core.run(1000);
    expect(core.waiting).toBe(true);
    expect(core.idle).toBeGreaterThan(900);
    core.setLine(4, true);
    core.setLine(4, false);
    core.run(2000);
    expect(core.waiting).toBe(false); // the exception was an event, too
    expect(own.returned).toBe(true);
    expect(own.call("read_count").result).toBe(1);
  });

  it("runs an interrupt again as long as its line is high", () => {
    const core = own.board.core;
    const table = ramBase + 0x2000;
    own.write(table + 4 * (16 + 40), new Uint8Array(Uint32Array.of(at("count") | 1).buffer));
    store(ppb.VTOR, table);
    store(ppb.NVIC_ISER + 4, 1 << 8);
    own.start("sleep");
    core.setLine(40, true);
    core.run(1000);
    core.setLine(40, false);
    core.run(1100);
    expect(own.call("read_count").result).toBeGreaterThan(10);
  });

  it("fails to store exclusively what another core has changed in between", () => {
    const where = ramBase + 0x1000;
    expect(own.call("lock", where).result).toBe(0);
    expect(own.call("lock_byte", where + 5).result).toBe(0);
    expect([...own.read(where, 6)]).toEqual([1, 0, 0, 0, 0, 1]);
    const core = own.board.core;
    core.loadExclusive(where, 4, 0, 0, 0, 0);
    own.write(where, Uint8Array.of(9));
    expect(core.storeExclusive(where, 4, 2, 0, 0, 0, 0)).toBe(1);
  });

  it("has SysTick pending each time its counter has run down", () => {
    const { clock } = own.board;
    const load = (address: number) => own.board.load(undefined, address, 4);
    store(ppb.SYST_RVR, 999);
    store(ppb.SYST_CVR, 0);
    store(ppb.SYST_CSR, 7); // the processor's clock, with its exception
    clock.cycles = 400;
    expect(load(ppb.SYST_CVR)).toBe(599);
    for (const cycles of [1000, 2000, 3000]) {
      clock.cycles = cycles - 1;
      clock.fire();
      expect((load(ppb.ICSR) >>> 26) & 1).toBe(0);
      clock.cycles = cycles;
      clock.fire();
      expect((load(ppb.ICSR) >>> 26) & 1).toBe(1);
      store(ppb.ICSR, 1 << 25); // PENDSTCLR
    }
  });

  it("is a Cortex-M33, and asks for a reset by AIRCR's key only", () => {
    expect(own.board.load(undefined, ppb.CPUID, 4) >>> 4).toBe(0x411fd21);
    store(ppb.AIRCR, 4);
    expect(own.board.resets).toBe(0);
    store(ppb.AIRCR, 0x05fa0004);
    expect(own.board.resets).toBe(1);
  });

  it("rounds as FPSCR says", () => {
    const core = own.board.core;
    own.call("floats", 0x00000001);
    expect(own.call("floats", 0x00000001).result).toBe(2);
    core.fpdscr = 1 << 24; // FZ, for new contexts
    core.floatContext = false;
    core.updateFloat();
    expect(own.call("floats", 0x00000001).result).toBe(0);
  });
});
