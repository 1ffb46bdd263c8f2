/** Multiplication and division (Armv8-M C2.3.16, C2.3.17). */
import { divideCost, longMultiplyCost } from "./cost";
import type { Emitter } from "./emitter";

const pc = 15;

/** A signed halfword of a register. */
const half = (value: string, top: number) => (top ? `(${value}>>16)` : `((${value}<<16)>>16)`);

export function multiply(e: Emitter, first: number, second: number): void {
  const n = e.get(first & 15);
  const m = e.get(second & 15);
  const a = second >> 12;
  const d = (second >> 8) & 15;
  const x = (second >> 4) & 1;
  const y = (second >> 5) & 1;
  const accumulator = () => (a === pc ? "0" : e.get(a));
  if (second & 0xc0) return e.undefinedLong(first, second);
  switch ((first >> 4) & 7) {
    case 0:
      if (y) return e.undefinedLong(first, second);
      if (x) return e.set(d, `${e.get(a)}-Math.imul(${n},${m})|0`);
      return e.set(d, a === pc ? `Math.imul(${n},${m})` : `${e.get(a)}+Math.imul(${n},${m})|0`);
    case 1: {
      const product = `Math.imul(${half(n, y)},${half(m, x)})`;
      return e.set(d, a === pc ? product : `I.accumulate(${e.get(a)},${product},R)`);
    }
    case 2:
    case 4: {
      const other = x ? e.constant(`(${m}>>>16)|(${m}<<16)`) : m;
      const sign = first & 0x40 ? "-" : "+";
      const sum = `${half(n, 0)}*${half(other, 0)}${sign}${half(n, 1)}*${half(other, 1)}`;
      return e.set(d, `I.accumulate(${accumulator()},${sum},R)`);
    }
    case 3:
      return e.set(d, `I.accumulate(${accumulator()},I.wide(${n},${half(m, x)}),R)`);
    case 5:
      return e.set(d, `I.mostSignificant(${accumulator()},${n},${m},${x})`);
    case 6:
      return e.set(d, `I.mostSignificantLess(${accumulator()},${n},${m},${x})`);
    default:
      return e.set(d, `I.differences(${n},${m})+${accumulator()}|0`);
  }
}

export function longMultiply(e: Emitter, first: number, second: number): void {
  const n = e.constant(e.get(first & 15));
  const m = e.constant(e.get(second & 15));
  const low = second >> 12;
  const high = (second >> 8) & 15;
  const kind = (first >> 4) & 7;
  const lower = (second >> 4) & 15;
  if (kind === 1 || kind === 3) {
    if (lower !== 15) return e.undefinedLong(first, second);
    e.cycles += divideCost;
    const check = `if(${m}===0&&C.trapsDivisionByZero){${e.flush}C.divisionByZero(${e.place});}`;
    e.emit(check);
    const unsigned = `((${n}>>>0)/(${m}>>>0)|0)`;
    // the quotient of -2^31 and -1 wraps; division by zero gives 0
    return e.set(high, `${m}===0?0:${kind === 1 ? `(${n}/${m}|0)` : unsigned}`);
  }
  e.cycles += longMultiplyCost;
  const product = e.constant(`Math.imul(${n},${m})`);
  const set = (lowWord: string, highWord: string) => {
    e.set(low, lowWord);
    e.set(high, highWord);
  };
  /** RdHi:RdLo plus a product given by its words. */
  const accumulate = (lowWord: string, highWord: string) => {
    const added = e.constant(lowWord);
    const sum = e.constant(`${e.get(low)}+${added}|0`);
    const carry = `((${sum}>>>0)<(${added}>>>0)?1:0)`;
    const top = e.constant(`${e.get(high)}+${highWord}+${carry}|0`);
    set(sum, top);
  };
  /** RdHi:RdLo plus a product that a double holds exactly. */
  const accumulateDouble = (value: string) => {
    const exact = e.constant(value);
    accumulate(`${exact}|0`, `Math.floor(${exact}/4294967296)`);
  };
  switch ((kind << 4) | lower) {
    case 0x00:
      return set(product, e.constant(`I.highSigned(${n},${m})`));
    case 0x20:
      return set(product, e.constant(`I.highUnsigned(${n},${m})`));
    case 0x40:
      return accumulate(product, `I.highSigned(${n},${m})`);
    case 0x60:
      return accumulate(product, `I.highUnsigned(${n},${m})`);
    case 0x66: {
      const one = e.constant(`(${product}>>>0)+(${e.get(low)}>>>0)+(${e.get(high)}>>>0)`);
      const top = e.constant(`I.highUnsigned(${n},${m})+Math.floor(${one}/4294967296)|0`);
      return set(e.constant(`${one}|0`), top);
    }
    case 0x48:
    case 0x49:
    case 0x4a:
    case 0x4b:
      return accumulateDouble(`${half(n, (lower >> 1) & 1)}*${half(m, lower & 1)}`);
    case 0x4c:
    case 0x4d:
    case 0x5c:
    case 0x5d: {
      const other = lower & 1 ? e.constant(`(${m}>>>16)|(${m}<<16)`) : m;
      const sign = kind === 5 ? "-" : "+";
      return accumulateDouble(`${half(n, 0)}*${half(other, 0)}${sign}${half(n, 1)}*${half(other, 1)}`);
    }
    default:
      return e.undefinedLong(first, second);
  }
}
