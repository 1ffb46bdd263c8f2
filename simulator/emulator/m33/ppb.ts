/** A core's private peripherals: NVIC, SysTick, system control and the float unit's (Armv8-M D1.1, RP2350 datasheet 3.7.5). */
import type { MachineClock } from "../clock";
import { SysTick } from "../sys-tick";
import type { Core } from "./core";
import { exception } from "./nvic";

const register = {
  ICTR: 0x004,
  NVIC_ISER: 0x100,
  NVIC_ICER: 0x180,
  NVIC_ISPR: 0x200,
  NVIC_ICPR: 0x280,
  NVIC_IABR: 0x300,
  NVIC_ITNS: 0x380,
  NVIC_IPR: 0x400,
  CPUID: 0xd00,
  ICSR: 0xd04,
  VTOR: 0xd08,
  AIRCR: 0xd0c,
  SCR: 0xd10,
  CCR: 0xd14,
  SHPR1: 0xd18,
  SHCSR: 0xd24,
  CFSR: 0xd28,
  HFSR: 0xd2c,
  BFAR: 0xd38,
  CPACR: 0xd88,
  STIR: 0xf00,
  FPCCR: 0xf34,
  FPCAR: 0xf38,
  FPDSCR: 0xf3c,
  MVFR0: 0xf40,
  MVFR1: 0xf44,
  MVFR2: 0xf48,
} as const;

/** Registers that say what the core is: a Cortex-M33 r1p0 with 52 interrupts, DSP extension and FPv5 single precision. */
const fixed = new Map<number, number>([
  [register.ICTR, 1],
  [register.CPUID, 0x411fd210],
  [0xd40, 0x00000030], // ID_PFR0
  [0xd44, 0x00000210],
  [0xd48, 0x00200000],
  [0xd60, 0x01101110], // ID_ISAR0
  [0xd64, 0x02212000],
  [0xd68, 0x20232232],
  [0xd6c, 0x01111131],
  [0xd70, 0x01310132],
  [0xd90, 0x00000800], // MPU_TYPE: 8 regions
  [0xdd4, 0x00000008], // SAU_TYPE
  [register.MVFR0, 0x10110021],
  [register.MVFR1, 0x11000011],
  [register.MVFR2, 0x00000040],
]);

/** NOREF and SKEW: nothing to calibrate by. */
const sysTickCalibration = 0xc0000000;
const prioritiesFrom = register.NVIC_IPR;
const prioritiesTo = register.NVIC_IPR + 64;
const key = 0x05fa;

export class Ppb {
  readonly #core: Core;
  readonly #onResetRequest: () => void;
  readonly #sysTick: SysTick;
  /** Registers that only keep what is written to them: MPU, SAU, SCR. */
  readonly #kept = new Map<number, number>();

  constructor(core: Core, clock: MachineClock, onResetRequest: () => void) {
    this.#core = core;
    this.#onResetRequest = onResetRequest;
    this.#sysTick = new SysTick(clock, sysTickCalibration, () => core.pend(exception.sysTick));
  }

  reset(): void {
    this.#sysTick.reset();
    this.#kept.clear();
  }

  /** An access by the core: registers of priorities and faults can be reached by bytes, too. */
  load(offset: number, bytes: 1 | 2 | 4): number {
    const value = this.read(offset & ~3) >>> (8 * (offset & 3));
    return bytes === 4 ? value : value & (2 ** (8 * bytes) - 1);
  }

  store(offset: number, bytes: 1 | 2 | 4, value: number): void {
    const levels = this.#levelsAt(offset);
    if (!levels) return this.write(offset & ~3, value << (8 * (offset & 3)));
    this.#core.reconsider();
    for (let i = 0; i < bytes; i++) levels.of[levels.first + i] = (value >>> (8 * i + 4)) & 15;
  }

