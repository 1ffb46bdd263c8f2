/** Random and mutated control transfers from many clients of a link at once, the same for the same seed. */
import { Random } from "../presets/random";
import { tcpPeer, webSocketPeer, hello, type Peer } from "../link/peers";
import type { TestBench } from "../link/bench";
import { commands, type Dimensions } from "./commands";
import { wrongAnswer } from "./ranges";
import type { Step } from "./steps";

export interface Tally {
  transfers: number;
  ok: number;
  stall: number;
  /** What should not have come back; empty when all is well. */
  wrong: string[];
}

/** Transfers that a client sends before it waits for their answers. */
const burst = 50;
const longestShown = 20;

type Transfer = Omit<Step, "expected">;

/** Transfers as hosts send them, with something wrong in most. */
class Traffic {
  readonly #random: Random;
  readonly #seeds: Transfer[];

  constructor(chip: Dimensions, seed: number) {
    this.#random = new Random(seed);
    this.#seeds = commands(chip)
      .filter(({ code }) => code !== bootloader)
      .flatMap(({ passing, beyond }) => [...passing, ...beyond]);
  }

  next(): Transfer {
    const random = this.#random;
    const transfer = random.below(3) === 0 ? this.#made() : this.#mutated();
    return transfer.req === bootloader ? { ...transfer, req: 0x7f } : transfer;
  }

  #made(): Transfer {
    const random = this.#random;
    const bm = pick(random, [0x41, 0xc1, 0x41, 0xc1, 0x21, 0xa1, 0x22, 0xa2, 0xc0, 0x81, random.below(256)]);
    const len = pick(random, [0, 1, 2, 4, 8, 16, 32, 63, 64, 65, 2896, random.below(4096)]);
    const transfer = {
      bm,
      req: random.below(256),
      val: pick(random, [random.below(16), random.below(4096), random.below(65536)]),
      idx: pick(random, [2, 2, 2, 0, 1, 3, random.below(65536)]),
      len,
    };
    return bm & 0x80 ? transfer : { ...transfer, data: this.#bytes(len) };
  }

  #mutated(): Transfer {
    const random = this.#random;
    const transfer = { ...pick(random, this.#seeds) };
    const bytes = Buffer.from(transfer.data ?? "", "hex");
    switch (random.below(6)) {
      case 0:
        if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
        break;
      case 1:
        if (bytes.length >= 4) bytes.writeUInt32LE(pick(random, oddFloats), 4 * random.below(bytes.length >> 2));
        break;
      case 2:
        transfer.val = transfer.val ^ (1 << random.below(16));
        break;
      case 3:
        transfer.val = random.below(65536);
        break;
      case 4: {
        const len = pick(random, [0, 1, 3, 64, 65, random.below(128)]);
        if (transfer.bm & 0x80) return { ...transfer, len };
        return { ...transfer, len, data: this.#bytes(len) };
      }
    }
    return transfer.bm & 0x80 ? transfer : { ...transfer, data: bytes.toString("hex") };
  }

  #bytes(count: number): string {
    return Buffer.from(Array.from({ length: count }, () => this.#random.below(256))).toString("hex");
  }
}

const bootloader = 0xf0;
/** NaN, ±∞, the largest, denormals, −0, plain ones. */
const oddFloats = [0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff, 0xff7fffff, 1, 0x80000000, 0x42c80000, 0xc2c80000];

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)] as T;
}

/** Sends `transfers` in all from as many clients, TCP and WebSocket in turn, and reads the whole state in between. */
export async function run(
  bench: TestBench,
  chip: Dimensions,
  seed: number,
  transfers: number,
  clients = 8,
): Promise<Tally> {
  const tally: Tally = { transfers: 0, ok: 0, stall: 0, wrong: [] };
  const client = async (number: number): Promise<void> => {
    const peer = number % 4 === 3 ? await webSocketPeer(bench.ws) : await tcpPeer(bench.tcp);
    await peer.ask(hello);
    const traffic = new Traffic(chip, seed * 1000 + number);
    for (let left = Math.ceil(transfers / clients); left > 0; left -= burst) {
      const sent = Array.from({ length: Math.min(left, burst) }, () => traffic.next());
      sent.push({ bm: 0xc1, req: 0xa0, val: 0, idx: 2, len: 2896 });
      await exchange(peer, chip, sent, tally);
    }
    peer.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return tally;
}

let id = 0;

async function exchange(peer: Peer, chip: Dimensions, sent: Transfer[], tally: Tally): Promise<void> {
  const first = id;
  for (const transfer of sent) peer.send({ t: "ctl", id: id++, ...transfer });
  for (const [i, transfer] of sent.entries()) {
    let reply = await peer.next();
    while (reply?.t === "ev") {
      note(tally, JSON.stringify(reply), transfer);
      reply = await peer.next();
    }
    tally.transfers++;
    if (reply?.["id"] !== first + i) note(tally, `unexpected: ${JSON.stringify(reply)}`, transfer);
    else if (reply["st"] === "stall") tally.stall++;
    else if (reply["st"] !== "ok") note(tally, String(reply["st"]), transfer);
    else {
      tally.ok++;
      // Standard, class and OS requests answer other things to the same codes.
      const isOurs = transfer.bm === 0xc1 && [0, 2].includes(transfer.idx & 0xff);
      const data = Buffer.from((reply["data"] as string | undefined) ?? "", "hex");
      if (data.length > transfer.len) note(tally, `${data.length} bytes for wLength ${transfer.len}`, transfer);
      const wrong = isOurs && wrongAnswer(chip, transfer.req, transfer.val, transfer.len, data);
      if (wrong) note(tally, wrong, transfer);
    }
  }
}

function note(tally: Tally, text: string, transfer: Transfer): void {
  if (tally.wrong.length < longestShown) tally.wrong.push(`${text} after ${JSON.stringify(transfer).slice(0, 200)}`);
}
