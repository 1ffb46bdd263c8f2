/** Every request of the command table against the simulator, over dspi-link: in range, out of range and malformed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startBench, type TestBench } from "../link/bench";
import { hello, tcpPeer, type Peer } from "../link/peers";
import { codes, commands, dimensions } from "./commands";
import type { Step } from "./steps";

const kinds = ["passing", "beyond", "malformed"] as const;
const chips = ["rp2040", "rp2350"] as const;
/** What passed, by chip and kind. */
const covered = new Map<string, Set<number>>();
let requests = 0;

const hexadecimal = (code: number) => `0x${code.toString(16).toUpperCase()}`;

describe.each(chips)("%s", (chip) => {
  let bench: TestBench;
  let peer: Peer;
  let id = 0;

  beforeAll(async () => {
    bench = await startBench({ chip });
    peer = await tcpPeer(bench.tcp);
    await peer.ask(hello);
  });
  afterAll(async () => {
    peer.close();
    await bench.close();
  });

  /** The answer to a message, past the events. */
  async function ask(message: object): Promise<Record<string, unknown>> {
    peer.send({ ...message, id: ++id });
    for (;;) {
      const reply = await peer.next();
      if (reply?.["id"] === id) return reply;
    }
  }

  async function take(step: Step): Promise<void> {
    const { expected, ...setup } = step;
    const reply = await ask({ t: "ctl", ...setup });
    requests++;
    const shown = `${hexadecimal(step.req)} wValue ${hexadecimal(step.val)} ${(step.data ?? "").slice(0, 40)}`;
    if (expected === "stall") return expect(reply, shown).toMatchObject({ st: "stall" });
    expect(reply, shown).toMatchObject({ st: "ok" });
    if (typeof expected === "string") expect(reply["data"] ?? "", shown).toBe(expected);
    else expect(reply["data"], shown).toMatch(expected);
  }

  test.each(commands(dimensions[chip]).map((command) => [hexadecimal(command.code), command] as const))(
    "%s answers as the protocol says",
    async (_, command) => {
      for (const kind of kinds) {
        await ask({ t: "admin", op: "flash-erase" });
        for (const step of command[kind]) await take(step);
        expect(command[kind].length).toBeGreaterThan(0);
        const key = `${chip} ${kind}`;
        covered.set(key, (covered.get(key) ?? new Set<number>()).add(command.code));
      }
    },
  );

  test("every code has been covered", () => {
    for (const kind of kinds) expect([...(covered.get(`${chip} ${kind}`) ?? [])].sort((a, b) => a - b)).toEqual(codes);
  });
});

afterAll(() => {
  const counts = [...covered].map(([key, set]) => `${key} ${set.size} of ${codes.length}`);
  console.log(`Request codes covered (${requests} requests): ${counts.join(", ")}`);
});
