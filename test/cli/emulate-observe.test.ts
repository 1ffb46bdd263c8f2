/** What `dspi emulate` tells people who write firmware: traces, profiles, crash reports. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readElf } from "../../simulator/emulator/elf";
import { readUf2, uf2Families, type Uf2Block } from "../../simulator/emulator/uf2";
import { projectFolder } from "../../tools/folders";
import { NamedProgram } from "../emulator/observed";
import { ldr, pop, push, stay, withLink } from "../emulator/thumb";
import { hello, platformRequest, tcpPeer } from "../link/peers";
import { dspi, start } from "./dspi";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspi-observe-"));
  for (const chip of ["rp2040", "rp2350"] as const) {
    const program = new NamedProgram().begin("main").call("reads").add(stay);
    program.begin("reads").add(push(withLink)).load(3, 0x70000000).add(ldr(2, 3), pop(withLink));
    const flash = program.begin("hardFault").add(stay).on(chip, { 3: "hardFault" }).nor.bytes;
    await writeFile(join(folder, `${chip}.uf2`), uf2(flash.subarray(0, 4096), uf2Families[chip]));
  }
  await writeFile(join(folder, "risc-v.uf2"), uf2(new Uint8Array(256), 0xe48bff5a));
  await writeFile(join(folder, "no-family.uf2"), uf2(new Uint8Array(256), undefined));
  await writeFile(join(folder, "no-image.uf2"), uf2(new Uint8Array(256), uf2Families.rp2350));
});
afterAll(() => rm(folder, { recursive: true }));

/** Flash from its beginning on, as the format's description has it. */
function uf2(flash: Uint8Array, family: number | undefined): Uint8Array {
  const count = Math.ceil(flash.length / 256);
  const file = new Uint8Array(512 * count);
  const view = new DataView(file.buffer);
  for (let block = 0; block < count; block++) {
    const flags = family === undefined ? 0 : 0x2000;
    const words = [0x0a324655, 0x9e5d5157, flags, 0x10000000 + 256 * block, 256, block, count, family ?? 0];
    words.forEach((word, index) => view.setUint32(512 * block + 4 * index, word, true));
    file.set(flash.subarray(256 * block, 256 * block + 256), 512 * block + 32);
    view.setUint32(512 * block + 508, 0x0ab16f30, true);
  }
  return file;
}

