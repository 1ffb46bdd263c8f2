/** Data processing as expressions: sums, logic and shifts with their flags (Armv8-M E2.1, C2.2). */
import type { Emitter } from "./emitter";

export type Shift = "lsl" | "lsr" | "asr" | "ror" | "rrx";

export interface Shifted {
  value: string;
  /** Carry out of the shift as a condition; undefined when it leaves C as it is. */
  carry?: string;
}

/** The shift of an immediate field (Armv8-M C1.2.5). */
export function decodeShift(type: number, imm5: number): [Shift, number] {
  if (type === 0) return ["lsl", imm5];
  if (type === 1) return ["lsr", imm5 || 32];
  if (type === 2) return ["asr", imm5 || 32];
  return imm5 === 0 ? ["rrx", 1] : ["ror", imm5];
}

/** A constant shifted by a fixed amount. */
export function shift(e: Emitter, value: string, type: Shift, amount: number): Shifted {
  if (type === "rrx") return { value: `((${value}>>>1)|(${e.carryNumber}<<31))`, carry: `(${value}&1)!==0` };
  if (amount === 0) return { value };
  switch (type) {
    case "lsl":
      return { value: `(${value}<<${amount})`, carry: `((${value}>>>${32 - amount})&1)!==0` };
    case "lsr":
      return { value: amount === 32 ? "0" : `((${value}>>>${amount})|0)`, carry: `((${value}>>>${amount - 1})&1)!==0` };
    case "asr":
      return { value: `(${value}>>${Math.min(amount, 31)})`, carry: `((${value}>>>${amount - 1})&1)!==0` };
    default:
      return {
        value: `((${value}>>>${amount})|(${value}<<${32 - amount}))`,
        carry: `((${value}>>>${amount - 1})&1)!==0`,
      };
  }
}

/** Shifts by the low byte of a register; with flags when asked. */
export function shiftByRegister(e: Emitter, d: number, type: Shift, value: string, by: string, flags: boolean): void {
  const source = e.constant(value);
  const amount = e.constant(`${by}&255`);
  const shifted: Record<string, string> = {
    lsl: `(${amount}<32?${source}<<${amount}:0)`,
    lsr: `(${amount}<32?(${source}>>>${amount})|0:0)`,
    asr: `(${source}>>(${amount}<32?${amount}:31))`,
    ror: `((${source}>>>(${amount}&31))|(${source}<<(32-${amount}&31)))`,
  };
  const carries: Record<string, string> = {
    lsl: `${amount}<=32&&((${source}>>>(32-${amount}))&1)!==0`,
    lsr: `${amount}<=32&&((${source}>>>(${amount}-1))&1)!==0`,
    asr: `((${source}>>(${amount}<=32?${amount}-1:31))&1)!==0`,
    ror: `((${source}>>>(${amount}-1&31))&1)!==0`,
  };
  const result = e.constant(shifted[type] as string);
  if (flags) e.setFlags(result, e.constant(`${amount}===0?${e.carry}:${carries[type]}`));
  e.set(d, result);
}

/** d = a + b; d undefined only compares. */
export function add(e: Emitter, d: number | undefined, a: string, b: string, flags: boolean): void {
  if (!flags) return e.set(d as number, `${a}+${b}|0`);
  const first = e.constant(a);
  const second = e.constant(b);
  const sum = e.constant(`${first}+${second}|0`);
  e.setFlags(sum, `(${sum}>>>0)<(${first}>>>0)`, `(${first}^${sum})&(${second}^${sum})`);
  if (d !== undefined) e.set(d, sum);
}

/** d = a - b. */
export function subtract(e: Emitter, d: number | undefined, a: string, b: string, flags: boolean): void {
  if (!flags) return e.set(d as number, `${a}-${b}|0`);
  const first = e.constant(a);
  const second = e.constant(b);
  const difference = e.constant(`${first}-${second}|0`);
  const carry = `(${first}>>>0)>=(${second}>>>0)`;
  e.setFlags(difference, carry, `(${first}^${second})&(${first}^${difference})`, [first, second]);
  if (d !== undefined) e.set(d, difference);
}

/** d = a + b + C. */
export function addWithCarry(e: Emitter, d: number, a: string, b: string, flags: boolean): void {
  const carry = e.constant(e.carryNumber);
  if (!flags) return e.set(d, `${a}+${b}+${carry}|0`);
  const first = e.constant(a);
  const second = e.constant(b);
  const sum = e.constant(`${first}+${second}+${carry}|0`);
  const out = e.constant(`(${first}>>>0)+(${second}>>>0)+${carry}>4294967295`);
  e.setFlags(sum, out, `(${first}^${sum})&(${second}^${sum})`);
  e.set(d, sum);
}

/** A logical result, with the carry of its shifted operand. */
export function logic(e: Emitter, d: number | undefined, value: string, carry: string | undefined, flags: boolean) {
  if (!flags) return e.set(d as number, value);
  const out = carry === undefined ? undefined : e.constant(carry);
  const result = e.constant(value);
  e.setFlags(result, out);
  if (d !== undefined) e.set(d, result);
}
