/**
 * The RP2350's double-precision coprocessor (RP2350 datasheet 3.6.2), modelled by its results: it keeps both operands
 * as they were written, and what is read at the end of one of the documented sequences is the sequence's result. What
 * those read in between, to multiply and to refine quotients on the core, is true for products only.
 */

const bits = new DataView(new ArrayBuffer(8));

function double(low: number, high: number): number {
  bits.setInt32(0, low, true);
  bits.setInt32(4, high, true);
  return bits.getFloat64(0, true);
}

function float(word: number): number {
  bits.setInt32(0, word, true);
  return bits.getFloat32(0, true);
}

/** Denormal operands and results are zeros; a NaN is the default one. */
function flush(value: number, smallest: number): number {
  return Math.abs(value) < smallest ? value * 0 : value;
}

const smallestDouble = 2 ** -1022;
const smallestFloat = 2 ** -126;

/** Operations, as the last field of the reads tells them: RDDA, RDDS, RDDM, RDDD, RDDQ, RDDG. */
const operation = { sum: 0, difference: 1, product: 2, quotient: 3, root: 4, conversion: 5 } as const;

export class Dcp {
  /** Words read by pairs: the upper one is fetched behind the lower one. */
  high = 0;
  #x = 0;
  #y = 0;
  /** The 128 bits of a product that the core has worked out, in words, low first. */
  readonly #product = new Uint32Array(4);
  #engaged = false;
  /** Conversions to integers: an integer was written, or one is to be read rounded to the nearest. */
  #integer = false;
  #rounds = false;

  operate(opc1: number, crm: number, opc2: number): void {
    this.#engaged = true;
    if (opc1 === 8 && crm === 0) this.#rounds = opc2 === 3; // NTDC, NRDC
  }

  /** MCRR. */
  write(opc1: number, crm: number, low: number, high: number): void {
    this.#engaged = true;
    const value = double(low, high);
    switch ((opc1 << 4) | crm) {
      case 0x00: // WXMD, WYMD and WEFD restore what was saved
        this.#x = value;
        this.#integer = false;
        return;
      case 0x01:
        this.#y = value;
        return;
      case 0x02:
        this.#engaged = (low & 1) !== 0;
        return;
      case 0x10: // WXUP
      case 0x80: // WXDC
        this.#x = flush(value, smallestDouble);
        this.#integer = false;
        return;
      case 0x11: // WYUP
        this.#y = flush(value, smallestDouble);
        return;
      case 0x12: // WXYU
      case 0x92: // WXFC
        this.#x = flush(float(low), smallestFloat);
        this.#y = flush(float(high), smallestFloat);
        this.#integer = false;
        return;
      case 0x20: // WXMS
        this.#product[0] = low;
        this.#product[1] = high;
        return;
      case 0x30: // WXMO
      case 0xa0: // WXFM
        this.#product[2] = low;
        this.#product[3] = high;
        return;
      case 0x60: // WXUC
        this.#x = low >>> 0;
        this.#integer = true;
        return;
      case 0x70: // WXIC
        this.#x = low | 0;
        this.#integer = true;
        return;
    }
  }

