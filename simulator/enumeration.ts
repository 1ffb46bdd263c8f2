/** Reads a device's descriptors as an operating system does when it is plugged in (USB 2.0 §9.4, §9.6). */
import type { Device } from "./device";

export type EndpointDescription = {
  /** With the direction in bit 7. */
  address: number;
  type: "control" | "isochronous" | "bulk" | "interrupt";
  /** Largest of all alternate settings, in bytes. */
  packetSize: number;
};

export type InterfaceDescription = {
  number: number;
  class: number;
  subclass: number;
  protocol: number;
  /** Those of all alternate settings, each once. */
  endpoints: EndpointDescription[];
};

/** What `hello` of dspi-link/1 carries. */
export type DeviceDescription = {
  vid: number;
  pid: number;
  bcdDevice: number;
  manufacturer: string;
  product: string;
  serial: string;
  interfaces: InterfaceDescription[];
};

/** Descriptor types (USB 2.0 table 9-5, USB 3.2 table 9-6). */
const deviceType = 1;
const configurationType = 2;
const stringType = 3;
const interfaceType = 4;
const endpointType = 5;
const qualifierType = 6;
const bosType = 15;

const english = 0x0409;
const endpointTypes = ["control", "isochronous", "bulk", "interrupt"] as const;

/** Enumerates and configures a device as Linux does; throws when its descriptors make no sense. */
export async function readDescription(device: Device): Promise<DeviceDescription> {
  await descriptor(device, deviceType, 0, 64); // the first look is for the size of endpoint 0 only
  const head = expectBytes(await descriptor(device, deviceType, 0, 18), 18, "device descriptor");
  const bcdUsb = head.getUint16(2, true);
  if (bcdUsb >= 0x0201) await whole(device, bosType);
  if (bcdUsb >= 0x0200) await descriptor(device, qualifierType, 0, 10); // a full-speed device stalls this
  const configuration = await whole(device, configurationType);
  const languages = await descriptor(device, stringType, 0, 255);
  const language = languages && languages.length >= 4 ? (languages[2] ?? 0) | ((languages[3] ?? 0) << 8) : english;
  const text = (offset: number) => readString(device, head.getUint8(offset), language);
  const description: DeviceDescription = {
    vid: head.getUint16(8, true),
    pid: head.getUint16(10, true),
    bcdDevice: head.getUint16(12, true),
    manufacturer: await text(14),
    product: await text(15),
    serial: await text(16),
    interfaces: parseInterfaces(configuration),
  };
  const wValue = configuration[5] ?? 1;
  const configured = await device.control({ bmRequestType: 0, bRequest: 9, wValue, wIndex: 0, wLength: 0 });
  if (configured.status !== "ok") throw new Error(`The device stalled SET_CONFIGURATION ${wValue}.`);
  return description;
}

/** A descriptor as far as the device gives it; undefined when it stalls. */
async function descriptor(
  device: Device,
  type: number,
  index: number,
  wLength: number,
  language = 0,
): Promise<Uint8Array | undefined> {
  const setup = { bmRequestType: 0x80, bRequest: 6, wValue: (type << 8) | index, wIndex: language, wLength };
  const result = await device.control(setup);
  return result.status === "ok" ? result.data : undefined;
}

/** A descriptor with a total length in its third and fourth byte: first its head, then all of it. */
async function whole(device: Device, type: number): Promise<Uint8Array> {
  const what = type === bosType ? "BOS descriptor" : "configuration descriptor";
  const head = expectBytes(await descriptor(device, type, 0, type === bosType ? 5 : 9), 5, what);
  const total = head.getUint16(2, true);
  const all = await descriptor(device, type, 0, total);
  expectBytes(all, total, what);
  return all ?? new Uint8Array();
}

/** The text of a string descriptor; empty when there is none. */
async function readString(device: Device, index: number, language: number): Promise<string> {
  if (index === 0) return "";
  const bytes = await descriptor(device, stringType, index, 255, language);
  if (!bytes || bytes.length < 2 || bytes[1] !== stringType) return "";
  const length = Math.min(bytes[0] ?? 0, bytes.length);
  return new TextDecoder("utf-16le").decode(bytes.subarray(2, length & ~1));
}

/** Walks a configuration by the length byte of each descriptor; unknown ones are stepped over. */
function parseInterfaces(configuration: Uint8Array): InterfaceDescription[] {
  const view = new DataView(configuration.buffer, configuration.byteOffset, configuration.byteLength);
  const interfaces = new Map<number, InterfaceDescription>();
  let current: InterfaceDescription | undefined;
  for (let at = 0; at < configuration.length; at += view.getUint8(at)) {
    const length = view.getUint8(at);
    if (length < 2 || at + length > configuration.length)
      throw new Error(`The configuration descriptor is broken: a length of ${length} at byte ${at}.`);
    const type = view.getUint8(at + 1);
    if (type === interfaceType && length >= 9) {
      const number = view.getUint8(at + 2);
      current = interfaces.get(number) ?? {
        number,
        class: view.getUint8(at + 5),
        subclass: view.getUint8(at + 6),
        protocol: view.getUint8(at + 7),
        endpoints: [],
      };
      interfaces.set(number, current);
    } else if (type === endpointType && length >= 7 && current) {
      addEndpoint(current, view.getUint8(at + 2), view.getUint8(at + 3), view.getUint16(at + 4, true));
    }
  }
  return [...interfaces.values()];
}

function addEndpoint(of: InterfaceDescription, address: number, attributes: number, maxPacketSize: number): void {
  const packetSize = maxPacketSize & 0x7ff; // the bits above count transactions at high speed
  const known = of.endpoints.find((endpoint) => endpoint.address === address);
  if (known) known.packetSize = Math.max(known.packetSize, packetSize);
  else of.endpoints.push({ address, type: endpointTypes[attributes & 3] ?? "control", packetSize });
}

function expectBytes(bytes: Uint8Array | undefined, count: number, what: string): DataView {
  if (!bytes || bytes.length < count)
    throw new Error(`The device gave ${bytes ? `${bytes.length} bytes` : "no"} ${what}, expected ${count} bytes.`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
