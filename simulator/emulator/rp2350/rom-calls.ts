/** What the boot ROM's functions do: core 1's start, flash, resets, what is known of the chip (RP2350 datasheet 5.4). */
import type { BusCore } from "../core";
import { CoreLaunch, type LaunchChip } from "../core-launch";
import { FlashCalls, type FlashChip } from "../flash-calls";
import { entryOf, lookUp, type RomCall } from "./boot-rom";

const pc = 15;
/** Cycles of a call, beside waiting. */
const callCycles = 20;
const flashBase = 0x10000000;
const dataFlag = 0x40;
/** Types and flags of reboot() (5.4.8.24). */
const reboot = { normal: 0, bootloader: 2, typeMask: 15, noReturn: 0x100 } as const;
/** Operations of flash_op(), in bits 16 to 18 of its flags (5.4.8.7). */
const flashOperation = { erase: 0, program: 1, read: 2 } as const;
/** Flags of get_sys_info() with the words that each gives (5.4.8.17). */
const systemInfo = {
  chip: 0x01,
  critical: 0x02,
  cpu: 0x04,
  flashDevice: 0x08,
  random: 0x10,
  bootInfo: 0x40,
} as const;
/** Errors (5.4.3). */
const error = { bufferTooSmall: -13, invalidArgument: -5 } as const;
const qfn60 = 1;

export interface RomChip extends LaunchChip, FlashChip {
  store(core: BusCore, address: number, bytes: 1 | 2 | 4, value: number): void;
  setXip(enabled: boolean): void;
  flushCache(): void;
  /** What FLASH_DEVINFO says. */
  readonly flashDevice: number;
  /** Resets the chip after a time in ms, or leaves for the bootloader. */
  leaveIn(ms: number, bootloader: boolean): void;
  trap(core: BusCore, text: string): void;
}

export class RomCalls {
  readonly launch: CoreLaunch;
  readonly #chip: RomChip;
  readonly #flash: FlashCalls;
  /** The call that is being made. */
  #call: RomCall = "launch";

  constructor(chip: RomChip) {
    this.#chip = chip;
    this.#flash = new FlashCalls(chip, (core) => this.#again(core));
    this.launch = new CoreLaunch(chip, entryOf("launch") | 1);
  }

  #again(core: BusCore): void {
    core.registers[pc] = entryOf(this.#call);
  }

  perform(core: BusCore, call: RomCall): void {
    const registers = core.registers;
    const [r0 = 0, r1 = 0] = registers;
    core.cycles += callCycles;
    this.#call = call;
    switch (call) {
      case "launch":
        this.#again(core); // until it has sent the core elsewhere
        return this.launch.receive(core);
      case "lookup":
        registers[0] = lookUp(r0, (r1 & dataFlag) !== 0);
        return;
      case "exitXip":
        return this.#chip.setXip(false);
      case "enterXip":
        return this.#chip.setXip(true);
      case "flushCache":
        return this.#chip.flushCache();
      case "erase":
        return void this.#flash.erase(core);
      case "program":
        return void this.#flash.program(core);
      case "flashOperation":
        return this.#operate(core);
      case "reboot":
        return this.#reboot(core);
      case "systemInfo":
        registers[0] = this.#systemInfo(core);
        return;
      case "connectFlash":
      case "stateReset":
      case "bootromStack":
      case "addressTranslation":
        registers[0] = 0; // nothing to do in here
    }
  }

  /** flash_op(flags, address, bytes, buffer): flash cannot be read meanwhile, and can be again when it returns. */
  #operate(core: BusCore): void {
    const registers = core.registers;
    const [flags = 0, address = 0, bytes = 0, buffer = 0] = registers;
    const operation = (flags >> 16) & 7;
    if (operation === flashOperation.read) {
      for (let at = 0; at < bytes; at++) this.#chip.store(core, buffer + at, 1, this.#chip.load(core, address + at, 1));
      registers[0] = 0;
      return;
    }
    if (operation > flashOperation.read) {
      registers[0] = error.invalidArgument;
      return;
    }
    this.#chip.setXip(false);
    if (address >>> 24 === flashBase >>> 24) registers[1] = address - flashBase;
    const done =
      operation === flashOperation.erase ? this.#flash.erase(core, 1, 2) : this.#flash.program(core, 1, 3, 2);
    if (!done) return;
    this.#chip.flushCache();
    this.#chip.setXip(true);
    registers[0] = 0;
  }

  #reboot(core: BusCore): void {
    const [flags = 0, ms = 0] = core.registers;
    const type = flags & reboot.typeMask;
    if (type !== reboot.normal && type !== reboot.bootloader)
      this.#chip.trap(core, `reboot() of type ${type}, which is not emulated`);
    else this.#chip.leaveIn(ms >>> 0, type === reboot.bootloader);
    core.registers[0] = 0;
    if ((flags & reboot.noReturn) === 0) return;
    this.#again(core);
    core.registers[0] = flags;
    core.sleepForEvent();
  }

  /** Writes the flags that it knows and their words; returns how many words that were. */
  #systemInfo(core: BusCore): number {
    const [buffer = 0, room = 0, flags = 0] = core.registers;
    const { uniqueId } = this.#chip.nor;
    const id = new DataView(uniqueId.buffer, uniqueId.byteOffset, uniqueId.length);
    const infos: [number, number[]][] = [
      [systemInfo.chip, [qfn60, id.getUint32(4), id.getUint32(0)]],
      [systemInfo.critical, [0]],
      [systemInfo.cpu, [0]], // Arm
      [systemInfo.flashDevice, [this.#chip.flashDevice]],
      [systemInfo.random, [0x6b8b4567, 0x327b23c6, 0x643c9869, 0x66334873]], // the same in each run
      [systemInfo.bootInfo, [0, 0, 0, 0]], // BOOT_TYPE_NORMAL
    ];
    const wanted = infos.filter(([flag]) => flags & flag);
    const words = [wanted.reduce((all, [flag]) => all | flag, 0), ...wanted.flatMap(([, values]) => values)];
    if (words.length > room) return error.bufferTooSmall;
    words.forEach((word, index) => this.#chip.store(core, buffer + 4 * index, 4, word));
    return words.length;
  }
}
