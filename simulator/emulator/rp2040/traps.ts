/** What must never happen, and did: plain messages with core and address, each place once. */
import type { CoreAccess } from "./core-access";
import { place } from "./core-state";
import { exception } from "./exceptions";

const { pc, sp } = place;

export class Traps {
  readonly messages: string[] = [];
  /** Interrupts of this priority, and more urgent ones, must not touch flash; −1 lets all of them. */
  ramOnlyPriority = -1;
  /** Tells the name of the function at an address. */
  symbol: ((address: number) => string | undefined) | undefined;
  onTrap: ((message: string) => void) | undefined;
  readonly #seen = new Set<string>();

  report(core: CoreAccess, text: string): void {
    const place = this.#name(core.at);
    if (this.#seen.has(`${text} ${place}`)) return;
    this.#seen.add(`${text} ${place}`);
    const where = core.ipsr > 0 ? `, in exception ${core.ipsr}` : "";
    const message = `core ${core.index}, pc ${place}${where}: ${text}`;
    this.messages.push(message);
    this.onTrap?.(message);
  }

  flashInHandler(core: CoreAccess, address: number): void {
    if (core.ipsr < exception.irq0 || (core.priorities[core.ipsr - exception.irq0] as number) > this.ramOnlyPriority)
      return;
    const target = address >>> 3 === (core.registers[pc] as number) >>> 3 ? "fetched" : "read";
    this.report(core, `flash ${target} at ${this.#name(address)} by a handler that must live in RAM`);
  }

  codeWritten(core: CoreAccess, address: number): void {
    this.report(core, `write to code at ${this.#name(address)}`);
  }

  stackOverflow(core: CoreAccess, limit: number): void {
    const top = ((core.registers[sp] as number) >>> 0).toString(16);
    this.report(core, `stack overflow: SP 0x${top} is below 0x${limit.toString(16)}`);
  }

  #name(address: number): string {
    const name = this.symbol?.(address);
    const hex = `0x${(address >>> 0).toString(16).padStart(8, "0")}`;
    return name ? `${hex} (${name})` : hex;
  }
}
