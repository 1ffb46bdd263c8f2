/**
 * dspi-link/1: gives a device on the bench to any number of peers. Control transfers run one at a time over all of
 * them, in the order in which they arrive. In virtual time everything does, so that the same messages give the
 * same bits; in real time, bench operations may be overtaken.
 */
import type { Setup } from "../device";
import { Serial } from "../serial";
import type { Workbench } from "../workbench";
import { operations, type Operation, type Premises } from "./admin";
import type { Folder } from "./folder";

/** Takes what nobody asked for. */
interface Listener {
  event(message: object): void;
}

export class LinkServer implements Premises {
  readonly bench: Workbench;
  readonly folder: Folder;
  #listeners = new Set<Listener>();
  #transfers = new Serial();
  #operations: Serial;
  #plays: Serial;

  constructor(bench: Workbench, folder: Folder) {
    this.bench = bench;
    this.folder = folder;
    this.#operations = bench.realtime ? new Serial() : this.#transfers;
    this.#plays = bench.realtime ? new Serial() : this.#transfers;
    bench.onEvent((event) => this.#broadcast({ t: "ev", ...event }));
  }

  get device(): object {
    return this.bench.description;
  }

  /** Adds who hears of events; the returned function takes it away. */
  join(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Executes a control transfer; resolves to its `res` message. */
  control(id: number, setup: Setup, data: Uint8Array | undefined): Promise<object> {
    return this.#transfers.run(async () => {
      const result = await this.bench.control(setup, data);
      if (!result) return { t: "res", id, st: "nodev" };
      if (result.status === "stall") return { t: "res", id, st: "stall" };
      if (data) return { t: "res", id, st: "ok", n: data.length };
      const answer = result.data.subarray(0, setup.wLength);
      return { t: "res", id, st: "ok", data: Buffer.from(answer).toString("hex") };
    });
  }

  /**
   * An IN transfer. No device has a bulk or interrupt endpoint yet: nothing answers a token to an endpoint that
   * does not exist, and what is there for another kind of transfer refuses this one.
   */
  transferIn(id: number, endpoint: number): Promise<object> {
    const exists = () =>
      this.bench.description.interfaces.some((one) => one.endpoints.some(({ address }) => address === endpoint));
    const answer = () => Promise.resolve({ t: "res", id, st: exists() ? "stall" : "timeout" });
    return this.bench.realtime ? answer() : this.#transfers.run(answer);
  }

  /** Executes a bench operation; resolves to its `adm` message, with a text in `out` when it failed. */
  async admin(id: number, op: string, arg: unknown, mayTouchFiles: boolean): Promise<object> {
    const operation = operations.get(op);
    const refuse = (text: string) => ({ t: "adm", id, ok: false, out: text });
    if (!operation) return refuse(`unknown operation; there are ${[...operations.keys()].join(", ")}`);
    if (operation.touchesFiles && !mayTouchFiles) return refuse(`${op} touches files: it is served over TCP only`);
    try {
      const out = await this.#orderOf(operation).run(() => operation.run(this, arg));
      return { t: "adm", id, ok: true, ...(out === undefined ? {} : { out }) };
    } catch (error) {
      return refuse((error as Error).message);
    }
  }

  #orderOf(operation: Operation): Serial {
    return operation.takesTime ? this.#plays : this.#operations;
  }

  #broadcast(message: object): void {
    for (const listener of this.#listeners) listener.event(message);
  }
}
