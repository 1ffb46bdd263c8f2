/** A simulated device behind TCP, reached as the commands reach it, for tests. */
import { connectLink } from "../../cli/connection/link";
import type { Connection } from "../../cli/connection/connection";
import type { Snapshot } from "../../modules/client/snapshot";
import { ParameterNames } from "../../modules/parameters/names";
import { platformOf } from "../../modules/parameters/platforms";
import { Vendor } from "../../simulator/vendor";
import type { Chip } from "../../simulator/desktop-device";
import { startBench, type TestBench } from "../link/bench";

export interface TestDevice {
  bench: TestBench;
  connection: Connection;
  /** Over TCP. */
  vendor: Vendor;
  /** Beside TCP, through power cycles. */
  direct: Vendor;
  names: ParameterNames;
  close(): Promise<void>;
}

export async function startTestDevice(chip: Chip): Promise<TestDevice> {
  const bench = await startBench({ chip });
  const connection = await connectLink("127.0.0.1", bench.tcp);
  const close = async () => {
    await connection.close();
    await bench.close();
  };
  const vendor = new Vendor((setup, data) => connection.control(setup, data));
  const direct = new Vendor(async (setup, data) => (await bench.bench.control(setup, data)) ?? { status: "stall" });
  return { bench, connection, vendor, direct, names: new ParameterNames(platformOf(chip === "rp2040" ? 0 : 1)), close };
}

/** Names whose values differ between two looks at a device. */
export function changedNames(before: Snapshot, after: Snapshot): string[] {
  return [...after.values()].filter(({ path, value }) => before.get(path)?.value !== value).map(({ path }) => path);
}

/** The bulk packet as it is. */
export async function bulkPacket(vendor: Vendor): Promise<Buffer> {
  const { buffer, byteOffset, byteLength } = await vendor.get(0xa0, 0, 2896);
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** 0x53. */
export async function factoryReset(vendor: Vendor): Promise<void> {
  await vendor.get(0x53, 0, 1);
}
