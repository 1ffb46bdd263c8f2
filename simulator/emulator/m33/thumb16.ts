/** The 16-bit instructions (Armv8-M C2.2.1), but for those that change how the next ones are read. */
import { add, addWithCarry, decodeShift, logic, shift, shiftByRegister, subtract } from "./alu";
import type { Emitter } from "./emitter";
import { load, loadMany, store, storeMany } from "./memory";
import { branchCost, loadCost, returnCost } from "./cost";

const sp = 13;
const lr = 14;
const pc = 15;

const bits = (list: number) => Array.from({ length: 16 }, (_, i) => i).filter((i) => list & (1 << i));

export function translate16(e: Emitter, op: number): void {
  const low = op & 7;
  const mid = (op >> 3) & 7;
  const high = (op >> 8) & 7;
  const imm5 = (op >> 6) & 31;
  const imm8 = op & 0xff;
  const flags = e.itState === 0;
  switch (op >> 11) {
    case 0b00000:
    case 0b00001:
    case 0b00010: {
      const source = e.constant(e.get(mid));
      const shifted = shift(e, source, ...decodeShift(op >> 11, imm5));
      return logic(e, low, shifted.value, shifted.carry, flags);
    }
    case 0b00011: {
      const other = op & 0x400 ? String(imm5 & 7) : e.get(imm5 & 7);
      return (op & 0x200 ? subtract : add)(e, low, e.get(mid), other, flags);
    }
    case 0b00100:
      return logic(e, high, String(imm8), undefined, flags);
    case 0b00101:
      return subtract(e, undefined, e.get(high), String(imm8), true);
    case 0b00110:
      return add(e, high, e.get(high), String(imm8), flags);
    case 0b00111:
      return subtract(e, high, e.get(high), String(imm8), flags);
    case 0b01000:
      return op & 0x400 ? highRegisters(e, op) : dataProcessing(e, op, low, mid, flags);
    case 0b01001:
      e.cycles += loadCost;
      return e.set(high, load(e, String((e.base + 4 * imm8) | 0), 4));
    case 0b01010:
    case 0b01011:
      return registerOffset(e, op, low, e.constant(`${e.get(mid)}+${e.get(imm5 & 7)}|0`));
    case 0b01100:
      return store(e, e.constant(`${e.get(mid)}+${4 * imm5}|0`), 4, e.get(low));
    case 0b01101:
      e.cycles += loadCost;
      return e.set(low, load(e, e.constant(`${e.get(mid)}+${4 * imm5}|0`), 4));
    case 0b01110:
      return store(e, e.constant(`${e.get(mid)}+${imm5}|0`), 1, e.get(low));
    case 0b01111:
      e.cycles += loadCost;
      return e.set(low, load(e, e.constant(`${e.get(mid)}+${imm5}|0`), 1));
    case 0b10000:
      return store(e, e.constant(`${e.get(mid)}+${2 * imm5}|0`), 2, e.get(low));
    case 0b10001:
      e.cycles += loadCost;
      return e.set(low, load(e, e.constant(`${e.get(mid)}+${2 * imm5}|0`), 2));
    case 0b10010:
      return store(e, e.constant(`${e.get(sp)}+${4 * imm8}|0`), 4, e.get(high));
    case 0b10011:
      e.cycles += loadCost;
      return e.set(high, load(e, e.constant(`${e.get(sp)}+${4 * imm8}|0`), 4));
    case 0b10100:
      return e.set(high, String((e.base + 4 * imm8) | 0));
    case 0b10101:
      return e.set(high, `${e.get(sp)}+${4 * imm8}|0`);
    case 0b10110:
    case 0b10111:
      return miscellaneous(e, op, low, mid, imm8);
    case 0b11000: {
      const list = bits(imm8); // STMIA
      if (list.length === 0) return e.fault("undefined", op);
      const from = e.constant(e.get(high));
      e.cycles += list.length - 1;
      return storeMany(
        e,
        from,
        list.map((i) => e.get(i)),
        () => e.set(high, `${from}+${4 * list.length}|0`),
      );
    }
    case 0b11001: {
      const list = bits(imm8); // LDMIA; a base that is loaded is not written back
      if (list.length === 0) return e.fault("undefined", op);
      const from = e.constant(e.get(high));
      e.cycles += list.length;
      const values = loadMany(e, from, list.length);
      list.forEach((i, index) => e.set(i, values[index] as string));
      if (!list.includes(high)) e.set(high, `${from}+${4 * list.length}|0`);
      return;
    }
    case 0b11010:
    case 0b11011: {
      const code = (op >> 8) & 15;
      if (code === 15) {
        e.leave(`C.supervisorCall()`);
        e.ended = e.itState === 0;
        return;
      }
      if (code === 14) return e.fault("undefined", op);
      return e.when(e.condition(code), () => e.branch(e.at + 4 + ((op << 24) >> 23), branchCost));
    }
    case 0b11100:
      e.branch(e.at + 4 + ((op << 21) >> 20), branchCost);
      e.ended = true;
      return;
    default:
      return e.fault("undefined", op);
  }
}

