/** Data processing of 32-bit instructions (Armv8-M C2.3.1 to C2.3.4, C2.3.15). */
import { add, addWithCarry, decodeShift, logic, shift, type Shifted, shiftByRegister, subtract } from "./alu";
import type { Emitter } from "./emitter";
import { reverse } from "./thumb16";

const pc = 15;

/** ThumbExpandImm_C (E2.1): a byte repeated, or 8 bits rotated. */
function expandImmediate(first: number, second: number): Shifted {
  const imm8 = second & 0xff;
  const code = ((first & 0x400) << 1) | ((second >> 4) & 0x700) | imm8;
  switch (code >> 8) {
    case 0:
      return { value: String(imm8) };
    case 1:
      return { value: String((imm8 << 16) | imm8) };
    case 2:
      return { value: String((imm8 << 24) | (imm8 << 8)) };
    case 3:
      return { value: String(Math.imul(imm8, 0x01010101)) };
    default: {
      const amount = code >> 7;
      const byte = 0x80 | (imm8 & 0x7f);
      const value = (byte >>> amount) | (byte << (32 - amount));
      return { value: String(value), carry: String(value < 0) };
    }
  }
}

export function immediateOperations(e: Emitter, first: number, second: number): void {
  operation(e, first, second, () => expandImmediate(first, second));
}

export function shiftedOperations(e: Emitter, first: number, second: number): void {
  const imm5 = ((second >> 10) & 0x1c) | ((second >> 6) & 3);
  const type = (second >> 4) & 3;
  if (((first >> 5) & 15) === 6) return pack(e, first, second, imm5);
  operation(e, first, second, () => shift(e, e.constant(e.get(second & 15)), ...decodeShift(type, imm5)));
}

function operation(e: Emitter, first: number, second: number, operand: () => Shifted): void {
  const n = first & 15;
  const d = (second >> 8) & 15;
  const flags = (first & 0x10) !== 0;
  const target = d === pc ? undefined : d;
  const kind = (first >> 5) & 15;
  if (d === pc && (!flags || ![0, 4, 8, 13].includes(kind))) return e.undefinedLong(first, second);
  const { value, carry } = operand();
  switch (kind) {
    case 0:
      return logic(e, target, `${e.get(n)}&${value}`, carry, flags);
    case 1:
      return logic(e, target, `${e.get(n)}&~${value}`, carry, flags);
    case 2:
      return logic(e, target, n === pc ? value : `${e.get(n)}|${value}`, carry, flags);
    case 3:
      return logic(e, target, n === pc ? `~${value}` : `${e.get(n)}|~${value}`, carry, flags);
    case 4:
      return logic(e, target, `${e.get(n)}^${value}`, carry, flags);
    case 8:
      return add(e, target, e.get(n), value, flags);
    case 10:
      return addWithCarry(e, d, e.get(n), value, flags);
    case 11:
      return addWithCarry(e, d, e.get(n), `(~${value})`, flags);
    case 13:
      return subtract(e, target, e.get(n), `(${value})`, flags);
    case 14:
      return subtract(e, d, `(${value})`, e.get(n), flags);
    default:
      return e.undefinedLong(first, second);
  }
}

/** PKHBT and PKHTB. */
function pack(e: Emitter, first: number, second: number, imm5: number): void {
  const n = e.get(first & 15);
  const m = e.get(second & 15);
  const d = (second >> 8) & 15;
  if (second & 0x20) e.set(d, `(${n}&0xffff0000)|((${m}>>${imm5 === 0 ? 31 : imm5})&65535)`);
  else e.set(d, `(${n}&65535)|((${m}<<${imm5})&0xffff0000)`);
}

