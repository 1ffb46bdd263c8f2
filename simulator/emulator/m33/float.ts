/**
 * Single-precision floating point (Armv8-M C2.3.18 and on). `F` and `S` are the same registers as numbers and as words:
 * arithmetic is done on numbers and rounded, everything that moves or makes a NaN on words, as a number loses its bits.
 */
import { floatCost, floatDivideCost, fusedCost, loadCost } from "./cost";
import { type Emitter, word } from "./emitter";
import { loadMany, storeMany } from "./memory";

const sp = 13;
const pc = 15;

export function float(e: Emitter, first: number, second: number): void {
  if (!e.floats) {
    e.emit(`if(R[${word.fpActive}]===0){${e.flush}C.startFloat(${e.place});}`);
    e.floats = e.itState === 0;
  }
  const single = (second & 0x100) === 0;
  if ((first & 0x200) === 0) return transferMemory(e, first, second, single);
  if ((first & 0x1000) === 0 && second & 0x10) return transferCore(e, first, second, single);
  if (!single || second & 0x10) return e.undefinedLong(first, second);
  if (first & 0x1000) return selectAndRound(e, first, second);
  arithmetic(e, first, second);
}

const single = (field: number, low: number) => ((field & 15) << 1) | (low & 1);
const destination = (first: number, second: number) => single(second >> 12, first >> 6);
const operandN = (first: number, second: number) => single(first, second >> 7);
const operandM = (second: number) => single(second, second >> 5);

// --- loads, stores and moves ------------------------------------------------------------------------------------

function transferMemory(e: Emitter, first: number, second: number, isSingle: boolean): void {
  const n = first & 15;
  const add = (first & 0x80) !== 0;
  const writeBack = (first & 0x20) !== 0;
  const loads = (first & 0x10) !== 0;
  const imm8 = second & 0xff;
  const d = isSingle ? destination(first, second) : ((second >> 11) & 0x1e) | ((first >> 1) & 0x20);
  if ((first & 0x1a0) === 0) {
    if (first & 0x40) return transferPair(e, first, second, isSingle);
    return e.undefinedLong(first, second);
  }
  if ((first & 0x120) === 0x100) {
    const base = n === pc ? String(e.base) : e.get(n);
    const address = e.constant(`${base}+${add ? 4 * imm8 : -4 * imm8}|0`);
    if (isSingle) {
      if (loads) {
        e.cycles += loadCost;
        const [value] = loadMany(e, address, 1);
        return e.emit(`S[${d}]=${value};`);
      }
      return storeMany(e, address, [`S[${d}]`]);
    }
    e.cycles += 1 + (loads ? loadCost : 0);
    if (!loads) return storeMany(e, address, [`S[${d}]`, `S[${d + 1}]`]);
    return loadMany(e, address, 2).forEach((value, i) => e.emit(`S[${d + i}]=${value};`));
  }
  const decrement = (first & 0x100) !== 0;
  if (imm8 === 0 || (decrement && (add || !writeBack)) || d + imm8 > 32 || n === pc)
    return e.undefinedLong(first, second);
  const base = e.constant(e.get(n));
  const end = e.constant(decrement ? `${base}-${4 * imm8}|0` : `${base}+${4 * imm8}|0`);
  const from = decrement ? end : base;
  const count = isSingle ? imm8 : imm8 & ~1;
  const move = writeBack ? () => e.set(n, end) : undefined;
  e.cycles += count - 1 + (loads ? loadCost : 0);
  if (!loads) {
    if (n === sp && decrement) e.emit(`if((${end}>>>0)<(R[${word.limit}]>>>0))C.stackLow(${end},${e.place});`);
    return storeMany(
      e,
      from,
      Array.from({ length: count }, (_, i) => `S[${d + i}]`),
      move,
    );
  }
  loadMany(e, from, count).forEach((value, i) => e.emit(`S[${d + i}]=${value};`));
  move?.();
}

/** Two core registers and two floats, or a double. */
function transferPair(e: Emitter, first: number, second: number, isSingle: boolean): void {
  const t = second >> 12;
  const t2 = first & 15;
  if ((second & 0xd0) !== 0x10) return e.undefinedLong(first, second);
  const m = isSingle ? operandM(second) : ((second & 15) << 1) | (second & 0x20);
  if (m > 30) return e.undefinedLong(first, second);
  if (first & 0x10) {
    e.set(t, `S[${m}]`);
    e.set(t2, `S[${m + 1}]`);
  } else e.emit(`S[${m}]=${e.get(t)};S[${m + 1}]=${e.get(t2)};`);
}

