/** Loads and stores of a block: RAM in line, the rest by the core. */
import type { Emitter } from "./emitter";

/** Bytes of RAM that share a mark saying that code was translated from them. */
export const codeLine = 64;

const wordIndex = (offset: string) => `((${offset}>>>2)|(${offset}<<30))>>>0`;
const halfIndex = (offset: string) => `((${offset}>>>1)|(${offset}<<31))>>>0`;

/** Flags as the start of a comma expression. */
const flushFirst = (e: Emitter) => e.flush.replaceAll(";", ",");

/** A constant that holds what is read; unaligned addresses rotate to an index beyond RAM, and so leave the short way. */
export function load(e: Emitter, address: string, bytes: 1 | 2 | 4, signed = false): string {
  const offset = e.constant(`${address}-B|0`);
  const slow = `(${flushFirst(e)}C.load${bytes}(${address},${e.place}))`;
  if (bytes === 4) {
    const index = e.constant(wordIndex(offset));
    return e.constant(`${index}<W?M32[${index}]:${slow}`);
  }
  const index = e.constant(bytes === 2 ? halfIndex(offset) : `${offset}>>>0`);
  const shift = 32 - 8 * bytes;
  const value = `(${index}<W*${4 / bytes}?M${8 * bytes}[${index}]:${slow})`;
  return e.constant(signed ? `(${value}<<${shift})>>${shift}` : value);
}

/** Stores a value; `rest` emits what the instruction does afterwards. */
export function store(e: Emitter, address: string, bytes: 1 | 2 | 4, value: string, rest?: () => void): void {
  const offset = e.constant(`${address}-B|0`);
  const scale = 4 / bytes;
  const index = e.constant(bytes === 4 ? wordIndex(offset) : bytes === 2 ? halfIndex(offset) : `${offset}>>>0`);
  const line = Math.log2(codeLine / bytes);
  const after = rest ? e.capture(rest) : "";
  e.emit(
    `if(${index}<W*${scale}&&X[${index}>>>${line}]===0)M${8 * bytes}[${index}]=${value};` +
      `else{${e.flush}C.store${bytes}(${address},${value},${e.place});${e.leaveIfAsked(after)}}`,
  );
  e.emit(after);
}

/** Consecutive words; unaligned ones fault. */
export function loadMany(e: Emitter, address: string, count: number): string[] {
  const offset = e.constant(`${address}-B|0`);
  const index = e.constant(wordIndex(offset));
  const names = Array.from({ length: count }, (_, i) => `${index}_${i}`);
  const fast = names.map((name, i) => `${name}=M32[${index}+${i}];`).join("");
  const slow = names.map((name, i) => `${name}=C.loadWord(${address}+${4 * i}|0,${e.place});`).join("");
  e.emit(`let ${names.join()};if(${index}<W-${count - 1}){${fast}}else{${e.flush}${slow}}`);
  return names;
}

/** Consecutive words; unaligned ones fault. */
export function storeMany(e: Emitter, address: string, values: string[], rest?: () => void): void {
  const offset = e.constant(`${address}-B|0`);
  const index = e.constant(wordIndex(offset));
  const last = values.length - 1;
  const lines = Math.log2(codeLine / 4);
  const after = rest ? e.capture(rest) : "";
  const fast = values.map((value, i) => `M32[${index}+${i}]=${value};`).join("");
  const slow = values.map((value, i) => `C.storeWord(${address}+${4 * i}|0,${value},${e.place});`).join("");
  const marks = Array.from({ length: Math.ceil(last / 16) + 1 }, (_, i) => Math.min(16 * i, last));
  const clean = marks.map((i) => `X[${index}+${i}>>>${lines}]`).join("|");
  e.emit(`if(${index}<W-${last}&&(${clean})===0){${fast}}else{${e.flush}${slow}${e.leaveIfAsked(after)}}`);
  e.emit(after);
}
