/** Firmware of each board that does, in its audio interrupt, what must never happen: the emulator tells. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readElf } from "../../simulator/emulator/elf";
import { ramBase } from "../../simulator/emulator/machine";
import { boards } from "../../tools/boards";
import { firmwareFolder } from "../../tools/firmware";
import { bxLr, ldr, nop, pop, push, str, withLink } from "../emulator/thumb";
import { players, silence } from "./playing";
import { tools } from "./toolchain";

/** LDR r3, [PC, #4]: of the word behind four halfwords. */
const loadWord = 0x4b01;
/** SUB SP, #508 so often is more than the 3 KB of the interrupts' stack. */
const much = 7;

describe.skipIf(!tools).each(boards)("traps of an emulated $name (skipped without its toolchain)", (board) => {
  const { emulated } = players(board);

  /** What is trapped when stream_play(), which the first packet calls, is this code instead. */
  async function trapsOf(code: (address: (name: string) => number) => { code: number[]; word?: number }) {
    const { device, host } = await emulated();
    const { symbols } = readElf(await readFile(join(firmwareFolder, `dspi-${board.name}.elf`)));
    const address = (name: string) => (symbols.get(name) as number) & ~1;
    const { ram } = device.chip;
    const view = new DataView(ram.buffer, ram.byteOffset + address("stream_play") - ramBase);
    const bad = code(address);
    bad.code.forEach((halfword, index) => view.setUint16(2 * index, halfword, true));
    if (bad.word !== undefined) view.setUint32(8, bad.word, true);
    expect(address("stream_play") % 4).toBe(0); // for the word
    expect(device.traps).toEqual([]);
    const stream = await host.openStream(48000, 24);
    await stream.run(3, silence).catch(() => undefined); // it may not survive
    return device.traps.join("\n");
  }

  test("a read of flash", async () => {
    const traps = await trapsOf(() => ({ code: [loadWord, ldr(3, 3), bxLr, nop], word: 0x10001000 }));
    expect(traps).toMatch(/^core 0, .*stream_play.*: flash read at 0x10001000.* by a handler that must live in RAM$/m);
  });

  test("a jump into flash", async () => {
    const traps = await trapsOf((address) => ({
      code: [loadWord, 0x4718, nop, nop],
      word: address("host_flash_size") | 1,
    }));
    expect(traps).toMatch(/flash fetched at 0x10.*host_flash_size.* by a handler that must live in RAM$/m);
  });

  test("a write to code", async () => {
    const traps = await trapsOf((address) => ({
      code: [loadWord, ldr(2, 3), str(2, 3), bxLr],
      word: address("audio_interrupt"),
    }));
    expect(traps).toMatch(/^core 0, .*stream_play.*: write to code at 0x20.*audio_interrupt/m);
  });

  test("a stack that is deeper than its room", async () => {
    const [down, up] = [0xb0ff, 0xb07f].map((halfword) => new Array<number>(much).fill(halfword)) as [
      number[],
      number[],
    ];
    const traps = await trapsOf(() => ({ code: [push(withLink), ...down, push(8), pop(8), ...up, pop(withLink)] }));
    expect(traps).toMatch(/^core 0, .*stream_play.*: stack overflow: SP 0x20.* is below 0x20/m);
  });
});
