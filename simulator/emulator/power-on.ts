/** A chip as it is after power-on, or after a reset of its own. */
import type { readElf } from "./elf";
import type { NorFlash } from "./nor-flash";
import type { Machine } from "./machine";
import { Chip as Rp2040 } from "./rp2040/chip";
import { Chip as Rp2350 } from "./rp2350/chip";

export interface PowerOnOptions {
  nor: NorFlash;
  /** Symbols of the firmware: they name functions and bound the stacks. */
  elf: ReturnType<typeof readElf> | undefined;
  /** False has code in flash run as fast as in RAM. */
  flashCache: boolean;
  /** Lines of text on any UART, and traps. */
  onLine: (text: string) => void;
  onTrap: (message: string) => void;
}

/** Handlers that must run while flash is written have this priority or a more urgent one, of the 8 bits that the SDK gives. */
const ramOnlyPriority = 0x40;

/** The chips, by the name of their UF2 family. */
const chips = { rp2040: Rp2040, rp2350: Rp2350 } as const;
export type ChipName = keyof typeof chips;

/** After a reset (`survivor`) RAM and what else outlives it are as they were. */
export function powerOn(name: ChipName, options: PowerOnOptions, survivor?: Machine): Machine {
  const { nor, elf, flashCache, onLine, onTrap } = options;
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
  chip.traps.onTrap = onTrap;
  if (elf) {
    const limit = (symbol: string) => elf.symbols.get(symbol) ?? 0;
    const [core0, core1] = chip.cores;
    chip.traps.symbol = elf.functionAt;
    core0.stackLimit = limit("__StackBottom");
    core1.stackLimit = limit("__StackOneBottom");
    core0.processStackLimit = limit("thread_stack"); // hosts/rp2/thread.c
  }
  chip.start();
  return chip;
}
