/** A core's private peripherals: NVIC, SysTick and system control (ARMv6-M B3.2 to B3.4). */
import type { MachineClock } from "../clock";
import { SysTick } from "../sys-tick";
import type { Core } from "./core";
import { exception } from "./exceptions";

const register = {
  NVIC_ISER: 0x100,
  NVIC_ICER: 0x180,
  NVIC_ISPR: 0x200,
  NVIC_ICPR: 0x280,
  NVIC_IPR0: 0x400,
  CPUID: 0xd00,
  ICSR: 0xd04,
  VTOR: 0xd08,
  AIRCR: 0xd0c,
  SHPR2: 0xd1c,
  SHPR3: 0xd20,
} as const;

/** 10,000 microseconds are 10 ms. */
const sysTickCalibration = 0x0000270f;

export class Ppb {
  readonly #core: Core;
  readonly #onResetRequest: () => void;
  readonly #sysTick: SysTick;

  constructor(core: Core, clock: MachineClock, onResetRequest: () => void) {
    this.#core = core;
    this.#onResetRequest = onResetRequest;
    this.#sysTick = new SysTick(clock, sysTickCalibration, () => core.pend(exception.sysTick));
  }

  reset(): void {
    this.#sysTick.reset();
  }

  read(offset: number): number {
    if (SysTick.has(offset)) return this.#sysTick.read(offset);
    const core = this.#core;
    if (offset >= register.NVIC_IPR0 && offset < register.NVIC_IPR0 + 32) {
      const first = offset - register.NVIC_IPR0;
      return [0, 1, 2, 3].reduce((word, i) => word | ((core.priorities[first + i] as number) << (8 * i + 6)), 0);
    }
    const system = (number: number, shift: number) => (core.systemPriorities[number] as number) << shift;
    switch (offset) {
      case register.NVIC_ISER:
      case register.NVIC_ICER:
        return core.enabled;
      case register.NVIC_ISPR:
      case register.NVIC_ICPR:
        return core.pending;
      case register.CPUID:
        return 0x410cc601; // Cortex-M0+ r0p1
      case register.ICSR:
        return (
          core.ipsr |
          ((core.pending & core.enabled) !== 0 ? 1 << 22 : 0) |
          ((core.systemPending & (1 << exception.pendSv)) << 14)
        );
      case register.VTOR:
        return core.vtor;
      case register.SHPR2:
        return system(exception.svCall, 30);
      case register.SHPR3:
        return system(exception.pendSv, 22) | system(exception.sysTick, 30);
      default:
        return 0;
    }
  }

  write(offset: number, value: number): void {
    const core = this.#core;
    core.attention = true;
    if (SysTick.has(offset)) return this.#sysTick.write(offset, value);
    if (offset >= register.NVIC_IPR0 && offset < register.NVIC_IPR0 + 32) {
      const first = offset - register.NVIC_IPR0;
      for (let i = 0; i < 4; i++) core.priorities[first + i] = (value >>> (8 * i + 6)) & 3;
      return;
    }
    switch (offset) {
      case register.NVIC_ISER:
        core.enabled |= value;
        return;
      case register.NVIC_ICER:
        core.enabled &= ~value;
        return;
      case register.NVIC_ISPR:
        core.latched |= value;
        return;
      case register.NVIC_ICPR:
        core.latched &= ~value; // a line that is still high keeps its interrupt pending
        return;
      case register.ICSR:
        if (value & (1 << 31)) core.pend(exception.nmi);
        if (value & (1 << 28)) core.pend(exception.pendSv);
        if (value & (1 << 26)) core.pend(exception.sysTick);
        if (value & (1 << 27)) core.systemPending &= ~(1 << exception.pendSv);
        if (value & (1 << 25)) core.systemPending &= ~(1 << exception.sysTick);
        return;
      case register.VTOR:
        core.vtor = value & ~0xff;
        return;
      case register.AIRCR:
        if (value >>> 16 === 0x05fa && value & 4) this.#onResetRequest();
        return;
      case register.SHPR2:
        core.systemPriorities[exception.svCall] = value >>> 30;
        return;
      case register.SHPR3:
        core.systemPriorities[exception.pendSv] = (value >>> 22) & 3;
        core.systemPriorities[exception.sysTick] = value >>> 30;
    }
  }
}
