/**
 * A boot ROM of our own, laid out as the RP2040's (datasheet 2.8.2 and 2.8.3): vectors, the table of functions that
 * the Pico SDK looks up, and for each function a breakpoint that the emulator answers. It holds nothing of Raspberry Pi's.
 */

export const romBytes = 16 * 1024;

/** Numbers of the breakpoints. */
export const romCall = {
  reset: 0,
  launch: 1,
  lookup: 2,
  connectFlash: 3,
  exitXip: 4,
  erase: 5,
  program: 6,
  flushCache: 7,
  enterXip: 8,
  usbBoot: 9,
  set: 10,
  setWords: 11,
  copy: 12,
  copyWords: 13,
  popcount: 14,
  reverse: 15,
  leadingZeros: 16,
  trailingZeros: 17,
  fault: 18,
} as const;

/** Two-character codes of the function table (datasheet 2.8.3.1). */
const functions: Record<string, number> = {
  IF: romCall.connectFlash,
  EX: romCall.exitXip,
  RE: romCall.erase,
  RP: romCall.program,
  FC: romCall.flushCache,
  CX: romCall.enterXip,
  UB: romCall.usbBoot,
  MS: romCall.set,
  S4: romCall.setWords,
  MC: romCall.copy,
  C4: romCall.copyWords,
  P3: romCall.popcount,
  R3: romCall.reverse,
  L3: romCall.leadingZeros,
  T3: romCall.trailingZeros,
  WV: romCall.launch,
};

const stubs = 0x100;
const table = 0x200;
/** Below the second stage, which the ROM copies to the end of RAM. */
const initialStack = 0x20041f00;
const breakpoint = 0xbe00;
const bxLr = 0x4770;
const branchToPrevious = 0xe7fd;
/** The ROM of RP2040-B2. */
const version = 3;

const stub = (call: number) => (stubs + 4 * call) | 1;

export function bootRom(): Uint8Array {
  const rom = new Uint8Array(romBytes);
  const view = new DataView(rom.buffer);
  const half = (at: number, value: number) => view.setUint16(at, value, true);
  view.setUint32(0x00, initialStack, true);
  view.setUint32(0x04, stub(romCall.reset), true);
  view.setUint32(0x08, stub(romCall.fault), true);
  view.setUint32(0x0c, stub(romCall.fault), true);
  rom.set([0x4d, 0x75, 0x01, version], 0x10); // "Mu"
  half(0x14, table);
  half(0x16, table + 4 * Object.keys(functions).length); // an empty table of data
  half(0x18, stub(romCall.lookup));
  for (const call of Object.values(romCall)) {
    half(stubs + 4 * call, breakpoint | call);
    // What starts a core is called again and again until it has sent the core elsewhere.
    half(stubs + 4 * call + 2, call === romCall.launch || call === romCall.reset ? branchToPrevious : bxLr);
  }
  Object.entries(functions).forEach(([code, call], index) => {
    rom.set([code.charCodeAt(0), code.charCodeAt(1)], table + 4 * index);
    half(table + 4 * index + 2, stub(call));
  });
  return rom;
}

/** Where a core goes when what core 1 was launched with returns. */
export const launchAddress = stub(romCall.launch);
