/** One peer's conversation: checks each message and has the server execute it. Knows nothing of sockets. */
import { IdSet } from "./id-set";
import { MessageError, parseMessage, protocolVersion, type Message } from "./messages";
import type { LinkServer } from "./server";

/** A peer's connection as its transport gives it. */
export interface Peer {
  /** Whether operations that touch files are served to it. */
  readonly mayTouchFiles: boolean;
  send(message: object): void;
  /** Asks the transport to hold back further messages, or to go on. */
  hold(on: boolean): void;
}

/** Requests of one peer that may wait for the device before its transport holds back. */
const pendingLimit = 64;

export class Session {
  #server: LinkServer;
  #peer: Peer;
  #open = false;
  #ids = new IdSet();
  #pending = 0;
  #idle: (() => void)[] = [];

  constructor(server: LinkServer, peer: Peer) {
    this.#server = server;
    this.#peer = peer;
  }

  receive(text: string): void {
    try {
      this.#accept(parseMessage(text));
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.refuse(error.message);
    }
  }

  /** Tells the peer what is wrong with what it sent. */
  refuse(text: string): void {
    this.#peer.send({ t: "err", text });
  }

  /** Events are for peers that have opened their session. */
  event(message: object): void {
    if (this.#open) this.#peer.send(message);
  }

  /** Resolves when every request has been answered. */
  async drained(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #accept(message: Message): void {
    if (message.t === "hello") {
      if (this.#open) throw new MessageError("the session is open already");
      this.#open = true;
      this.#peer.send({ t: "hello", v: protocolVersion, device: this.#server.device });
      return;
    }
    if (!this.#open) throw new MessageError(`open the session first: {"t":"hello","v":${protocolVersion}}`);
    if (!this.#ids.add(message.id)) throw new MessageError(`${message.t} ${message.id}: id was used before`);
    void this.#answer(message);
  }

  async #answer(message: Exclude<Message, { t: "hello" }>): Promise<void> {
    if (++this.#pending === pendingLimit) this.#peer.hold(true);
    this.#peer.send(await this.#execute(message));
    if (--this.#pending === pendingLimit - 1) this.#peer.hold(false);
    if (this.#pending === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #execute(message: Exclude<Message, { t: "hello" }>): Promise<object> {
    switch (message.t) {
      case "ctl":
        return this.#server.control(message.id, message.setup, message.data);
      case "in":
        return this.#server.transferIn(message.id, message.endpoint);
      case "admin":
        return this.#server.admin(message.id, message.op, message.arg, this.#peer.mayTouchFiles);
    }
  }
}
