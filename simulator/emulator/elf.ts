/** Symbols of an ELF file of 32 bits (System V ABI, chapter 4): they name functions, and bound the stacks. */

export interface Symbol {
  name: string;
  address: number;
  size: number;
}

const symbolTable = 2;
const functionType = 2;

/** All symbols by name, and the functions in the order of their addresses. */
export function readElf(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 52 || view.getUint32(0) !== 0x7f454c46 || file[4] !== 1)
    throw new Error("This is no ELF file of 32 bits.");
  const section = (index: number) => view.getUint32(32, true) + index * view.getUint16(46, true);
  const symbols = new Map<string, number>();
  const functions: Symbol[] = [];
  for (let index = 0; index < view.getUint16(48, true); index++) {
    const header = section(index);
    if (view.getUint32(header + 4, true) !== symbolTable) continue;
    const names = view.getUint32(section(view.getUint32(header + 24, true)) + 16, true);
    const start = view.getUint32(header + 16, true);
    const end = start + view.getUint32(header + 20, true);
    for (let at = start; at < end; at += 16) {
      const name = text(file, names + view.getUint32(at, true));
      const address = view.getUint32(at + 4, true);
      if (!name || name.startsWith("$")) continue;
      symbols.set(name, address);
      if ((view.getUint8(at + 12) & 15) === functionType)
        functions.push({ name, address: address & ~1, size: view.getUint32(at + 8, true) });
    }
  }
  functions.sort((a, b) => a.address - b.address);
  return { symbols, functions: functions as readonly Symbol[] };
}

function text(file: Uint8Array, at: number): string {
  return new TextDecoder("latin1").decode(file.subarray(at, file.indexOf(0, at)));
}
