/** What the boot ROM's functions do: the start of both cores, flash, and small helpers (RP2040 datasheet 2.8). */
import type { NorFlash } from "../nor-flash";
import { blockBytes, pageBytes, sectorBytes } from "../nor-flash";
import { launchAddress, romCall } from "./boot-rom";
import type { CoreAccess } from "./core-access";
import { place } from "./core-state";

const { lr, pc, sp } = place;

const bootStage2Bytes = 256;
/** Where the second stage runs: the end of RAM. */
export const bootStage2 = 0x20041f00;
const watchdogMagic = 0xb007c0d3;
/** Cycles of a call, beside those for each word. */
const callCycles = 10;

/** What the calls need of the chip. */
export interface RomChip {
  readonly nor: NorFlash;
  readonly now: number;
  load(core: CoreAccess, address: number, bytes: 1 | 2 | 4): number;
  store(core: CoreAccess, address: number, bytes: 1 | 2 | 4, value: number): void;
  wakeAt(core: CoreAccess, nanos: number): void;
  scratch(index: number): number;
  popFifo(core: CoreAccess): number | undefined;
  pushFifo(core: CoreAccess, value: number): void;
  signalEvent(): void;
  setXip(enabled: boolean): void;
  flushCache(): void;
  bootloader(): void;
  trap(core: CoreAccess, text: string): void;
}

export class RomCalls {
  readonly #chip: RomChip;
  /** Until when the flash is busy, in nanoseconds. */
  #busyUntil = 0;
  #launch: number[] = [];
  #drained = false;

  constructor(chip: RomChip) {
    this.#chip = chip;
  }

  /** Core 1 starts over. */
  restartLaunch(): void {
    this.#launch = [];
    this.#drained = false;
  }

  perform(core: CoreAccess, call: number): void {
    const r = core.registers;
    const [r0 = 0, r1 = 0, r2 = 0] = r;
    core.cycles += callCycles;
    switch (call) {
      case romCall.reset:
        return core.index === 0 ? this.#boot(core) : this.#receive(core);
      case romCall.launch:
        return this.#receive(core);
      case romCall.lookup:
        r[0] = this.#lookup(core, r0, r1);
        return;
      case romCall.exitXip:
        return this.#chip.setXip(false);
      case romCall.erase:
        return this.#erase(core, r0 >>> 0, r1 >>> 0);
      case romCall.program:
        return this.#program(core, r0 >>> 0, r1 >>> 0, r2 >>> 0);
      case romCall.flushCache:
        return this.#chip.flushCache();
      case romCall.enterXip:
        return this.#chip.setXip(true);
      case romCall.usbBoot:
        return this.#chip.bootloader();
      case romCall.set:
      case romCall.setWords:
        return this.#set(core, r0, r1 & 0xff, r2 >>> 0);
      case romCall.copy:
      case romCall.copyWords:
        return this.#copy(core, r0, r1, r2 >>> 0);
      case romCall.popcount:
        r[0] = ones(r0);
        return;
      case romCall.reverse: {
        let reversed = 0;
        for (let bit = 0; bit < 32; bit++) reversed = (reversed << 1) | ((r0 >>> bit) & 1);
        r[0] = reversed;
        return;
      }
      case romCall.leadingZeros:
        r[0] = Math.clz32(r0);
        return;
      case romCall.trailingZeros:
        r[0] = r0 === 0 ? 32 : 31 - Math.clz32(r0 & -r0);
        return;
      case romCall.fault:
        core.lockedUp = true;
        return this.#chip.trap(core, "a fault before the firmware had vectors of its own");
    }
  }

