/** The 32-bit instructions (Armv8-M C2.3): branches, loads and stores, and where the others are found. */
import { branchCost, loadCost, returnCost } from "./cost";
import { coprocessor } from "./coprocessor";
import { immediateOperations, plainImmediate, registerOperations, shiftedOperations } from "./data-processing";
import type { Emitter } from "./emitter";
import { exclusive } from "./exclusive";
import { float } from "./float";
import { load, loadMany, store, storeMany } from "./memory";
import { longMultiply, multiply } from "./multiply";
import { hint, pop, push } from "./thumb16";

const sp = 13;
const lr = 14;
const pc = 15;

const bits = (list: number) => Array.from({ length: 16 }, (_, i) => i).filter((i) => list & (1 << i));

export function translate32(e: Emitter, first: number, second: number): void {
  if (first >>> 11 === 0b11110)
    return second & 0x8000
      ? control(e, first, second)
      : first & 0x200
        ? plainImmediate(e, first, second)
        : immediateOperations(e, first, second);
  if ((first & 0x0c00) === 0x0c00) {
    const number = (second >> 8) & 15;
    return number === 10 || number === 11 ? float(e, first, second) : coprocessor(e, first, second);
  }
  if (first >>> 11 === 0b11101) {
    if (first & 0x200) return shiftedOperations(e, first, second);
    return first & 0x40 ? dualOrExclusive(e, first, second) : multiple(e, first, second);
  }
  if ((first & 0xff00) === 0xfa00) return registerOperations(e, first, second);
  if ((first & 0xff80) === 0xfb00) return multiply(e, first, second);
  if ((first & 0xff80) === 0xfb80) return longMultiply(e, first, second);
  return single(e, first, second);
}

/** Branches, MSR, MRS, hints and barriers (C2.3.5). */
function control(e: Emitter, first: number, second: number): void {
  const sign = (first >> 10) & 1;
  const j1 = (second >> 13) & 1;
  const j2 = (second >> 11) & 1;
  const low = (second & 0x7ff) << 1;
  if (second & 0x1000) {
    const i1 = ~(j1 ^ sign) & 1;
    const i2 = ~(j2 ^ sign) & 1;
    const offset = (-sign << 24) | (i1 << 23) | (i2 << 22) | ((first & 0x3ff) << 12) | low;
    e.calls = (second & 0x4000) !== 0;
    if (e.calls) e.set(lr, String(e.next | 1));
    e.branch((e.at + 4 + offset) | 0, branchCost);
    e.ended = e.itState === 0;
    return;
  }
  if (second & 0x4000) return e.undefinedLong(first, second);
  if ((first & 0x380) !== 0x380) {
    const offset = (-sign << 20) | (j2 << 19) | (j1 << 18) | ((first & 0x3f) << 12) | low;
    return e.when(e.condition((first >> 6) & 15), () => e.branch((e.at + 4 + offset) | 0, branchCost));
  }
  switch ((first >> 4) & 0x7f) {
    case 0b0111000:
    case 0b0111001:
      e.leave(`C.writeSpecial(${second & 0xff},${(second >> 10) & 3},${e.get(first & 15)})`);
      e.ended = e.itState === 0;
      return;
    case 0b0111010:
      return hint(e, second & 0xff);
    case 0b0111011:
      if (((second >> 4) & 15) === 2) e.emit("C.clearExclusive();");
      return; // barriers have nothing to wait for
    case 0b0111110:
    case 0b0111111:
      e.commit();
      return e.set((second >> 8) & 15, `C.readSpecial(${second & 0xff})`);
    default:
      return e.undefinedLong(first, second);
  }
}