  /** MRC; `peek` is MRC2, which leaves the engaged flag alone. */
  read(crm: number, opc2: number, peek: boolean): number {
    if (crm === 0 && opc2 === 1 && peek) return this.#engaged ? 1 << 31 : 0;
    if (!peek) this.#engaged = false;
    switch (crm) {
      case 0:
        return opc2 === 1 ? this.#compare() : this.#classify(this.#x);
      case 2:
        bits.setFloat32(0, flush(Math.fround(this.#result(opc2, true)), smallestFloat), true);
        return bits.getInt32(0, true);
      default:
        return this.#toInteger(opc2 === 0);
    }
  }

  /** MRRC: the low word; the other one is left in `high`. */
  readPair(opc1: number, crm: number, peek: boolean): number {
    switch (crm) {
      case 8:
        return this.#split(this.#x);
      case 9:
        return this.#split(this.#y);
      case 10: {
        const classes = this.#classify(this.#x);
        this.high = this.#classify(this.#y);
        const engaged = this.#engaged ? 1 : 0;
        if (!peek) this.#engaged = false;
        return classes | engaged;
      }
      case 4:
        return this.#mantissa(this.#x);
      case 5:
        return this.#mantissa(this.#y);
      case 1: {
        if (opc1 !== 1) {
          this.high = 0; // seeds of a quotient or a root
          return 0;
        }
        // RXYH: the upper words of both mantissas
        this.#mantissa(this.#y);
        const other = this.high;
        this.#mantissa(this.#x);
        const first = this.high;
        this.high = other;
        return first;
      }
      default:
        if (!peek) this.#engaged = false;
        return this.#split(flush(this.#result(opc1 >> 1, false), smallestDouble));
    }
  }

  #split(value: number): number {
    bits.setFloat64(0, value, true);
    this.high = bits.getInt32(4, true);
    return bits.getInt32(0, true);
  }

  /** 1 to 2 with 62 binary places; 0 of what is no finite number. */
  #mantissa(value: number): number {
    const low = this.#split(value);
    const high = this.high;
    if (value === 0 || !Number.isFinite(value)) {
      this.high = 0;
      return 0;
    }
    this.high = (1 << 30) | ((high & 0xfffff) << 10) | (low >>> 22);
    return low << 10;
  }

  /** Sign, zero, infinity and NaN in the upper four bits. */
  #classify(value: number): number {
    const negative = Object.is(value, -0) || value < 0 ? 1 << 31 : 0;
    if (value === 0) return negative | (1 << 30);
    if (Number.isNaN(value)) return 1 << 28;
    return Number.isFinite(value) ? negative : negative | (1 << 29);
  }

  /** N, Z, C and V; unordered is V alone. */
  #compare(): number {
    if (this.#x === this.#y) return 0x60000000;
    if (this.#x < this.#y) return 0x80000000 | 0;
    return this.#x > this.#y ? 0x20000000 : 0x10000000;
  }

  /** `single`: the caller rounds to a float, once. */
  #result(kind: number, single: boolean): number {
    const x = this.#x;
    const y = this.#y;
    switch (kind) {
      case operation.sum:
        return x + y;
      case operation.difference:
        return this.#integer ? x : x - y;
      case operation.product:
        return single || x === 0 || y === 0 || !Number.isFinite(x * 0 + y * 0) ? x * y : this.#fromProduct();
      case operation.quotient:
        return x / y;
      case operation.root:
        return Math.sqrt(x);
      default:
        return x;
    }
  }

  /** The product the core wrote, 1 to 4 with 124 binary places of which the low ones are sticky, and the operands' exponents. */
  #fromProduct(): number {
    const exponent = (value: number) => ((this.#split(value), this.high >>> 20) & 0x7ff) - 1023;
    const scale = exponent(this.#x) + exponent(this.#y);
    const negative = this.#x < 0 !== this.#y < 0;
    let product = this.#product.reduceRight((total, part) => (total << 32n) | BigInt(part), 0n);
    const excess = product.toString(2).length - 56;
    if (excess > 0) product = (product >> BigInt(excess)) | (product & ((1n << BigInt(excess)) - 1n) ? 1n : 0n);
    const value = Number(product) * 2 ** (Math.max(excess, 0) - 124); // 56 bits and the sticky one round once
    const half = scale >> 1;
    return (negative ? -value : value) * 2 ** half * 2 ** (scale - half);
  }

  #toInteger(signed: boolean): number {
    const value = this.#x;
    if (Number.isNaN(value)) return 0;
    const floor = Math.floor(value);
    const rest = value - floor;
    const nearest = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
    const integer = this.#rounds ? nearest : Math.trunc(value);
    const least = signed ? -0x80000000 : 0;
    const most = signed ? 0x7fffffff : 0xffffffff;
    return Math.min(most, Math.max(least, integer)) | 0;
  }
}
