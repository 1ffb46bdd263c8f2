/** The flash's serial interface, as far as second stages and flash_do_cmd go (RP2040 datasheet 4.10). */
import { StorageBlock, type Block } from "../block";
import type { SerialFlash } from "../serial-flash";

const register = {
  CTRLR0: 0x00,
  SSIENR: 0x08,
  BAUDR: 0x14,
  TXFLR: 0x20,
  RXFLR: 0x24,
  SR: 0x28,
  IDR: 0x58,
  VERSION: 0x5c,
  DR0: 0x60,
};
const status = { txNotFull: 2, txEmpty: 4, rxNotEmpty: 8 } as const;
/** GPIO_QSPI_SS_CTRL and its OUTOVER. */
const selectCtrl = 0x0c;
const drivenLow = 2;
const executeInPlace = 3; // CTRLR0.TMOD: EEPROM read

export class Ssi implements Block {
  readonly #flash: SerialFlash;
  readonly #configured: (executeInPlace: boolean, divider: number) => void;
  #registers = new Map<number, number>();
  #received: number[] = [];

  /** `configured` is called when the interface is switched on. */
  constructor(flash: SerialFlash, configured: (executeInPlace: boolean, divider: number) => void) {
    this.#flash = flash;
    this.#configured = configured;
  }

  /** Chip select falls: a command begins. */
  select(): void {
    this.#flash.select();
  }

  /** The boot ROM's plain serial mode. */
  serial(): void {
    this.#registers.set(register.CTRLR0, 0);
    this.#received = [];
  }

  read(offset: number): number {
    switch (offset) {
      case register.SR:
        return status.txEmpty | status.txNotFull | (this.#received.length > 0 ? status.rxNotEmpty : 0);
      case register.TXFLR:
        return 0;
      case register.RXFLR:
        return this.#received.length;
      case register.DR0:
        return this.#received.shift() ?? 0;
      case register.IDR:
        return 0x51535049;
      case register.VERSION:
        return 0x3430312a;
      default:
        return this.#registers.get(offset) ?? 0;
    }
  }

  write(offset: number, value: number): void {
    if (offset === register.DR0) {
      if (this.#mode !== 0) return;
      // Without a chip select of its own, a command ends when its answer has been read.
      if (this.#received.length === 0 && this.#automatic) this.#flash.select();
      this.#received.push(this.#flash.exchange(value));
      return;
    }
    this.#registers.set(offset, value);
    if (offset === register.SSIENR && value & 1)
      this.#configured(this.#mode === executeInPlace, this.#registers.get(register.BAUDR) ?? 0);
  }

  /** Whether chip select follows the data and not IO_QSPI. */
  #automatic = true;

  forceSelect(on: boolean): void {
    this.#automatic = !on;
  }

  get #mode(): number {
    return ((this.#registers.get(register.CTRLR0) ?? 0) >> 8) & 3;
  }
}

/** IO_QSPI: only the override of chip select means something (datasheet 2.19.6.2). */
export class QspiPins extends StorageBlock {
  readonly #ssi: Ssi;

  constructor(ssi: Ssi) {
    super();
    this.#ssi = ssi;
  }

  override write(offset: number, value: number): void {
    super.write(offset, value);
    if (offset !== selectCtrl) return;
    const override = (value >> 8) & 3;
    this.#ssi.forceSelect((override & 2) !== 0);
    if (override === drivenLow) this.#ssi.select();
  }
}
