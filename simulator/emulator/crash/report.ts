/** What a person needs to find out why a core did what it must not do. */
import type { MachineCore } from "../core";
import { hex } from "../lanes";
import type { ChipName, Machine } from "../machine";
import { exceptionName } from "../observe/exception-names";
import type { Functions } from "../observe/functions";
import { followedCalls, guessedCalls, type Call } from "./backtrace";
import { wordAt } from "./memory";
import type { SourceLines } from "./source-lines";
import { faultText, xpsrText, type FaultStatus } from "./status";

const sp = 13;
const stackWords = 32;
const perLine = 4;
/** Below is the boot ROM: a small number on the stack is hardly an address. */
const lowestCode = 0x10000000;

/** An RP2350's core has more to tell. */
type TellingCore = MachineCore & FaultStatus & { msplim: number; psplim: number };

/** Several lines: what happened, where, registers, stack, and who called. To be called when it has just happened. */
export function crashReport(
  chip: ChipName,
  machine: Machine,
  index: 0 | 1,
  what: string,
  functions: Functions,
  lines: SourceLines | undefined,
): string {
  const core = machine.cores[index];
  const now = (machine.clock.nanosAt(core.cycles) / 1e6).toFixed(6);
  const context = exceptionName(chip, core.ipsr);
  const followed = followedCalls(core);
  const calls = followed ?? guessedCalls(machine, core);
  const places = [core.at, ...calls.map(({ address }) => address)];
  const sources = lines?.at(places) ?? [];
  const place = (address: number, source: string | undefined) =>
    `${hex(address)} ${functions.nameOf(address) ?? ""}${source ? ` (${source})` : ""}`.trimEnd();
  const how = ({ interrupted }: Call) =>
    interrupted === undefined ? "" : `, interrupted by ${exceptionName(chip, interrupted)}`;
  return [
    `  ${what}`,
    `  on the ${chip.toUpperCase()}'s core ${index}, ${now} ms after power-on, in ${context}${core.lockedUp ? ", locked up" : ""}`,
    `  at ${place(core.at, sources[0])}`,
    ...registerText(core),
    `  xPSR ${hex(core.xpsr)}  ${xpsrText(core.xpsr, context)}`,
    ...stackPointers(core),
    ...("faultStatus" in core ? faultText(core as TellingCore).map((line) => `  ${line}`) : []),
    ...stackText(machine, core, functions),
    followed ? "  called by" : "  called by (a guess: what on the stack looks like return addresses)",
    ...calls.map((call, at) => `    ${place(call.address, sources[at + 1])}${how(call)}`),
    ...(calls.length === 0 ? ["    nobody known"] : []),
  ].join("\n");
}

function registerText(core: MachineCore): string[] {
  const names = Array.from({ length: 16 }, (_, n) => ["sp", "lr", "pc"][n - sp] ?? `r${n}`);
  const cells = names.map((name, n) => {
    const value = name === "pc" ? core.at : (core.registers[n] as number);
    return `${name.padStart(3)} ${hex(value)}`;
  });
  return [0, 4, 8, 12].map((at) => `  ${cells.slice(at, at + perLine).join("  ")}`);
}

function stackPointers(core: MachineCore): string[] {
  const inUse = core.registers[sp] as number;
  const [main, process] = core.processStack ? [core.bankedSp, inUse] : [inUse, core.bankedSp];
  const limits = "msplim" in core ? (core as TellingCore) : undefined;
  const limit = (value: number | undefined) => (value ? ` (limit ${hex(value)})` : "");
  const using = core.processStack ? "process" : "main";
  const masked = core.primask ? ", interrupts are off (PRIMASK)" : "";
  return [
    `  MSP ${hex(main)}${limit(limits?.msplim)}, PSP ${hex(process)}${limit(limits?.psplim)}, on the ${using} stack${masked}`,
  ];
}

function stackText(machine: Machine, core: MachineCore, functions: Functions): string[] {
  const top = ((core.registers[sp] as number) & ~3) >>> 0;
  const words = Array.from({ length: stackWords }, (_, index) => wordAt(machine, (top + 4 * index) >>> 0));
  const known = words.findIndex((word) => word === undefined);
  const present = (known < 0 ? words : words.slice(0, known)) as number[];
  if (present.length === 0) return [`  no memory where SP points: ${hex(top)}`];
  const lines = ["  stack"];
  for (let at = 0; at < present.length; at += perLine) {
    const row = present.slice(at, at + perLine);
    const names = row.flatMap((word) => (word & 1 && word >= lowestCode && functions.nameOf(word & ~1)) || []);
    lines.push(
      `    ${hex(top + 4 * at)}  ${row.map((word) => hex(word).slice(2)).join(" ")}  ${names.join(" ")}`.trimEnd(),
    );
  }
  return lines;
}
