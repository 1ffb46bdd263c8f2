/** What every command that talks to a device takes, and the device it gets. */
import { readPlatform } from "../../modules/client/wire";
import { ParameterNames } from "../../modules/parameters/names";
import { Vendor } from "../../simulator/vendor";
import type { Connection } from "./connection";
import { connectLink } from "./link";
import { connectUsb } from "./usb";

export interface DeviceOptions {
  tcp: string | undefined;
  serial: string | undefined;
  json: boolean;
}

export const deviceOptions = {
  tcp: { type: "string", requiresArg: true, describe: "Talk to a simulated device at [host:]port instead of USB" },
  serial: { type: "string", requiresArg: true, describe: "Serial number of the device on USB, when there are several" },
  json: { type: "boolean", default: false, describe: "Write JSON, for programs" },
} as const;

export interface ConnectedDevice {
  connection: Connection;
  vendor: Vendor;
  /** Those of its chip. */
  names: ParameterNames;
}

/** Runs work with the device that the options name, and lets go of it afterwards. */
export async function withDevice<Result>(
  options: { tcp?: string | undefined; serial?: string | undefined },
  work: (device: ConnectedDevice) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(options);
  try {
    const vendor = new Vendor((setup, data) => connection.control(setup, data));
    return await work({ connection, vendor, names: new ParameterNames(await readPlatform(vendor)) });
  } finally {
    await connection.close();
  }
}

function connect({ tcp, serial }: { tcp?: string | undefined; serial?: string | undefined }): Promise<Connection> {
  if (tcp === undefined) return connectUsb(serial);
  if (serial !== undefined) throw new Error("--serial chooses among devices on USB: leave it out with --tcp");
  const [, host = "127.0.0.1", digits = ""] = /^(?:(.+):)?(\d{1,5})$/.exec(tcp) ?? [];
  const port = Number(digits);
  if (port < 1 || port > 65535) throw new Error(`--tcp takes [host:]port with a port of 1 to 65535, not ${tcp}`);
  return connectLink(host.replace(/^\[(.*)\]$/, "$1"), port);
}