/** ADDW, MOVW, saturation and bit fields. */
export function plainImmediate(e: Emitter, first: number, second: number): void {
  const n = first & 15;
  const d = (second >> 8) & 15;
  const imm12 = ((first & 0x400) << 1) | ((second >> 4) & 0x700) | (second & 0xff);
  const lsb = ((second >> 10) & 0x1c) | ((second >> 6) & 3);
  const low5 = second & 0x1f;
  const kind = (first >> 4) & 0x1f;
  switch (kind) {
    case 0b00000:
      return e.set(d, n === pc ? String((e.base + imm12) | 0) : `${e.get(n)}+${imm12}|0`);
    case 0b01010:
      return e.set(d, n === pc ? String((e.base - imm12) | 0) : `${e.get(n)}-${imm12}|0`);
    case 0b00100:
      return e.set(d, String((n << 12) | imm12));
    case 0b01100:
      return e.set(d, `(${e.get(d)}&65535)|${(n << 28) | (imm12 << 16)}`);
    case 0b10000:
    case 0b10010:
    case 0b11000:
    case 0b11010: {
      const unsigned = kind & 8 ? "u" : "s";
      const bits = low5 + (kind & 8 ? 0 : 1);
      if (kind & 2 && lsb === 0) {
        if (low5 > 15) return e.undefinedLong(first, second);
        return e.set(d, `I.${unsigned}sat16(${e.get(n)},${bits},R)`);
      }
      const { value } = shift(e, e.get(n), kind & 2 ? "asr" : "lsl", lsb);
      return e.set(d, `I.${unsigned}sat(${value},${bits},R)`);
    }
    case 0b10100:
      if (lsb + low5 > 31) return e.undefinedLong(first, second);
      return e.set(d, `(${e.get(n)}<<${31 - lsb - low5})>>${31 - low5}`);
    case 0b11100:
      if (lsb + low5 > 31) return e.undefinedLong(first, second);
      return e.set(d, `(${e.get(n)}<<${31 - lsb - low5})>>>${31 - low5}|0`);
    case 0b10110: {
      if (low5 < lsb) return e.undefinedLong(first, second);
      const mask = (0xffffffff >>> (31 - (low5 - lsb))) << lsb;
      const inserted = n === pc ? "0" : `(${e.get(n)}<<${lsb})&${mask}`;
      return e.set(d, `(${e.get(d)}&${~mask})|(${inserted})`);
    }
    default:
      return e.undefinedLong(first, second);
  }
}

/** Shifts, extensions, parallel sums, saturating sums and bit reversals. */
export function registerOperations(e: Emitter, first: number, second: number): void {
  if ((second & 0xf000) !== 0xf000) return e.undefinedLong(first, second);
  const n = first & 15;
  const m = second & 15;
  const d = (second >> 8) & 15;
  const upper = (first >> 4) & 15;
  const lower = (second >> 4) & 15;
  if (upper < 8) {
    if (lower === 0) {
      const type = (["lsl", "lsr", "asr", "ror"] as const)[(upper >> 1) as 0];
      return shiftByRegister(e, d, type, e.get(n), e.get(m), (upper & 1) !== 0);
    }
    if (lower < 8 || upper > 5) return e.undefinedLong(first, second);
    return extend(e, upper, n, m, d, 8 * (lower & 3));
  }
  if (lower < 8) {
    if (!(upper - 8 in parallelSums) || (lower & 3) === 3) return e.undefinedLong(first, second);
    return e.set(d, `I.parallel(${upper - 8},${lower},${e.get(n)},${e.get(m)},R)`);
  }
  const a = e.get(n);
  const b = e.get(m);
  const select = ((upper & 3) << 2) | (lower & 3);
  if (upper >= 12 || lower >= 12) return e.undefinedLong(first, second);
  switch (select) {
    case 0:
      return e.set(d, `I.qadd(${b},${a},R)`);
    case 1:
      return e.set(d, `I.qadd(${b},I.qadd(${a},${a},R),R)`);
    case 2:
      return e.set(d, `I.qsub(${b},${a},R)`);
    case 3:
      return e.set(d, `I.qsub(${b},I.qadd(${a},${a},R),R)`);
    case 4:
      return e.set(d, reverse(e.constant(b), 0));
    case 5:
      return e.set(d, reverse(e.constant(b), 1));
    case 6:
      return e.set(d, `I.rbit(${b})`);
    case 7:
      return e.set(d, reverse(e.constant(b), 2));
    case 8:
      return e.set(d, `I.select(${a},${b},R)`);
    case 12:
      return e.set(d, `Math.clz32(${b})`);
    default:
      return e.undefinedLong(first, second);
  }
}

/** By the upper field: ADD8, ADD16, ASX, SUB8, SUB16 and SAX. */
const parallelSums = { 0: "add8", 1: "add16", 2: "asx", 4: "sub8", 5: "sub16", 6: "sax" };

/** SXTAH, UXTAH, SXTAB16, UXTAB16, SXTAB and UXTAB; without a sum when Rn is PC. */
function extend(e: Emitter, kind: number, n: number, m: number, d: number, rotation: number): void {
  const source = e.get(m);
  const value = e.constant(rotation === 0 ? source : `(${source}>>>${rotation})|(${source}<<${32 - rotation})`);
  const extended = [`((${value}<<16)>>16)`, `(${value}&65535)`, "", "", `((${value}<<24)>>24)`, `(${value}&255)`][
    kind
  ] as string;
  if (extended !== "") return e.set(d, n === pc ? extended : `${e.get(n)}+${extended}|0`);
  const low = kind === 2 ? `((${value}<<24)>>24)` : `(${value}&255)`;
  const high = kind === 2 ? `((${value}<<8)>>24)` : `((${value}>>>16)&255)`;
  const base = n === pc ? "0" : e.get(n);
  e.set(d, `((${base}+${low})&65535)|(((${base}>>>16)+${high})<<16)`);
}
