/** What the chip's boot ROM shows on the bus when it waits for a UF2 file: a drive, and the PICOBOOT interface. */
import type { Chip } from "../tools/build";
import type { DeviceDescription } from "./enumeration";

/** RP2040 datasheet §2.8.2 and RP2350 datasheet §5.5: identities of the ROMs' devices. */
const identities = {
  rp2040: { pid: 0x0003, product: "RP2 Boot" },
  rp2350: { pid: 0x000f, product: "RP2350 Boot" },
} as const;

const packetSize = 64;
const bulk = (address: number) => ({ address, type: "bulk" as const, packetSize });

export function bootloaderDescription(chip: Chip, serial: string): DeviceDescription {
  return {
    vid: 0x2e8a,
    ...identities[chip],
    bcdDevice: 0x0100,
    manufacturer: "Raspberry Pi",
    serial,
    interfaces: [
      // Mass storage, SCSI commands, bulk-only transport
      { number: 0, class: 8, subclass: 6, protocol: 80, endpoints: [bulk(0x81), bulk(0x02)] },
      { number: 1, class: 0xff, subclass: 0, protocol: 0, endpoints: [bulk(0x03), bulk(0x84)] },
    ],
  };
}
