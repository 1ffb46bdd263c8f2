/** Sets a state machine up for an assembled program, through the registers, as pio_sm_init of the Pico SDK does. */
import type { PioProgram } from "../../tools/pio/program";
import type { Pio } from "./pio";
import { register } from "./pio";

export interface MachineSetup {
  program: PioProgram;
  /** The first pin of each group, 0–31. */
  pins: { out?: number; set?: number; side?: number; in?: number; jmp?: number };
  divider?: { int: number; frac: number };
}

/** Of a state machine's registers, from SMx_CLKDIV on (RP2040 datasheet 3.7). */
const machineRegister = { clkdiv: 0x00, execctrl: 0x04, shiftctrl: 0x08, instr: 0x10, pinctrl: 0x14 } as const;
const machineStride = 0x18;

/**
 * Loads the program at an offset of the instruction memory and has the machine start at its public label `start`, or at
 * its beginning. The machine stays as it is otherwise: CTRL enables it.
 */
export function setUp(pio: Pio, machine: number, offset: number, { program, pins, divider }: MachineSetup): void {
  const write = (at: number, value: number) => pio.write(at, value | 0, value | 0);
  const put = (name: keyof typeof machineRegister, value: number) =>
    write(register.SM0_CLKDIV + machineStride * machine + machineRegister[name], value);
  program.instructions.forEach((instruction, index) => {
    const isJump = instruction >> 13 === 0;
    write(register.INSTR_MEM0 + 4 * (offset + index), isJump ? instruction + offset : instruction);
  });
  const { sideset, in: input, out } = program;
  put("clkdiv", ((divider?.int ?? 1) << 16) | ((divider?.frac ?? 0) << 8));
  put(
    "execctrl",
    ((program.wrap + offset) << 12) |
      ((program.wrapTarget + offset) << 7) |
      ((pins.jmp ?? 0) << 24) |
      (sideset.pindirs ? 1 << 29 : 0) |
      (sideset.optional ? 1 << 30 : 0),
  );
  put(
    "shiftctrl",
    (input.auto ? 1 << 16 : 0) |
      (out.auto ? 1 << 17 : 0) |
      (input.right ? 1 << 18 : 0) |
      (out.right ? 1 << 19 : 0) |
      ((input.threshold & 31) << 20) |
      ((out.threshold & 31) << 25) |
      (program.fifo === "tx" ? 1 << 30 : program.fifo === "rx" ? 1 << 31 : 0),
  );
  put(
    "pinctrl",
    (pins.out ?? 0) |
      ((pins.set ?? 0) << 5) |
      ((pins.side ?? 0) << 10) |
      ((pins.in ?? 0) << 15) |
      (out.pins << 20) |
      (program.setPins << 26) |
      (sideset.size << 29),
  );
  put("instr", offset + (program.symbols.start ?? 0)); // JMP
}