function dataProcessing(e: Emitter, op: number, low: number, mid: number, flags: boolean): void {
  const a = e.get(low);
  const b = e.get(mid);
  switch ((op >> 6) & 15) {
    case 0:
      return logic(e, low, `${a}&${b}`, undefined, flags);
    case 1:
      return logic(e, low, `${a}^${b}`, undefined, flags);
    case 2:
      return shiftByRegister(e, low, "lsl", a, b, flags);
    case 3:
      return shiftByRegister(e, low, "lsr", a, b, flags);
    case 4:
      return shiftByRegister(e, low, "asr", a, b, flags);
    case 5:
      return addWithCarry(e, low, a, b, flags);
    case 6:
      return addWithCarry(e, low, a, `~${b}`, flags);
    case 7:
      return shiftByRegister(e, low, "ror", a, b, flags);
    case 8:
      return logic(e, undefined, `${a}&${b}`, undefined, true);
    case 9:
      return subtract(e, low, "0", b, flags);
    case 10:
      return subtract(e, undefined, a, b, true);
    case 11:
      return add(e, undefined, a, b, true);
    case 12:
      return logic(e, low, `${a}|${b}`, undefined, flags);
    case 13:
      return logic(e, low, `Math.imul(${a},${b})`, undefined, flags);
    case 14:
      return logic(e, low, `${a}&~${b}`, undefined, flags);
    default:
      return logic(e, low, `~${b}`, undefined, flags);
  }
}

/** ADD, CMP, MOV, BX and BLX with all registers. */
function highRegisters(e: Emitter, op: number): void {
  const m = (op >> 3) & 15;
  const d = (op & 7) | ((op >> 4) & 8);
  const write = (value: string) => {
    if (d !== pc) return e.set(d, value);
    e.branchTo(`(${value})|1`, branchCost);
    e.ended = e.itState === 0;
  };
  switch ((op >> 8) & 3) {
    case 0:
      return write(`${e.get(d)}+${e.get(m)}|0`);
    case 1:
      return subtract(e, undefined, e.get(d), e.get(m), true);
    case 2:
      return write(e.get(m));
    default: {
      // BX and BLX; BXNS and BLXNS need a Non-secure world, which is not there
      if (op & 4) return e.fault("undefined", op);
      const target = e.constant(e.get(m));
      e.calls = (op & 0x80) !== 0;
      if (e.calls) e.set(lr, String(e.next | 1));
      e.branchTo(target, branchCost);
      e.ended = e.itState === 0;
    }
  }
}

function registerOffset(e: Emitter, op: number, low: number, address: string): void {
  const kind = (op >> 9) & 7;
  if (kind < 3) return store(e, address, ([4, 2, 1] as const)[kind as 0], e.get(low));
  e.cycles += loadCost;
  const [bytes, signed] = (
    [
      [1, true],
      [4, false],
      [2, false],
      [1, false],
      [2, true],
    ] as const
  )[(kind - 3) as 0];
  e.set(low, load(e, address, bytes, signed));
}

