/** Exclusive, acquiring and releasing accesses, table branches and TT (Armv8-M C2.3.7). Order is always kept here. */
import { branchCost, loadCost } from "./cost";
import type { Emitter } from "./emitter";
import { load, store } from "./memory";

const pc = 15;

export function exclusive(e: Emitter, first: number, second: number): void {
  const loads = (first & 0x10) !== 0;
  const n = first & 15;
  const t = second >> 12;
  if ((first & 0x80) === 0) {
    const address = e.constant(`${e.get(n)}+${4 * (second & 0xff)}|0`);
    if (loads) return loadExclusive(e, address, 4, t);
    if (t === pc) return e.set((second >> 8) & 15, `C.testTarget(${e.get(n)})`);
    return storeExclusive(e, address, 4, t, (second >> 8) & 15);
  }
  const kind = (second >> 4) & 15;
  if (loads && kind < 2) return tableBranch(e, n, second & 15, kind);
  const bytes = ([1, 2, 4] as const)[(kind & 3) as 0];
  const valid = kind >= 4 && (kind & 3) < 3 && kind !== 6;
  if (!valid) return e.undefinedLong(first, second);
  const address = e.constant(e.get(n));
  if (kind >> 2 === 2) {
    if (bytes > 1) e.emit(`if(${address}&${bytes - 1}){${e.flush}C.unaligned(${address},${e.place});}`);
    if (!loads) return store(e, address, bytes, e.get(t));
    e.cycles += loadCost;
    return e.set(t, load(e, address, bytes));
  }
  if (loads) return loadExclusive(e, address, bytes, t);
  return storeExclusive(e, address, bytes, t, second & 15);
}

function loadExclusive(e: Emitter, address: string, bytes: 1 | 2 | 4, t: number): void {
  e.cycles += loadCost;
  e.emit(e.flush);
  e.set(t, `C.loadExclusive(${address},${bytes},${e.place})`);
}

/** The other core may have to see what is stored, and this one may have to wait for it: the block ends. */
function storeExclusive(e: Emitter, address: string, bytes: 1 | 2 | 4, t: number, d: number): void {
  e.cycles += 1;
  e.emit(e.flush);
  e.set(d, `C.storeExclusive(${address},${bytes},${e.get(t)},${e.place})`);
}

/** TBB and TBH. */
function tableBranch(e: Emitter, n: number, m: number, halfwords: number): void {
  const base = n === pc ? String(e.at + 4) : e.get(n);
  const address = e.constant(halfwords ? `${base}+(${e.get(m)}<<1)|0` : `${base}+${e.get(m)}|0`);
  e.cycles += loadCost;
  const offset = load(e, address, halfwords ? 2 : 1);
  e.branchTo(`(${e.at + 4}+(${offset}<<1))|1`, branchCost);
  e.ended = e.itState === 0;
}