describe("dspi emulate", () => {
  test.each([
    ["risc-v.uf2", "0xe48bff5a (the RP2350's RISC-V cores; build for its Arm cores)"],
    ["no-family.uf2", "The UF2 file names no family, expected 0xe48bff56 (rp2040) or 0xe48bff59 (rp2350)."],
    ["no-image.uf2", "went to the bootloader at once: There is no IMAGE_DEF in the first 4096 bytes of flash."],
  ])("says why it cannot run %s", async (file, text) => {
    const { code, stderr } = await dspi(folder, "emulate", file);
    expect(code).toBe(1);
    expect(stderr).toContain(text);
  });

  test.each(["rp2040", "rp2350"])("reports a crash of an %s's firmware, and ends with an error", async (chip) => {
    const { code, stderr } = await dspi(folder, "emulate", `${chip}.uf2`, "--tcp", "0", "--ws", "0");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^trap: core 0, pc 0x\w+: read of 0x70000000, where there is nothing$/m);
    expect(stderr).toContain(`on the ${chip.toUpperCase()}'s core 0`);
    expect(stderr).toContain("r3 0x70000000");
    expect(stderr).toMatch(/^dspi: The firmware has not come to the bus within 2000 ms: core 0, /m);
  });

  test.each([
    [["--trace-core", "2", "--trace=t.txt"], "Invalid values:"],
    [["--trace-from", "-1", "--trace=t.txt"], "--trace-from takes one time in milliseconds since power-on."],
    [["--trace-match", "(", "--trace=t.txt"], "--trace-match takes a regular expression"],
    [["--trace-match", "main"], "--trace-match needs --trace."],
    [["--profile-top", "0", "--profile"], "--profile-top takes one number of functions, from 1 on."],
  ])("refuses %j", async (args, text) => {
    const { code, stderr } = await dspi(folder, "emulate", "rp2040.uf2", ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(text);
  });

  test("writes trace and profile of a firmware that does not come up, too", async () => {
    const { stderr } = await dspi(folder, "emulate", "rp2350.uf2", "--profile", "--trace=calls.txt", "--trace-to", "1");
    expect(stderr).toMatch(/^Core 0: [\d,]+ cycles/m);
    expect(await readFile(join(folder, "rp2350.folded"), "utf8")).toMatch(/^core 0;HardFault;0x100002\w\w \d+$/m);
    expect(await readFile(join(folder, "calls.txt"), "utf8")).toMatch(
      /^ +\d+\.\d 0 HardFault {7} *! HardFault from 0x1/m,
    );
  });

  describe.each(["dspi-pico", "dspi-pico2"])("with build/firmware/%s.uf2 (skipped until it is built)", (name) => {
    const firmware = join(projectFolder, `build/firmware/${name}.uf2`);

    test.skipIf(!existsSync(firmware))(
      "profiles and traces it by its functions' names",
      async () => {
        const options = ["--profile", "--profile-top", "5", "--trace", "--trace-match", "^(main|.*USBCTRL.*)$"];
        const program = start(folder, "emulate", firmware, "--tcp", "0", "--ws", "0", ...options);
        await program.said("\n");
        program.child.kill("SIGINT");
        const { code, stderr } = await program.ended;
        expect(code).toBe(0);
        const [, awake = ""] = /^Core 0: .* of them awake: ([\d,]+);/m.exec(stderr) ?? [];
        expect(stderr).toMatch(/^ +[\d,]+ .* USBCTRL_IRQ$/m);
        expect(stderr).toMatch(/ fxRunID$/m);
        const folded = await readFile(join(folder, `${name}.folded`), "utf8");
        const own = folded.split("\n").filter((line) => line.startsWith("core 0;"));
        const sum = own.reduce((all, line) => all + Number(/\d+$/.exec(line)?.[0]), 0);
        expect(sum).toBe(Number(awake.replaceAll(",", "")));
        expect(folded).toMatch(/;main;.*;fxRunID/);
        const events = JSON.parse(await readFile(join(folder, `${name}.trace.json`), "utf8")) as { name: string }[];
        expect(new Set(events.flatMap((event) => event.name ?? []))).toContain("USBCTRL_IRQ");
      },
      60_000,
    );
  });

  const real = join(projectFolder, "build/firmware/dspi-pico2");

  test.skipIf(!existsSync(`${real}.uf2`))(
    "ends with an error at a crash, with --stop-on-trap",
    async () => {
      const elf = await readFile(`${real}.elf`);
      const crashes = { name: "tud_vendor_control_xfer_cb", halfword: 0xde55 }; // UDF at its beginning
      const address = (readElf(elf).symbols.get(crashes.name) as number) & ~1;
      const file = await readFile(`${real}.uf2`);
      const { blocks } = readUf2(file);
      const block = blocks.find((one) => one.address <= address && address < one.address + one.data.length);
      const { data, address: begin } = block as Uf2Block;
      new DataView(data.buffer, data.byteOffset).setUint16(address - begin, crashes.halfword, true);
      await writeFile(join(folder, "crashes.uf2"), file);
      await writeFile(join(folder, "crashes.elf"), elf);

      const program = start(folder, "emulate", "crashes.uf2", "--tcp", "0", "--ws", "0", "--stop-on-trap");
      const [line] = (await program.said("\n")).split("\n");
      const peer = await tcpPeer((JSON.parse(line ?? "") as { tcp: number }).tcp);
      await peer.ask(hello);
      void peer.ask({ ...platformRequest, id: 1 }).catch(() => undefined);
      const { code, stderr } = await program.ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(/^ {2}undefined instruction 0xde55$/m);
      expect(stderr).toMatch(/^ {2}at 0x\w+ tud_vendor_control_xfer_cb( \(.+\))?$/m);
      expect(stderr).toMatch(/CFSR 0x00010000 {2}UNDEFINSTR/);
      expect(stderr).toMatch(/^ {4}0x\w+ process_control_request\S*|^ {4}0x\w+ tud_task\S*/m); // TinyUSB calls it
      expect(stderr).toMatch(
        /^dspi: The firmware did what must never happen: core 0, pc .*tud_vendor_control_xfer_cb/m,
      );
    },
    60_000,
  );
});
