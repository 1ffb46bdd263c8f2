import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { assemble, assembleFile } from "../../tools/pio/assembler";
import { projectFolder } from "../../tools/folders";

const run = promisify(execFile);
const folder = join(projectFolder, "pio");
const sources = (await readdir(folder)).filter((name) => name.endsWith(".pio")).sort();

/** Every instruction, operand and operator; assembled by the Pico SDK's pioasm 2.1.1. */
const forms = {
  source: `
.define base 3
.define public WIDTH (base * 2 + 1)
.program forms
.side_set 1 opt
.origin 0
    jmp end
    jmp !x end [1]
    jmp x-- end side 1
    JMP !y, end side 0 [2]
    jmp y-- end [3] side 1
    jmp x != y, end
    jmp pin, end
    jmp !osre, end
.wrap_target
    wait 0 gpio 29
    wait 1 pin, 4
    wait 1 irq 5 rel
    wait irq, 2
    in pins, 1 /* two
                  lines */
    in x, 32
    in null, WIDTH
    in isr, 8
    in osr (base + 2)
    out pindirs, 3
    out pc, 5
    out exec, 16
    out null, 32
end: push
    push iffull noblock
    pull ifempty block
    pull noblock side 1 [7]
.wrap
    mov pins, !null
    mov osr, ::isr
    mov exec, ~y
    mov pc, status
    irq 3
    nop
    .word 0xbeef
% c-sdk {
static inline void not_assembly(void) {}
%}
.program more
.side_set 2
.define public LATER here + 1 << 2 | 1
.define minus -base + 8
  irq wait 3 rel side 3
  irq clear 7 side (1 + 1)
  irq nowait 1 side 0 [LATER - 28]
here:  irq set 2 side 0b11 [minus]
  set pins, 0x1f side 1
  set pindirs, 1 side 1 // comment
  set x, (30 / 4 * 2) side 1 ; another
`,
  programs: [
    {
      name: "forms",
      wrapTarget: 8,
      wrap: 24,
      origin: 0,
      sideset: { size: 2, optional: true, pindirs: false },
      symbols: { WIDTH: 7 },
      hex:
        "0015 0135 1855 1275 1b95 00b5 00d5 00f5 201d 20a4 20d5 20c2 4001 4020 4067 40c8 " +
        "40e5 6083 60a5 60f0 6060 8020 8040 80e0 9f80 a00b a0f6 a08a a0a5 c003 a042 beef",
    },
    {
      name: "more",
      wrapTarget: 0,
      wrap: 6,
      origin: -1,
      sideset: { size: 2, optional: false, pindirs: false },
      symbols: { WIDTH: 7, LATER: 32 },
      hex: "d833 d047 c401 dd02 e81f e881 e82e",
    },
  ],
};

const hexOf = (instructions: number[]) => instructions.map((word) => word.toString(16).padStart(4, "0")).join(" ");

describe("the PIO assembler", () => {
  it("makes pioasm's words of every form of every instruction", () => {
    const programs = assemble(forms.source, "forms.pio").map(
      ({ name, wrapTarget, wrap, origin, sideset, symbols, instructions }) => ({
        ...{ name, wrapTarget, wrap, origin, sideset, symbols },
        hex: hexOf(instructions),
      }),
    );
    expect(programs).toEqual(forms.programs);
  });

  it("reads the settings of a state machine", () => {
    const [program] = assemble(".program a\n.fifo rx\n.out 3 left auto 8\n.in 32\n.set 2\nnop", "a.pio");
    expect(program).toMatchObject({
      fifo: "rx",
      out: { pins: 3, right: false, auto: true, threshold: 8 },
      in: { pins: 32, right: true, auto: false, threshold: 32 },
      setPins: 2,
    });
  });

  it.each([
    ["nop", "a.pio:1: expected .program"],
    [".program a\nout pins, 33", "a.pio:2: the bit count is 33, expected 1 to 32"],
    [".program a\nout status, 1", 'a.pio:2: expected pins, x, y, null, pindirs, pc, isr, exec, found "status"'],
    [".program a\n\nnop [32]", "a.pio:3: the delay is 32, expected 0 to 31"],
    [".program a\n.side_set 2\nnop side 0 [8]", "a.pio:3: the delay is 8, expected 0 to 7"],
    [".program a\n.side_set 1\nnop", 'a.pio:3: expected "side"'],
    [".program a\nnop side 0", "a.pio:2: a side-set needs .side_set"],
    [".program a\njmp nowhere", 'a.pio:2: expected a number or a symbol that is defined, found "nowhere"'],
    [".program a\njmp 1", "a.pio:2: the jump's target is 1, expected 0 to 0"],
    [".program a\nset x 1 1", 'a.pio:2: expected the end of the line, found "1"'],
    [".program a\nset x, (1 / 0)", "a.pio:2: expected a divisor other than 0"],
    [".program a\nleft: nop", 'a.pio:2: "left" is a reserved word'],
    [".program a\na: nop\na: nop", 'a.pio:3: "a" is defined twice'],
    [".program a\n.define b c\n.define c b\nset x, b", "a.pio:2: a definition that needs itself"],
    [".program a\n.wrap\nnop", "a.pio:2: expected an instruction before .wrap"],
    [
      ".program a\n.frobnicate\nnop",
      'a.pio:2: expected .side_set, .origin, .fifo, .out, .in, .set, found ".frobnicate"',
    ],
    [".program a\nnop @", 'a.pio:2: "@" is not PIO assembly'],
    [`.program a${"\nnop".repeat(33)}`, "a.pio:34: program a is longer than 32 instructions"],
  ])("says where %j is wrong and what was expected", (source, message) => {
    expect(() => assemble(source, "a.pio")).toThrow(message);
  });
});

describe("the programs in pio/", async () => {
  const programs = await Promise.all(sources.map((name) => assembleFile(join(folder, name))));

  it("fit into one PIO block together", () => {
    const length = programs.flat().reduce((sum, { instructions }) => sum + instructions.length, 0);
    expect(length).toBeLessThanOrEqual(32);
  });

  const pioasm = process.env.PIOASM ?? "pioasm";
  const found = await run(pioasm, ["--help"]).then(
    () => true,
    (error: { code?: unknown }) => typeof error.code === "number", // it ends with 1 after its help
  );

  it.skipIf(!found)("are the same when pioasm assembles them (needs pioasm on PATH or named by PIOASM)", async () => {
    for (const [index, name] of sources.entries()) {
      const { stdout } = await run(pioasm, ["-o", "json", join(folder, name)]);
      const theirs = JSON.parse(stdout) as {
        programs: { instructions: { hex: string }[]; publicLabels: object; publicSymbols: object }[];
      };
      const expected = theirs.programs.map(({ instructions, publicLabels, publicSymbols, ...rest }) => ({
        ...rest,
        instructions: instructions.map(({ hex }) => parseInt(hex, 16)),
        symbols: { ...publicSymbols, ...publicLabels },
      }));
      expect(programs[index]).toMatchObject(expected);
    }
  });
});
