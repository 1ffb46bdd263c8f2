/**
 * Proves of a linked firmware that its audio interrupts never read flash: follows every call and every constant address
 * from the interrupt handlers on.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What goes on while flash is written: interrupt handlers, and core 1. */
const roots = ["usb_interrupt", "audio_interrupt", "tick_interrupt", "join_interrupt", "watch_interrupt", "core1"];
/** Where the firmware ends for good, so that it does not matter where the code for it lies. */
const ends = ["panic", "hard_assertion_failure", "panic_unsupported", "__assert_func"];

/** Where code that must lie in RAM, whoever calls it, comes from. */
const ramSources = /\/native\/(engine|output)\//;

interface Code {
  name: string;
  address: number;
  /** Names of functions called or jumped to. */
  calls: Set<string>;
  /** Addresses that it has as constants. */
  addresses: number[];
}

const isFlash = (address: number) => address >= 0x10000000 && address < 0x14000000;

const isRam = (address: number) => address >= 0x20000000 && address < 0x20082000;

/** Every way from what must not read flash (functions) into it, as text; none when all is well. */
export async function waysToFlash(elf: string, compilers: string, from = roots): Promise<string[]> {
  const { stdout } = await run(join(compilers, "arm-none-eabi-objdump"), ["-dr", "--no-show-raw-insn", elf], {
    maxBuffer: 1 << 28,
  });
  return findWaysToFlash(parse(stdout), from);
}

/** Throws an Error that names every way from audio into flash. */
export async function checkAudioInRam(elf: string, compilers: string): Promise<void> {
  const ways = await waysToFlash(elf, compilers);
  if (ways.length > 0) throw new Error(`${elf}: audio reads flash:\n  ${ways.join("\n  ")}`);
}

/** What of the engine and the encoders a linker's map shows outside RAM: code and constants, as text; none when all is well. */
export function outsideRam(map: string, sources = ramSources): string[] {
  const placed = map.slice(map.indexOf("Linker script and memory map"));
  const sections = placed.matchAll(/^ (\.(?:text|rodata|data)\S*)\s+0x([0-9a-f]{8})\s+0x([0-9a-f]+) (\S+)$/gm);
  return [...sections].flatMap(([, section = "", address = "", size = "", object = ""]) =>
    sources.test(object) && parseInt(size, 16) > 0 && !isRam(parseInt(address, 16))
      ? [`${section} of ${object} at 0x${address}`]
      : [],
  );
}

function parse(disassembly: string): Map<string, Code> {
  const functions = new Map<string, Code>();
  let code: Code | undefined;
  let constant: number | undefined;
  let goesOn = false;
  for (const line of disassembly.split("\n")) {
    const head = /^([0-9a-f]{8}) <(.+)>:$/.exec(line);
    if (head) {
      // Assembler's labels are functions here, and one runs on into the next.
      if (goesOn) code?.calls.add(head[2] ?? "");
      code = { name: head[2] ?? "", address: parseInt(head[1] ?? "", 16), calls: new Set(), addresses: [] };
      constant = undefined;
      functions.set(code.name, code);
      continue;
    }
    if (!code) continue;
    goesOn = runsOn(line) ?? goesOn;
    if (/R_ARM_(ABS32|THM_MOVT_ABS)/.test(line) && constant !== undefined) code.addresses.push(constant);
    constant = constantOf(line) ?? constant;
    // The linker's own way to code that is too far for a call: it has the address, but no relocation.
    const target = /\s(?:b|bl|blx|b\.n|b\.w|b[a-z]{2}\.[nw]|cbn?z)\s.*<([^>+]+)(\+0x[0-9a-f]+)?>/.exec(line);
    const called = target?.[1]?.replace(/^__(.+)_veneer$/, "$1");
    if (called !== undefined && called !== code.name) code.calls.add(called);
  }
  return functions;
}

/** Whether what follows a line's instruction is run after it; nothing when the line has none. */
function runsOn(line: string): boolean | undefined {
  const instruction = /^\s*[0-9a-f]{8}:\s+(\S.*)$/.exec(line)?.[1];
  if (instruction === undefined || /^(nop|R_ARM_)/.test(instruction)) return undefined;
  return !/^(b(\.[nw])?\s|bx\s|bl\s|udf|bkpt|\.|pop.*pc|ldmia.*pc|mov\s+pc)/.test(instruction);
}

/** The word of a literal pool, or the upper half of an address that MOVW and MOVT make. */
function constantOf(line: string): number | undefined {
  const word = /\.word\s+0x([0-9a-f]{8})/.exec(line)?.[1];
  if (word !== undefined) return parseInt(word, 16);
  const upper = /\smovt\s+\w+, #(\d+)/.exec(line)?.[1];
  return upper === undefined ? undefined : Number(upper) * 0x10000;
}

function findWaysToFlash(functions: Map<string, Code>, roots: string[]): string[] {
  const byAddress = new Map([...functions.values()].map((code) => [code.address, code]));
  const problems: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    if (seen.has(name) || ends.includes(name)) return;
    seen.add(name);
    const code = functions.get(name);
    const way = [...path, name];
    if (!code) {
      problems.push(`${way.join(" → ")}: there is no such function`);
      return;
    }
    if (isFlash(code.address)) {
      problems.push(way.join(" → "));
      return;
    }
    for (const called of code.calls) visit(called, way);
    for (const address of code.addresses) {
      const pointed = byAddress.get(address & ~1);
      if (pointed) visit(pointed.name, way);
      else if (isFlash(address)) problems.push(`${way.join(" → ")}: a constant at 0x${address.toString(16)}`);
    }
  };
  for (const root of roots) visit(root, []);
  return problems;
}
