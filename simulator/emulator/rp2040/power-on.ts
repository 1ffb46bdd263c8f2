/** A chip as it is after power-on, or after a reset of its own. */
import type { readElf } from "../elf";
import type { NorFlash } from "../nor-flash";
import { Chip } from "./chip";

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

/** Handlers that must run while flash is written have this priority of the NVIC or a more urgent one. */
const ramOnlyPriority = 1;

/** After a reset (`survivor`) RAM and the watchdog's scratch registers are as they were. */
export function powerOn({ nor, elf, flashCache, onLine, onTrap }: PowerOnOptions, survivor?: Chip): Chip {
  let line = "";
  const chip = new Chip(nor, (byte) => {
    if (byte === 0x0a) {
      onLine(line.trimEnd());
      line = "";
    } else line += String.fromCharCode(byte);
  });
  if (survivor) {
    chip.sram.set(survivor.sram);
    chip.watchdog.scratchData.set(survivor.watchdog.scratchData);
    chip.watchdog.reason = survivor.watchdog.reason;
  }
  chip.xip.modelled = flashCache;
  chip.traps.ramOnlyPriority = ramOnlyPriority;
  chip.traps.onTrap = onTrap;
  if (elf) {
    const limit = (symbol: string) => elf.symbols.get(symbol) ?? 0;
    chip.traps.symbol = elf.functionAt;
    chip.cores[0].stackLimit = limit("__StackBottom");
    chip.cores[1].stackLimit = limit("__StackOneBottom");
    chip.cores[0].processStackLimit = limit("thread_stack"); // hosts/rp2/thread.c
  }
  return chip;
}