function transferCore(e: Emitter, first: number, second: number, isSingle: boolean): void {
  const t = second >> 12;
  const loads = (first & 0x10) !== 0;
  const kind = (first >> 5) & 7;
  if (isSingle && kind === 7) {
    if ((first & 15) !== 1) return e.undefinedLong(first, second);
    if (!loads) {
      e.leave(`C.writeFpscr(${e.get(t)})`);
      e.ended = e.itState === 0;
    } else if (t === pc) {
      e.emit(`R[${word.n}]=S[32];R[${word.z}]=~S[32]&0x40000000;R[${word.c}]=(S[32]>>>29)&1;R[${word.v}]=S[32]<<3;`);
      e.flagsWritten();
    } else e.set(t, "S[32]");
    return;
  }
  if (kind > (isSingle ? 0 : 1)) return e.undefinedLong(first, second);
  const n = isSingle ? operandN(first, second) : ((first & 15) << 1) | ((second >> 2) & 0x20) | kind;
  if (n > 31 || t === pc) return e.undefinedLong(first, second);
  if (loads) e.set(t, `S[${n}]`);
  else e.emit(`S[${n}]=${e.get(t)};`);
}

// --- arithmetic -------------------------------------------------------------------------------------------------

/** A result that is a number, or the NaN that `words` makes of the operands' bits. */
function result(e: Emitter, d: number, value: string, words: string): void {
  if (e.controlled) return e.emit(`S[${d}]=${words};`);
  const x = e.constant(value);
  e.emit(`if(${x}===${x})F[${d}]=${x};else S[${d}]=${words};`);
}

function arithmetic(e: Emitter, first: number, second: number): void {
  const d = destination(first, second);
  const n = operandN(first, second);
  const m = operandM(second);
  const kind = ((first >> 5) & 4) | ((first >> 4) & 3);
  const opposite = (second & 0x40) !== 0;
  const words = (name: string) => `V.${name}(S[${n}],S[${m}],S[32])`;
  e.cycles += floatCost;
  switch (kind) {
    case 0:
    case 1: {
      // VMLA, VMLS; VNMLS, VNMLA: two roundings
      e.cycles += fusedCost;
      const product = `Math.fround(F[${n}]*F[${m}])`;
      const sum = `Math.fround(${kind === 0 ? "" : "-"}F[${d}]${opposite ? "-" : "+"}${product})`;
      return result(e, d, sum, `V.chained(S[${d}],S[${n}],S[${m}],${kind},${opposite ? 1 : 0},S[32])`);
    }
    case 2:
      if (!opposite) return result(e, d, `Math.fround(F[${n}]*F[${m}])`, words("multiply"));
      return result(e, d, `-Math.fround(F[${n}]*F[${m}])`, `${words("multiply")}^0x80000000`);
    case 3:
      if (!opposite) return result(e, d, `Math.fround(F[${n}]+F[${m}])`, words("add"));
      return result(e, d, `Math.fround(F[${n}]-F[${m}])`, words("subtract"));
    case 4:
      if (opposite) return e.undefinedLong(first, second);
      e.cycles += floatDivideCost;
      return result(e, d, `Math.fround(F[${n}]/F[${m}])`, words("divide"));
    case 5:
    case 6: {
      e.cycles += fusedCost;
      const flips = opposite ? "^0x80000000" : "";
      const addend = kind === 5 ? "-" : "";
      const value = `V.fused(${opposite ? "-" : ""}F[${n}],F[${m}],${addend}F[${d}])`;
      return result(
        e,
        d,
        value,
        `V.fusedWords(S[${n}]${flips},S[${m}],S[${d}]${kind === 5 ? "^0x80000000" : ""},S[32])`,
      );
    }
    default:
      return oneOperand(e, first, second, d, m);
  }
}

