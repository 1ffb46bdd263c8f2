/** The coprocessors of the RP2350 (datasheet 3.6) and the float unit: whether they are on, and what they answer. */
import { Access, type Place } from "./access";
import { Fault } from "./bus";
import { Dcp } from "./dcp";
import { cfsr } from "./exceptions";
import { exception } from "./nvic";

/** Coprocessors of the RP2350 (datasheet 3.6). */
const coprocessor = { gpio: 0, double: 4, doubleNonSecure: 5, redundancy: 7 } as const;
/** Whether the redundancy coprocessor's canaries are set up: true, in its own coding. */
const canariesReady = 0xa500a500 | 0;

export abstract class Coprocessors extends Access {
  readonly dcp = new Dcp();
  /** The second word of the pair that was moved last. */
  pairHigh = 0;

  requireCoprocessor(number: number, ...place: Place): void {
    this.arriveAt(...place);
    const exists = (Object.values(coprocessor) as number[]).includes(number);
    if (!exists || !this.enabledCoprocessor(number)) {
      throw new Fault(`coprocessor ${number} is not enabled`, exception.usageFault, cfsr.noCoprocessor);
    }
    this.itState = 0;
  }

  operate(number: number, opc1: number, crm: number, opc2: number, ...place: Place): void {
    this.requireCoprocessor(number, ...place);
    if (number === coprocessor.double || number === coprocessor.doubleNonSecure) this.dcp.operate(opc1, crm, opc2);
  }

  moveTo(number: number, opc1: number, crm: number, value: number, ...place: Place): void {
    this.requireCoprocessor(number, ...place);
    if (number === coprocessor.gpio) this.timed(place, () => this.bus.gpioWrite(this, opc1, crm, value, undefined));
  }

  movePairTo(number: number, opc1: number, crm: number, low: number, high: number, ...place: Place): void {
    this.requireCoprocessor(number, ...place);
    if (number === coprocessor.gpio) this.timed(place, () => this.bus.gpioWrite(this, opc1, crm, low, high));
    else if (number !== coprocessor.redundancy) this.dcp.write(opc1, crm, low, high);
  }

  moveFrom(number: number, opc1: number, crm: number, opc2: number, ...place: Place): number {
    this.requireCoprocessor(number, ...place);
    if (number === coprocessor.gpio) return this.timed(place, () => this.bus.gpioRead(this, opc1, crm) | 0);
    if (number === coprocessor.redundancy) return opc1 === 1 ? canariesReady : 0;
    return this.dcp.read(crm, opc2, this.#peeks(place)) | 0;
  }

  movePairFrom(number: number, opc1: number, crm: number, ...place: Place): number {
    this.requireCoprocessor(number, ...place);
    if (number === coprocessor.gpio) {
      return this.timed(place, () => {
        this.pairHigh = this.bus.gpioRead(this, opc1, crm + 1) | 0;
        return this.bus.gpioRead(this, opc1, crm) | 0;
      });
    }
    if (number === coprocessor.redundancy) return (this.pairHigh = 0);
    const low = this.dcp.readPair(opc1, crm, this.#peeks(place));
    this.pairHigh = this.dcp.high;
    return low;
  }

  /** Whether the instruction is MRC2 or MRRC2. */
  #peeks(place: Place): boolean {
    return ((this.code.fetch(place[2]) as number) & 0x1000) !== 0;
  }

  /** The first float instruction of a context (B3.31), or one while the unit is off. */
  startFloat(...place: Place): void {
    this.arriveAt(...place);
    if (!this.floatUnitEnabled) {
      throw new Fault("the floating-point unit is not enabled", exception.usageFault, cfsr.noCoprocessor);
    }
    const controlled = this.floatControlled;
    this.floatContext = true;
    this.updateFloat();
    this.writeFpscr(this.fpdscr);
    if (this.floatControlled !== controlled) throw new Restart();
    this.itState = 0;
  }
}

/** The instruction has to be translated for what has changed. */
export class Restart extends Error {}