  /** The watchdog's vector (2.8.1.1), or the second stage from flash, copied to the end of RAM (2.8.1.3.1). */
  #boot(core: CoreAccess): void {
    const chip = this.#chip;
    const entry = chip.scratch(7);
    if (chip.scratch(4) >>> 0 === watchdogMagic && (chip.scratch(5) ^ entry) >>> 0 === -watchdogMagic >>> 0) {
      core.registers[sp] = chip.scratch(6) & ~3;
      core.registers[pc] = entry & ~1;
      return;
    }
    const stage = chip.nor.bytes.subarray(0, bootStage2Bytes);
    const checksum = new DataView(stage.buffer, stage.byteOffset).getUint32(bootStage2Bytes - 4, true);
    if (crc32(stage.subarray(0, bootStage2Bytes - 4)) !== checksum) return chip.bootloader();
    stage.forEach((byte, index) => chip.store(core, bootStage2 + index, 1, byte));
    core.registers[lr] = 0; // the second stage then enters the image behind it
    core.registers[pc] = bootStage2;
  }

  /** Core 1 waits for 0, 0, 1, vector table, stack pointer and entry, and echoes each (2.8.2). */
  #receive(core: CoreAccess): void {
    const chip = this.#chip;
    if (!this.#drained) {
      while (chip.popFifo(core) !== undefined);
      this.#drained = true;
      chip.pushFifo(core, 0);
      return chip.signalEvent();
    }
    const word = chip.popFifo(core);
    if (word === undefined) return core.sleepForEvent();
    const expected = [0, 0, 1][this.#launch.length];
    if (expected === undefined || word === expected) this.#launch.push(word);
    else this.#launch = word === 0 ? [0] : [];
    chip.pushFifo(core, word);
    chip.signalEvent();
    const [, , , vectors, stack, entry] = this.#launch;
    if (vectors === undefined || stack === undefined || entry === undefined) return;
    this.restartLaunch();
    this.#drained = true;
    core.vtor = vectors;
    core.registers[sp] = stack & ~3;
    core.registers[lr] = launchAddress;
    core.registers[pc] = entry & ~1;
  }

  #lookup(core: CoreAccess, table: number, code: number): number {
    for (let at = table; ; at += 4) {
      const found = this.#chip.load(core, at, 2);
      if (found === 0) return 0;
      if (found === (code & 0xffff)) return this.#chip.load(core, at + 2, 2);
    }
  }

  /** Erases piece by piece: r0 and r1 tell how far it is, so that interrupts can be taken meanwhile. */
  #erase(core: CoreAccess, address: number, bytes: number): void {
    if (this.#busy(core) || bytes === 0) return;
    const piece = address % blockBytes === 0 && bytes >= blockBytes ? blockBytes : sectorBytes;
    const ms = this.#chip.nor.erase(address, piece);
    core.registers[0] = address + piece;
    core.registers[1] = Math.max(0, bytes - piece);
    this.#start(core, ms);
  }

  #program(core: CoreAccess, address: number, source: number, bytes: number): void {
    if (this.#busy(core) || bytes === 0) return;
    const length = Math.min(bytes, pageBytes - (address % pageBytes));
    const data = Uint8Array.from({ length }, (_, index) => this.#chip.load(core, source + index, 1));
    const ms = this.#chip.nor.program(address, data);
    core.registers[0] = address + length;
    core.registers[1] = source + length;
    core.registers[2] = bytes - length;
    this.#start(core, ms);
  }

  #start(core: CoreAccess, ms: number): void {
    this.#busyUntil = this.#chip.now + ms * 1e6;
    this.#busy(core);
  }

  /** While the flash is busy the call is made again, as soon as the core wakes. */
  #busy(core: CoreAccess): boolean {
    if (this.#chip.now >= this.#busyUntil) return false;
    core.registers[pc] = core.at;
    this.#chip.wakeAt(core, this.#busyUntil);
    core.sleepForEvent();
    return true;
  }

  #set(core: CoreAccess, to: number, byte: number, bytes: number): void {
    const word = byte * 0x01010101;
    let done = 0;
    if ((to & 3) === 0) for (; done + 4 <= bytes; done += 4, core.cycles++) this.#chip.store(core, to + done, 4, word);
    for (; done < bytes; done++, core.cycles++) this.#chip.store(core, to + done, 1, byte);
  }

  #copy(core: CoreAccess, to: number, from: number, bytes: number): void {
    let done = 0;
    if (((to | from) & 3) === 0) {
      for (; done + 4 <= bytes; done += 4, core.cycles += 2)
        this.#chip.store(core, to + done, 4, this.#chip.load(core, from + done, 4));
    }
    for (; done < bytes; done++, core.cycles += 2)
      this.#chip.store(core, to + done, 1, this.#chip.load(core, from + done, 1));
  }
}

function ones(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** CRC-32 of the second stage: polynomial 0x04c11db7, not reflected, without a final XOR (datasheet 2.8.1.3.1). */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