/** Encodings 1011 xxxx, without IT. */
function miscellaneous(e: Emitter, op: number, low: number, mid: number, imm8: number): void {
  switch ((op >> 8) & 15) {
    case 0: {
      const bytes = (op & 0x7f) << 2;
      return e.set(sp, `${e.get(sp)}${op & 0x80 ? "-" : "+"}${bytes}|0`);
    }
    case 1:
    case 3:
    case 9:
    case 11: {
      const test = op & 0x800 ? "!==" : "==="; // CBNZ, CBZ
      const target = e.at + 4 + (((op >> 3) & 0x1f) << 1) + ((op & 0x200) >> 3);
      return e.when(`${e.get(low)}${test}0`, () => e.branch(target, branchCost));
    }
    case 2: {
      const value = e.get(mid);
      const extended = [`(${value}<<16)>>16`, `(${value}<<24)>>24`, `${value}&65535`, `${value}&255`];
      return e.set(low, extended[(op >> 6) & 3] as string);
    }
    case 4:
    case 5:
      if ((op & 0x1ff) === 0) return e.fault("undefined", op);
      return push(e, bits(imm8 | ((op & 0x100) << 6)));
    case 6:
      if ((op & 0xe8) !== 0x60) return e.fault("undefined", op);
      e.leave(`C.changeState(${(op >> 4) & 1},${op & 3})`); // CPSIE, CPSID
      e.ended = e.itState === 0;
      return;
    case 10: {
      const value = e.constant(e.get(mid));
      const kind = (op >> 6) & 3;
      if (kind === 2) return e.fault("undefined", op);
      return e.set(low, reverse(value, kind));
    }
    case 12:
    case 13:
      if ((op & 0x1ff) === 0) return e.fault("undefined", op);
      return pop(e, bits(imm8 | ((op & 0x100) << 7)));
    case 14:
      e.emit(`${e.flush}C.breakpoint(${imm8},${e.place});`);
      return;
    case 15:
      return hint(e, (op >> 4) & 15);
    default:
      return e.fault("undefined", op);
  }
}

/** REV, REV16 and REVSH. */
export function reverse(value: string, kind: number): string {
  if (kind === 0) return `(${value}<<24)|((${value}&65280)<<8)|((${value}>>>8)&65280)|(${value}>>>24)`;
  if (kind === 1) return `((${value}<<8)&0xff00ff00)|((${value}>>>8)&0x00ff00ff)`;
  return `(((${value}<<8)|((${value}>>>8)&255))<<16)>>16`;
}

export function push(e: Emitter, list: number[]): void {
  const to = e.constant(`${e.get(sp)}-${4 * list.length}|0`);
  e.emit(`if((${to}>>>0)<(R[22]>>>0))C.stackLow(${to},${e.place});`);
  e.cycles += list.length - 1;
  storeMany(
    e,
    to,
    list.map((i) => e.get(i)),
    () => e.emit(`R[13]=r13=${to};`),
  );
}

export function pop(e: Emitter, list: number[]): void {
  const from = e.constant(e.get(sp));
  e.cycles += list.length;
  const values = loadMany(e, from, list.length);
  e.emit(`R[13]=r13=${from}+${4 * list.length}|0;`);
  list.forEach((i, index) => {
    if (i !== pc) e.set(i, values[index] as string);
  });
  if (!list.includes(pc)) return;
  e.branchTo(values[list.length - 1] as string, returnCost);
  e.ended = e.itState === 0;
}

export function hint(e: Emitter, number: number): void {
  if (number === 2 || number === 3) {
    e.leave(number === 2 ? "C.waitForEvent()" : "C.waitForInterrupt()");
    e.ended = e.itState === 0;
  } else if (number === 4) e.emit(`C.sendEvent(${e.place});`);
}
