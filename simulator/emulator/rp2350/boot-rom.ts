/**
 * A boot ROM of our own, laid out as the RP2350's (datasheet 5.4.1 and 5.4.8): vectors, the pointer to the lookup
 * function, and for each function an address that the emulator answers. It holds nothing of Raspberry Pi's.
 */

export const romBytes = 32 * 1024;

/** Functions, in the order of their addresses. */
export const romCalls = [
  "launch",
  "lookup",
  "connectFlash",
  "exitXip",
  "erase",
  "program",
  "flushCache",
  "enterXip",
  "flashOperation",
  "reboot",
  "systemInfo",
  "stateReset",
  "bootromStack",
  "addressTranslation",
] as const;
export type RomCall = (typeof romCalls)[number];

/** Two-character codes that the Pico SDK looks functions up by (datasheet 5.4.7). */
const functionCodes: Readonly<Record<string, RomCall>> = {
  IF: "connectFlash",
  EX: "exitXip",
  RE: "erase",
  RP: "program",
  FC: "flushCache",
  CX: "enterXip",
  FO: "flashOperation",
  RB: "reboot",
  GS: "systemInfo",
  SR: "stateReset",
  SS: "bootromStack",
  RA: "addressTranslation",
};

const stubs = 0x100;
const stubBytes = 4;
/** Where core 1 waits, and has its stack meanwhile: the end of RAM. */
export const initialStack = 0x20082000;
/** BOOTROM_MAGIC: "Mu" and the number of the chip's generation. */
const magic = [0x4d, 0x75, 0x02, 0x02];

/** Literals that data lookups point to. */
const literals = 0x400;
/** FLASH_DEVINFO lies in the boot RAM. */
export const flashDeviceInfo = 0x400e03e0;
const dataCodes = ["FD"] as const;

/**
 * What the boot ROM leaves at the beginning of the boot RAM, where the Pico SDK takes it: code to be copied, that has flash read
 * again after a command. Here it gives QMI's M0_RFMT the value it has.
 */
export const xipSetup = [
  0x69014801, // ldr r0, [pc, #4]; ldr r1, [r0, #0x10]
  0x47706101, // str r1, [r0, #0x10]; bx lr
  0x400d0000,
];

/** Where a function is called: the emulator answers instead of any instruction there. */
export function entryOf(call: RomCall): number {
  return stubs + stubBytes * romCalls.indexOf(call);
}

export const callAt: ReadonlyMap<number, RomCall> = new Map(romCalls.map((call) => [entryOf(call), call]));

/** What a lookup of a function or of data gives: an address, or 0. */
export function lookUp(code: number, data: boolean): number {
  const name = String.fromCharCode(code & 0xff, (code >> 8) & 0xff);
  if (data) {
    const index = (dataCodes as readonly string[]).indexOf(name);
    return index < 0 ? 0 : literals + 4 * index;
  }
  const call = functionCodes[name];
  return call ? entryOf(call) | 1 : 0;
}

export function bootRom(): Uint8Array<ArrayBuffer> {
  const rom = new Uint8Array(romBytes);
  const view = new DataView(rom.buffer);
  view.setUint32(0x00, initialStack, true);
  view.setUint32(0x04, entryOf("launch") | 1, true);
  rom.set(magic, 0x10);
  view.setUint16(0x16, entryOf("lookup") | 1, true);
  view.setUint32(literals, flashDeviceInfo, true);
  return rom;
}