/** LDM, STM, PUSH and POP. */
function multiple(e: Emitter, first: number, second: number): void {
  const n = first & 15;
  const writeBack = (first & 0x20) !== 0;
  const mode = (first >> 7) & 3;
  const list = bits(second);
  if (mode === 0 || mode === 3 || n === pc || list.length < 2) return e.undefinedLong(first, second);
  if (n === sp && writeBack && mode === (first & 0x10 ? 1 : 2)) return first & 0x10 ? pop(e, list) : push(e, list);
  const total = 4 * list.length;
  const base = e.constant(e.get(n));
  const end = mode === 1 ? `${base}+${total}|0` : `${base}-${total}|0`;
  const from = mode === 1 ? base : e.constant(end);
  e.cycles += list.length;
  if ((first & 0x10) === 0) {
    const values = list.map((i) => e.get(i));
    return storeMany(e, from, values, writeBack ? () => e.set(n, end) : undefined);
  }
  const values = loadMany(e, from, list.length);
  if (writeBack && !list.includes(n)) e.set(n, end);
  list.forEach((i, index) => {
    if (i !== pc) e.set(i, values[index] as string);
  });
  if (!list.includes(pc)) return;
  e.branchTo(values[list.length - 1] as string, returnCost);
  e.ended = e.itState === 0;
}

/** LDRD and STRD, exclusives, acquire and release, table branches, SG and TT. */
function dualOrExclusive(e: Emitter, first: number, second: number): void {
  if (first === 0xe97f && second === 0xe97f) return; // SG: the state is Secure already
  if ((first & 0x120) === 0) return exclusive(e, first, second);
  const n = first & 15;
  const t = second >> 12;
  const t2 = (second >> 8) & 15;
  const offset = (first & 0x80 ? 4 : -4) * (second & 0xff);
  const base = n === pc ? String(e.base) : e.get(n);
  const moved = e.constant(`${base}+${offset}|0`);
  const address = first & 0x100 ? moved : e.constant(base);
  const writeBack = first & 0x20 ? () => e.set(n, moved) : undefined;
  e.cycles += 1;
  if ((first & 0x10) === 0) return storeMany(e, address, [e.get(t), e.get(t2)], writeBack);
  e.cycles += loadCost;
  const values = loadMany(e, address, 2);
  writeBack?.();
  e.set(t, values[0] as string);
  e.set(t2, values[1] as string);
}

/** Loads and stores of one register (C2.3.8 and on). */
function single(e: Emitter, first: number, second: number): void {
  const n = first & 15;
  const t = second >> 12;
  const size = (first >> 5) & 3;
  const loads = (first & 0x10) !== 0;
  const signed = (first & 0x100) !== 0;
  if (size === 3 || (signed && (!loads || size === 2)) || (n === pc && !loads)) return e.undefinedLong(first, second);
  const bytes = ([1, 2, 4] as const)[size as 0];
  let address: string;
  let writeBack: (() => void) | undefined;
  if (n === pc) address = String((e.base + (first & 0x80 ? second & 0xfff : -(second & 0xfff))) | 0);
  else if (first & 0x80) address = e.constant(`${e.get(n)}+${second & 0xfff}|0`);
  else if (second & 0x800) {
    const offset = (second & 0x200 ? 1 : -1) * (second & 0xff);
    const moved = e.constant(`${e.get(n)}+${offset}|0`);
    address = second & 0x400 ? moved : e.constant(e.get(n));
    if (second & 0x100) writeBack = () => e.set(n, moved);
    else if ((second & 0x400) === 0) return e.undefinedLong(first, second);
  } else if ((second & 0xfc0) === 0) {
    address = e.constant(`${e.get(n)}+(${e.get(second & 15)}<<${(second >> 4) & 3})|0`);
  } else return e.undefinedLong(first, second);
  if (!loads) return store(e, address, bytes, e.get(t), writeBack);
  if (t === pc && bytes < 4) return; // PLD and PLI
  e.cycles += loadCost;
  const value = load(e, address, bytes, signed);
  writeBack?.();
  if (t !== pc) return e.set(t, value);
  e.branchTo(value, returnCost);
  e.ended = e.itState === 0;
}
