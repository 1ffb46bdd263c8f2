/** What the boot ROM's functions do: the start of both cores, flash, and small helpers (RP2040 datasheet 2.8). */
import { CoreLaunch, type LaunchChip } from "../core-launch";
import { FlashCalls, type FlashChip } from "../flash-calls";
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
export interface RomChip extends LaunchChip, FlashChip {
  store(core: CoreAccess, address: number, bytes: 1 | 2 | 4, value: number): void;
  scratch(index: number): number;
  setXip(enabled: boolean): void;
  flushCache(): void;
  bootloader(): void;
  trap(core: CoreAccess, text: string): void;
}

export class RomCalls {
  readonly #chip: RomChip;
  readonly #flash: FlashCalls;
  readonly #launch: CoreLaunch;

  constructor(chip: RomChip) {
    this.#chip = chip;
    this.#flash = new FlashCalls(chip, (core) => (core.registers[pc] = core.at));
    this.#launch = new CoreLaunch(chip, launchAddress);
  }

  /** Core 1 starts over. */
  restartLaunch(): void {
    this.#launch.restart();
  }

  perform(core: CoreAccess, call: number): void {
    const r = core.registers;
    const [r0 = 0, r1 = 0, r2 = 0] = r;
    core.cycles += callCycles;
    switch (call) {
      case romCall.reset:
        return core.index === 0 ? this.#boot(core) : this.#launch.receive(core);
      case romCall.launch:
        return this.#launch.receive(core);
      case romCall.lookup:
        r[0] = this.#lookup(core, r0, r1);
        return;
      case romCall.exitXip:
        return this.#chip.setXip(false);
      case romCall.erase:
        return void this.#flash.erase(core);
      case romCall.program:
        return void this.#flash.program(core);
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

  #lookup(core: CoreAccess, table: number, code: number): number {
    for (let at = table; ; at += 4) {
      const found = this.#chip.load(core, at, 2);
      if (found === 0) return 0;
      if (found === (code & 0xffff)) return this.#chip.load(core, at + 2, 2);
    }
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
