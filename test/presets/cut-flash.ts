import { RamFlash } from "../../modules/testing/ram-flash";
import { Random } from "./random";

export class PowerCut extends Error {}

/**
 * A flash whose power fails in the middle of an operation: of a program, any of the wanted bits are cleared; of an erase,
 * the sector is left in one of the states between, or full of anything. It counts operations and erases.
 */
export class CutFlash extends RamFlash {
  /** Programs and erases so far. */
  operations = 0;
  readonly erases: number[];
  #cut = Infinity;
  #random = new Random(0);

  constructor(sectors: number) {
    super(sectors);
    this.erases = new Array<number>(sectors).fill(0);
  }

  get eraseCount(): number {
    return this.erases.reduce((sum, count) => sum + count);
  }

  /** The operation that is the `operation`-th from now, 0 being the next, is cut, in a way that the seed determines. */
  cutIn(operation: number, seed: number): void {
    this.#cut = this.operations + operation;
    this.#random = new Random(seed);
  }

  keepPower(): void {
    this.#cut = Infinity;
  }

  override program(offset: number, page: Uint8Array): void {
    if (this.operations++ !== this.#cut) {
      super.program(offset, page);
      return;
    }
    const missing = this.#degree();
    super.program(
      offset,
      page.map((byte) => byte | this.#random.bits(missing)),
    );
    throw new PowerCut();
  }

  override erase(offset: number): void {
    const isCut = this.operations++ === this.#cut;
    const sector = this.bytes.subarray(offset, offset + this.sectorSize);
    const before = sector.slice();
    super.erase(offset);
    (this.erases[offset / this.sectorSize] as number)++;
    if (!isCut) return;
    const random = this.#random;
    const way = random.below(4);
    const amount = this.#degree();
    // Only the first part erased; any bits erased; any bytes anything; everything anything
    if (way === 0) sector.set(before.subarray(Math.floor(amount * before.length)), Math.floor(amount * before.length));
    else if (way === 1) before.forEach((byte, i) => (sector[i] = byte | random.bits(amount)));
    else if (way === 2) before.forEach((byte, i) => (sector[i] = random.next() < amount ? random.below(256) : byte));
    else before.forEach((_, i) => (sector[i] = random.below(256)));
    throw new PowerCut();
  }

  /** None, all, or some share. */
  #degree(): number {
    const way = this.#random.below(8);
    return way === 0 ? 0 : way === 1 ? 1 : this.#random.next() ** 2;
  }
}
