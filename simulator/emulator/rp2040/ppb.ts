/** A core's private peripherals: NVIC, SysTick and system control (ARMv6-M B3.2 to B3.4). */
import type { Alarm, MachineClock } from "../clock";
import type { Core } from "./core";
import { exception } from "./exceptions";

const register = {
  SYST_CSR: 0x010,
  SYST_RVR: 0x014,
  SYST_CVR: 0x018,
  SYST_CALIB: 0x01c,
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

const microsecondTick = 1000;

export class Ppb {
  readonly #core: Core;
  readonly #clock: MachineClock;
  readonly #onResetRequest: () => void;
  readonly #tick: Alarm;
  #csr = 0;
  #reload = 0;
  /** When the counter was last at its reload value, in its own ticks. */
  #start = 0;

  constructor(core: Core, clock: MachineClock, onResetRequest: () => void) {
    this.#core = core;
    this.#clock = clock;
    this.#onResetRequest = onResetRequest;
    this.#tick = clock.createAlarm(() => {
      core.pend(exception.sysTick);
      this.#schedule();
    });
  }

  reset(): void {
    this.#csr = 0;
    this.#tick.cancel();
  }

  read(offset: number): number {
    const core = this.#core;
    if (offset >= register.NVIC_IPR0 && offset < register.NVIC_IPR0 + 32) {
      const first = offset - register.NVIC_IPR0;
      return [0, 1, 2, 3].reduce((word, i) => word | ((core.priorities[first + i] as number) << (8 * i + 6)), 0);
    }
    const system = (number: number, shift: number) => (core.systemPriorities[number] as number) << shift;
    switch (offset) {
      case register.SYST_CSR:
        return this.#csr;
      case register.SYST_RVR:
        return this.#reload;
      case register.SYST_CVR:
        return this.#csr & 1 ? this.#reload - (this.#elapsed() % (this.#reload + 1)) : 0;
      case register.SYST_CALIB:
        return 0x0000270f;
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
    if (offset >= register.NVIC_IPR0 && offset < register.NVIC_IPR0 + 32) {
      const first = offset - register.NVIC_IPR0;
      for (let i = 0; i < 4; i++) core.priorities[first + i] = (value >>> (8 * i + 6)) & 3;
      return;
    }
    switch (offset) {
      case register.SYST_CSR:
        if (value & 1 && (this.#csr & 1) === 0) this.#start = this.#ticks();
        this.#csr = value & 7;
        return this.#schedule();
      case register.SYST_RVR:
        this.#reload = value & 0xffffff;
        return this.#schedule();
      case register.SYST_CVR:
        this.#start = this.#ticks();
        return this.#schedule();
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

  /** SysTick counts system clocks, or microseconds of the reference tick. */
  #ticks(): number {
    return this.#csr & 4 ? this.#clock.cycles : Math.floor(this.#clock.nanos / microsecondTick);
  }

  #elapsed(): number {
    return this.#ticks() - this.#start;
  }

  #schedule(): void {
    this.#tick.cancel();
    if ((this.#csr & 3) !== 3 || this.#reload === 0) return;
    const left = this.#reload + 1 - (this.#elapsed() % (this.#reload + 1));
    this.#tick.schedule(left * (this.#csr & 4 ? 1e9 / this.#clock.frequency : microsecondTick));
  }
}