/** Instructions with one operand (C2.3.18, "other"). */
function oneOperand(e: Emitter, first: number, second: number, d: number, m: number): void {
  const imm4 = first & 15;
  if ((second & 0x40) === 0) {
    const imm8 = (imm4 << 4) | (second & 15); // VMOV of a constant
    const sign = (imm8 & 0x80) << 24;
    const exponent = imm8 & 0x40 ? 0x3e000000 : 0x40000000;
    return e.emit(`S[${d}]=${sign | exponent | ((imm8 & 0x3f) << 19)};`);
  }
  const upper = (second & 0x80) !== 0;
  const imm5 = ((second & 15) << 1) | ((second >> 5) & 1);
  switch (imm4) {
    case 0:
      return e.emit(upper ? `S[${d}]=S[${m}]&0x7fffffff;` : `S[${d}]=S[${m}];`);
    case 1:
      if (!upper) return e.emit(`S[${d}]=S[${m}]^0x80000000;`);
      e.cycles += floatDivideCost;
      return result(e, d, `Math.fround(Math.sqrt(F[${m}]))`, `V.squareRoot(S[${m}],S[32])`);
    case 2:
      return e.emit(`S[${d}]=V.fromHalf((S[${m}]>>>${upper ? 16 : 0})&65535,S[32]);`);
    case 3: {
      const value = `V.toHalf(S[${m}],S[32])`;
      return e.emit(upper ? `S[${d}]=(S[${d}]&65535)|(${value}<<16);` : `S[${d}]=(S[${d}]&~65535)|${value};`);
    }
    case 4:
    case 5: {
      const a = e.constant(e.controlled ? `V.flushed(S[${d}],S[32])` : `F[${d}]`);
      const b = imm4 === 5 ? "0" : e.constant(e.controlled ? `V.flushed(S[${m}],S[32])` : `F[${m}]`);
      const flags = `${a}===${b}?0x60000000:${a}<${b}?0x80000000:${a}>${b}?0x20000000:0x30000000`;
      return e.emit(`S[32]=(S[32]&0x0fffffff)|(${flags});`);
    }
    case 6:
      return e.emit(`S[${d}]=V.toIntegral(S[${m}],${upper ? 3 : "(S[32]>>>22)&3"},S[32]);`);
    case 7:
      if (upper) return e.undefinedLong(first, second);
      return e.emit(`S[${d}]=V.toIntegral(S[${m}],(S[32]>>>22)&3,S[32]);`);
    case 8:
      if (e.controlled) return e.emit(`S[${d}]=V.fromFixed(S[${m}],0,${upper ? 1 : 0},(S[32]>>>22)&3);`);
      return e.emit(`F[${d}]=S[${m}]${upper ? "" : ">>>0"};`);
    case 10:
    case 11: {
      const width = upper ? 32 : 16;
      const fraction = width - imm5;
      if (fraction < 0) return e.undefinedLong(first, second);
      const unsigned = imm4 & 1;
      const source = width === 32 ? `S[${d}]` : unsigned ? `S[${d}]&65535` : `(S[${d}]<<16)>>16`;
      return e.emit(`S[${d}]=V.fromFixed(${source},${fraction},${unsigned ? 0 : 1},0);`);
    }
    case 12:
    case 13: {
      const rounding = upper ? "3" : "(S[32]>>>22)&3";
      return e.emit(`S[${d}]=V.toFixed(S[${m}],0,32,${imm4 & 1},${rounding},S[32]);`);
    }
    case 14:
    case 15: {
      const width = upper ? 32 : 16;
      const fraction = width - imm5;
      if (fraction < 0) return e.undefinedLong(first, second);
      return e.emit(`S[${d}]=V.toFixed(S[${d}],${fraction},${width},${imm4 & 1 ? 0 : 1},3,S[32]);`);
    }
    default:
      return e.undefinedLong(first, second);
  }
}

/** VSEL, VMAXNM, VMINNM, and roundings whose direction is in the instruction: away, even, up, down. */
function selectAndRound(e: Emitter, first: number, second: number): void {
  const d = destination(first, second);
  const n = operandN(first, second);
  const m = operandM(second);
  if ((first & 0x80) === 0) {
    if (second & 0x40) return e.undefinedLong(first, second);
    const code = [0, 6, 10, 12][(first >> 4) & 3] as number;
    return e.emit(`S[${d}]=${e.condition(code)}?S[${n}]:S[${m}];`);
  }
  if ((first & 0x30) === 0) return e.emit(`S[${d}]=V.${second & 0x40 ? "minimum" : "maximum"}(S[${n}],S[${m}],S[32]);`);
  const rounding = [4, 0, 1, 2][first & 3] as number;
  if ((first & 0x3c) === 0x38 && (second & 0xc0) === 0x40)
    return e.emit(`S[${d}]=V.toIntegral(S[${m}],${rounding},S[32]);`);
  if ((first & 0x3c) === 0x3c && second & 0x40)
    return e.emit(`S[${d}]=V.toFixed(S[${m}],0,32,${(second >> 7) & 1},${rounding},S[32]);`);
  e.undefinedLong(first, second);
}
