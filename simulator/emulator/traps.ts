/** What must never happen, and did: plain messages with core and address, each place once. */
import type { BusCore } from "./core";
import { hex } from "./lanes";

const sp = 13;
/** Exceptions from here on are interrupts. */
const irq0 = 16;

export class Traps {
  readonly messages: string[] = [];
  /** Interrupts of this priority, and more urgent ones, must not touch flash; −1 lets all of them. */
  ramOnlyPriority = -1;
  /** Tells the name of the function at an address. */
  symbol: ((address: number) => string | undefined) | undefined;
  /** `text` says what happened, without where; `core` is whose doing it was. */
  onTrap: ((message: string, text: string, core?: BusCore) => void) | undefined;
  readonly #seen = new Set<string>();

  report(core: BusCore, text: string): void {
    const place = this.#name(core.at);
    const where = core.ipsr > 0 ? `, in exception ${core.ipsr}` : "";
    this.#once(`${text} ${place}`, `core ${core.index}, pc ${place}${where}: ${text}`, text, core);
  }

  /** One that no core has made, but a block. */
  reportBlock(text: string): void {
    this.#once(text, text);
  }

  #once(key: string, message: string, text = message, core?: BusCore): void {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.messages.push(message);
    this.onTrap?.(message, text, core);
  }

  flashInHandler(core: BusCore, address: number, what: "read" | "fetch"): void {
    if (core.ipsr < irq0 || (core.priorities[core.ipsr - irq0] as number) > this.ramOnlyPriority) return;
    const done = what === "fetch" ? "fetched" : "read";
    this.report(core, `flash ${done} at ${this.#name(address)} by a handler that must live in RAM`);
  }

  codeWritten(core: BusCore, address: number): void {
    this.report(core, `write to code at ${this.#name(address)}`);
  }

  stackOverflow(core: BusCore, limit: number): void {
    const top = ((core.registers[sp] as number) >>> 0).toString(16);
    this.report(core, `stack overflow: SP 0x${top} is below 0x${limit.toString(16)}`);
  }

  #name(address: number): string {
    const name = this.symbol?.(address);
    return name ? `${hex(address)} (${name})` : hex(address);
  }
}
