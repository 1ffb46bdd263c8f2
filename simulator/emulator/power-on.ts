/** A chip as it is after power-on, or after a reset of its own. */
import { crashReport } from "./crash/report";
import type { SourceLines } from "./crash/source-lines";
import type { NorFlash } from "./nor-flash";
import type { ChipName, Machine } from "./machine";
import type { Functions } from "./observe/functions";
import type { Observers } from "./observe/observers";
import { Chip as Rp2040 } from "./rp2040/chip";
import { Chip as Rp2350 } from "./rp2350/chip";

export interface PowerOnOptions {
  nor: NorFlash;
  /** Symbols of the firmware by name: they bound the stacks. */
  symbols: ReadonlyMap<string, number>;
  functions: Functions;
  /** Where code comes from, when that is known. */
  sourceLines: SourceLines | undefined;
  /** Who follows the cores' calls. */
  observers: Observers | undefined;
  /** False has code in flash run as fast as in RAM. */
  flashCache: boolean;
  /** Lines of text on any UART. */
  onLine: (text: string) => void;
  /** A trap, and when a core has made it what state that is in. */
  onTrap: (message: string, report: string | undefined) => void;
}

/** Handlers that must run while flash is written have this priority or a more urgent one, of the 8 bits that the SDK gives. */
const ramOnlyPriority = 0x40;

const chips = { rp2040: Rp2040, rp2350: Rp2350 } as const satisfies Record<ChipName, unknown>;

/** After a reset (`survivor`) RAM and what else outlives it are as they were. */
export function powerOn(name: ChipName, options: PowerOnOptions, survivor?: Machine): Machine {
  const { nor, symbols, functions, flashCache, observers, onLine, onTrap } = options;
  let line = "";
  const chip: Machine = new chips[name](nor, (byte) => {
    if (byte === 0x0a) {
      onLine(line.trimEnd());
      line = "";
    } else line += String.fromCharCode(byte);
  });
  if (survivor) chip.survive(survivor);
  chip.xip.modelled = flashCache;
  chip.traps.ramOnlyPriority = ramOnlyPriority >> (8 - chip.layout.priorityBits);
  chip.traps.onTrap = (message, text, core) =>
    onTrap(message, core && crashReport(name, chip, core.index, text, functions, options.sourceLines));
  chip.traps.symbol = (address) => functions.nameOf(address);
  const limit = (symbol: string) => symbols.get(symbol) ?? 0;
  const [core0, core1] = chip.cores;
  core0.stackLimit = limit("__StackBottom");
  core1.stackLimit = limit("__StackOneBottom");
  core0.processStackLimit = limit("thread_stack"); // hosts/rp2/thread.c
  observers?.follow(chip, name, functions);
  chip.start();
  return chip;
}
