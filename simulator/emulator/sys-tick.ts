/** SysTick, the 24-bit down-counter of a core (ARMv6-M B3.3); an Armv8-M's is the same. */
import type { Alarm, MachineClock } from "./clock";

/** Offsets within a core's private peripherals. */
const register = { CSR: 0x10, RVR: 0x14, CVR: 0x18, CALIB: 0x1c } as const;
/** CSR. */
const enable = 1;
const interrupts = 2;
const countsCycles = 4;

/** Without it in CSR, microseconds are counted, of the reference tick of either chip. */
const microsecond = 1000;

export class SysTick {
  readonly #clock: MachineClock;
  readonly #calibration: number;
  readonly #alarm: Alarm;
  #csr = 0;
  #reload = 0;
  /** When the counter was last at its reload value, in its own ticks. */
  #start = 0;

  /** `calibration` is what SYST_CALIB reads; `expired` is called when the counter comes to 0 with interrupts enabled. */
  constructor(clock: MachineClock, calibration: number, expired: () => void) {
    this.#clock = clock;
    this.#calibration = calibration;
    this.#alarm = clock.createAlarm(() => {
      expired();
      this.#schedule();
    });
  }

  /** Whether a register at an offset within the private peripherals is SysTick's. */
  static has(offset: number): boolean {
    return offset >= register.CSR && offset <= register.CALIB;
  }

  reset(): void {
    this.#csr = 0;
    this.#alarm.cancel();
  }

  read(offset: number): number {
    switch (offset) {
      case register.CSR:
        return this.#csr;
      case register.RVR:
        return this.#reload;
      case register.CVR:
        return this.#csr & enable ? this.#reload - (this.#elapsed() % (this.#reload + 1)) : 0;
      default:
        return this.#calibration;
    }
  }

  write(offset: number, value: number): void {
    switch (offset) {
      case register.CSR:
        if (value & enable && (this.#csr & enable) === 0) this.#start = this.#ticks();
        this.#csr = value & 7;
        break;
      case register.RVR:
        this.#reload = value & 0xffffff;
        break;
      case register.CVR:
        this.#start = this.#ticks();
        break;
      default:
        return;
    }
    this.#schedule();
  }

  #ticks(): number {
    return this.#csr & countsCycles ? this.#clock.cycles : Math.floor(this.#clock.nanos / microsecond);
  }

  #elapsed(): number {
    return this.#ticks() - this.#start;
  }

  #schedule(): void {
    this.#alarm.cancel();
    if ((~this.#csr & (enable | interrupts)) !== 0 || this.#reload === 0) return;
    const left = this.#reload + 1 - (this.#elapsed() % (this.#reload + 1));
    this.#alarm.schedule(left * (this.#csr & countsCycles ? 1e9 / this.#clock.frequency : microsecond));
  }
}
