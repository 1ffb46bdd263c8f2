/** What a linked firmware asks the RP2350's boot ROM for: it looks functions up by two letters when it runs. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How far the letters and the lookup may lie apart, in instructions. */
const reach = 24;

export interface RomCall {
  caller: string;
  /** Such as "RP"; undefined when it cannot be told. */
  code: string | undefined;
}

/** Every lookup: the pointer to the ROM's own lookup is the halfword at 0x16 (datasheet, 5.4.1). */
export async function romCalls(elf: string, compilers: string): Promise<RomCall[]> {
  const { stdout } = await run(join(compilers, "arm-none-eabi-objdump"), ["-d", "--no-show-raw-insn", elf], {
    maxBuffer: 1 << 28,
  });
  const calls: RomCall[] = [];
  for (const text of stdout.split("\n\n")) {
    const caller = /^[0-9a-f]{8} <(.+)>:/.exec(text)?.[1];
    if (caller === undefined || caller === "rom_func_lookup") continue; // it has its letters from its callers
    const lines = text.split("\n");
    lines.forEach((line, index) => {
      const near = isLookup(lines, index)
        ? lines.slice(index, index + reach)
        : /\sbl?x?\s.*<rom_func_lookup>/.test(line) && lines.slice(Math.max(0, index - reach), index).reverse();
      if (near) calls.push({ caller, code: firstLetters(near) });
    });
  }
  return calls;
}

function isLookup(lines: string[], index: number): boolean {
  const register = /\sldrh\s+\w+, \[(\w+), #22\]/.exec(lines[index] ?? "")?.[1];
  if (register === undefined) return false;
  const written = new RegExp(`\\s(\\w|\\.)+\\s+${register}, `);
  const last = lines.slice(Math.max(0, index - reach), index).findLast((line) => written.test(line));
  return last !== undefined && new RegExp(`\\smovs?(\\.w)?\\s+${register}, #0\\b`).test(last);
}

/** The first number put into r0 that is two letters. */
function firstLetters(lines: string[]): string | undefined {
  for (const line of lines) {
    const number = Number(/\smovw?(?:\.w)?\s+r0, #(\d+)/.exec(line)?.[1] ?? 0);
    const text = String.fromCharCode(number & 0xff, number >> 8);
    if (/^[A-Z][A-Z]$/.test(text)) return text;
  }
  return undefined;
}
