/** Coprocessor instructions (Armv8-M C2.3.18) as calls of the core, which knows whether a coprocessor is on. */
import type { Emitter } from "./emitter";
import { word } from "./emitter";

const pc = 15;

export function coprocessor(e: Emitter, first: number, second: number): void {
  const number = (second >> 8) & 15;
  const t = second >> 12;
  const crm = second & 15;
  if ((first & 0x0f00) === 0x0e00) {
    const opc2 = (second >> 5) & 7;
    if ((second & 0x10) === 0) {
      const opc1 = (first >> 4) & 15; // CDP
      return e.emit(`${e.flush}C.operate(${number},${opc1},${crm},${opc2},${e.place});`);
    }
    const fields = `${number},${(first >> 5) & 7},${crm}`;
    if ((first & 0x10) === 0) return e.emit(`${e.flush}C.moveTo(${fields},${e.get(t)},${e.place});`);
    e.emit(e.flush);
    const value = e.constant(`C.moveFrom(${fields},${opc2},${e.place})`);
    if (t !== pc) return e.set(t, value);
    e.emit(
      `R[${word.n}]=${value};R[${word.z}]=~${value}&0x40000000;R[${word.c}]=(${value}>>>29)&1;R[${word.v}]=${value}<<3;`,
    );
    return e.flagsWritten();
  }
  if ((first & 0x0fe0) !== 0x0c40) {
    e.emit(`${e.flush}C.requireCoprocessor(${number},${e.place});`);
    return e.undefinedLong(first, second);
  }
  const t2 = first & 15;
  const fields = `${number},${(second >> 4) & 15},${crm}`;
  if ((first & 0x10) === 0) {
    return e.emit(`${e.flush}C.movePairTo(${fields},${e.get(t)},${e.get(t2)},${e.place});`);
  }
  e.emit(e.flush);
  e.set(t, `C.movePairFrom(${fields},${e.place})`);
  e.set(t2, "C.pairHigh");
}
