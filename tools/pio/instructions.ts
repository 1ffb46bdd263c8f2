/** Encodes one instruction of the RP2040's state machines (RP2040 datasheet 3.4). */
import type { Cursor } from "./cursor";
import type { PioProgram } from "./program";

export const mnemonics = ["jmp", "wait", "in", "out", "push", "pull", "mov", "irq", "set", "nop"] as const;

type Mnemonic = (typeof mnemonics)[number];

const destinations = ["pins", "x", "y", "null", "pindirs", "pc", "isr", "exec"];
const unused = "(reserved)"; // no token can be that
const sources = ["pins", "x", "y", "null", unused, "status", "isr", "osr"];
const setDestinations = ["pins", "x", "y", unused, "pindirs"];
const movDestinations = ["pins", "x", "y", unused, "exec", "pc", "isr", "osr"];
const waitSources = ["gpio", "pin", "irq"];

/** The mnemonic's own bits: 15–13 and 7–0. `length` is that of the program, for jumps. */
const encoders: Record<Mnemonic, (line: Cursor, length: number) => number> = {
  jmp(line, length) {
    const condition = jumpCondition(line);
    line.accept(",");
    return 0x0000 | (condition << 5) | line.expression("the jump's target", 0, length - 1);
  },
  wait(line) {
    const polarity = waitSources.includes(line.peek() ?? "") ? 1 : line.value("the level waited for", 0, 1);
    const source = line.choose(waitSources);
    line.accept(",");
    const index = line.value(waitSources[source] as string, 0, source === 2 ? 7 : 31);
    const relative = source === 2 && line.accept("rel") ? 0x10 : 0;
    return 0x2000 | (polarity << 7) | (source << 5) | relative | index;
  },
  in(line) {
    const source = line.choose(sources);
    line.accept(",");
    return 0x4000 | (source << 5) | bitCount(line);
  },
  out(line) {
    const destination = line.choose(destinations);
    line.accept(",");
    return 0x6000 | (destination << 5) | bitCount(line);
  },
  push: (line) => 0x8000 | transfer(line, "iffull"),
  pull: (line) => 0x8080 | transfer(line, "ifempty"),
  mov(line) {
    const destination = line.choose(movDestinations);
    line.accept(",");
    const operation = line.accept("!") || line.accept("~") ? 1 : line.accept("::") ? 2 : 0;
    return 0xa000 | (destination << 5) | (operation << 3) | line.choose(sources);
  },
  irq(line) {
    const operation = [0, 0, 0, 1, 2][line.choose(["", "set", "nowait", "wait", "clear"])] as number;
    const index = line.value("the IRQ", 0, 7);
    return 0xc000 | (operation << 5) | (line.accept("rel") ? 0x10 : 0) | index;
  },
  set(line) {
    const destination = line.choose(setDestinations);
    line.accept(",");
    return 0xe000 | (destination << 5) | line.value("the value set", 0, 31);
  },
  nop: () => 0xa042, // mov y, y
};

/** The instruction on the rest of the line, with `side` and `[delay]` in either order. */
export function encodeInstruction(line: Cursor, sideset: PioProgram["sideset"], length: number): number {
  const instruction = encoders[mnemonics[line.choose(mnemonics)] as Mnemonic](line, length);
  const pins = sideset.size - (sideset.optional ? 1 : 0);
  let side: number | undefined;
  let delay: number | undefined;
  for (;;) {
    if (side === undefined && (line.accept("side") || line.accept("sideset") || line.accept("side_set"))) {
      if (pins === 0) line.fail("a side-set needs .side_set");
      side = line.value("the side-set", 0, 2 ** pins - 1);
    } else if (delay === undefined && line.accept("[")) {
      delay = line.expression("the delay", 0, 2 ** (5 - sideset.size) - 1);
      line.expect("]");
    } else break;
  }
  line.end();
  if (side === undefined && pins > 0 && !sideset.optional) line.fail('expected "side", as .side_set is without "opt"');
  const enable = side !== undefined && sideset.optional ? 0x10 : 0;
  return instruction | ((enable | ((side ?? 0) << (5 - sideset.size)) | (delay ?? 0)) << 8);
}

function jumpCondition(line: Cursor): number {
  if (line.accept("!")) return [1, 3, 7][line.choose(["x", "y", "osre"])] as number;
  if (line.accept("pin")) return 6;
  if (line.accept("x")) {
    if (line.accept("--")) return 2;
    line.expect("!=");
    line.expect("y");
    return 5;
  }
  if (line.accept("y")) {
    line.expect("--");
    return 4;
  }
  return 0;
}

/** 32 is encoded as 0. */
function bitCount(line: Cursor): number {
  return line.value("the bit count", 1, 32) & 31;
}

function transfer(line: Cursor, onlyIf: string): number {
  const conditional = line.accept(onlyIf) ? 0x40 : 0;
  return conditional | (line.choose(["", "block", "noblock"]) === 2 ? 0 : 0x20);
}
