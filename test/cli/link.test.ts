import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { DeviceGone } from "../../cli/connection/connection";
import { connectLink } from "../../cli/connection/link";
import { startBench, type TestBench } from "../link/bench";

const platform = { bmRequestType: 0xc1, bRequest: 0x7f, wValue: 0, wIndex: 2, wLength: 4 };

describe("a connection over TCP", () => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.close());
  const connect = () => connectLink("127.0.0.1", bench.tcp);

  test("knows who is there, and carries transfers in any number at once", async () => {
    const connection = await connect();
    expect(connection.identity).toEqual({ product: "Weeb Labs DSPi", serial: "D5B1000000000001" });
    const results = await Promise.all(Array.from({ length: 100 }, () => connection.control(platform)));
    for (const result of results) expect(result).toEqual({ status: "ok", data: Uint8Array.of(1, 1, 0x13, 9) });
    expect(await connection.control({ ...platform, bRequest: 1 })).toEqual({ status: "stall" });
    await connection.close();
  });

  test("ends when the device leaves, even if nobody asks it anything", async () => {
    const connection = await connect();
    await bench.bench.powerCycle();
    await connection.gone;
    await expect(connection.control(platform)).rejects.toThrow(DeviceGone);
  });

  test("ends transfers that are under way when the server goes", async () => {
    const other = await startBench();
    const connection = await connectLink("127.0.0.1", other.tcp);
    const transfers = Array.from({ length: 50 }, () => connection.control(platform).catch((error: unknown) => error));
    await other.close();
    const last = (await Promise.all(transfers)).at(-1);
    if (last instanceof Error) expect(last).toBeInstanceOf(DeviceGone);
    await connection.gone;
  });
});