  /** The priorities at an offset, and the first one there. */
  #levelsAt(offset: number) {
    const core = this.#core;
    if (offset >= prioritiesFrom && offset < prioritiesTo)
      return { of: core.priorities, first: offset - prioritiesFrom };
    if (offset >= register.SHPR1 && offset < register.SHCSR)
      return { of: core.systemPriorities, first: offset - register.SHPR1 + 4 };
    return undefined;
  }

  /** A register. */
  read(offset: number): number {
    if (SysTick.has(offset)) return this.#sysTick.read(offset);
    const core = this.#core;
    const constant = fixed.get(offset);
    if (constant !== undefined) return constant;
    const levels = this.#levelsAt(offset);
    if (levels)
      return [0, 1, 2, 3].reduce((word, i) => word | ((levels.of[levels.first + i] as number) << (8 * i + 4)), 0);
    const index = (offset >> 2) & 1;
    switch (offset & ~4) {
      case register.NVIC_ISER:
      case register.NVIC_ICER:
        return core.enabled[index] as number;
      case register.NVIC_ISPR:
      case register.NVIC_ICPR:
        return core.pendingWord(index);
      case register.NVIC_IABR:
        return core.active[index] as number;
    }
    switch (offset) {
      case register.ICSR:
        return this.#state();
      case register.VTOR:
        return core.vtor;
      case register.AIRCR:
        return (0xfa05 << 16) | (core.priorityGroup << 8);
      case register.CCR:
        return core.ccr;
      case register.SHCSR:
        return this.#handlers();
      case register.CFSR:
        return core.faultStatus;
      case register.HFSR:
        return core.hardFaultStatus;
      case register.BFAR:
        return core.faultAddress;
      case register.CPACR:
        return core.cpacr;
      case register.FPCCR:
        return core.fpccr;
      case register.FPDSCR:
        return core.fpdscr;
      default:
        return this.#kept.get(offset) ?? 0;
    }
  }

  write(offset: number, value: number): void {
    const core = this.#core;
    if (this.#levelsAt(offset)) return this.store(offset, 4, value);
    core.reconsider();
    if (SysTick.has(offset)) return this.#sysTick.write(offset, value);
    const index = (offset >> 2) & 1;
    const change = (words: Int32Array, set: boolean) => {
      const word = words[index] as number;
      words[index] = set ? word | value : word & ~value;
    };
    switch (offset & ~4) {
      case register.NVIC_ISER:
        return change(core.enabled, true);
      case register.NVIC_ICER:
        return change(core.enabled, false);
      case register.NVIC_ISPR:
        return change(core.latched, true);
      case register.NVIC_ICPR:
        return change(core.latched, false); // a line that is still high keeps its interrupt pending
    }
    switch (offset) {
      case register.ICSR:
        if (value & (1 << 31)) core.pend(exception.nmi);
        if (value & (1 << 28)) core.pend(exception.pendSv);
        if (value & (1 << 26)) core.pend(exception.sysTick);
        if (value & (1 << 27)) core.systemPending &= ~(1 << exception.pendSv);
        if (value & (1 << 25)) core.systemPending &= ~(1 << exception.sysTick);
        return;
      case register.VTOR:
        core.vtor = value & ~0x7f;
        return;
      case register.AIRCR:
        if (value >>> 16 !== key) return;
        core.priorityGroup = (value >> 8) & 7;
        if (value & 4) this.#onResetRequest();
        return;
      case register.CCR:
        core.ccr = (value & 0x71b) | 0x201;
        return;
      case register.SHCSR:
        core.faultsEnabled = (((value >> 16) & 7) << 4) | (((value >> 19) & 1) << 7);
        return;
      case register.CFSR:
        core.faultStatus &= ~value;
        return;
      case register.HFSR:
        core.hardFaultStatus &= ~value;
        return;
      case register.CPACR:
        core.cpacr = value;
        return core.updateFloat();
      case register.STIR:
        core.latched[(value >> 5) & 1] = (core.latched[(value >> 5) & 1] as number) | (1 << (value & 31));
        return;
      case register.FPCCR:
        core.fpccr = value & 0xc0000000;
        return core.updateFloat();
      case register.FPDSCR:
        core.fpdscr = value & 0x07c00000;
        return;
      default:
        this.#kept.set(offset, value);
    }
  }

  #state(): number {
    const core = this.#core;
    const interrupts = [0, 1].some((i) => core.pendingWord(i) !== 0);
    const pending = core.systemPending;
    return (
      core.ipsr |
      (core.pendingException << 12) |
      (core.returnsToBase ? 1 << 11 : 0) |
      (interrupts ? 1 << 22 : 0) |
      ((pending >> exception.sysTick) & 1 ? 1 << 26 : 0) |
      ((pending >> exception.pendSv) & 1 ? 1 << 28 : 0) |
      ((pending >> exception.nmi) & 1 ? 1 << 31 : 0)
    );
  }

  /** SHCSR: which system handlers are active, pending and enabled. */
  #handlers(): number {
    const core = this.#core;
    const active = [
      [exception.memManage, 0],
      [exception.busFault, 1],
      [exception.hardFault, 2],
      [exception.usageFault, 3],
      [exception.nmi, 5],
      [exception.secureFault, 4],
      [exception.svCall, 7],
      [exception.pendSv, 10],
      [exception.sysTick, 11],
    ] as const;
    const bits = active.reduce((word, [number, bit]) => word | (core.isActive(number) ? 1 << bit : 0), 0);
    return bits | (((core.faultsEnabled >> 4) & 7) << 16) | (((core.faultsEnabled >> 7) & 1) << 19);
  }
}
