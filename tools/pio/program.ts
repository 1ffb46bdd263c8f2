/** One assembled PIO program and the state machine settings its source asks for. */
export interface PioProgram {
  name: string;
  /** 16-bit instructions; jumps count from the program's own start. */
  instructions: number[];
  wrapTarget: number;
  wrap: number;
  /** Instruction memory offset it must be loaded at; -1 is anywhere. */
  origin: number;
  /** `size` counts the bits taken from the delay field, the enable bit of an optional side-set included. */
  sideset: { size: number; optional: boolean; pindirs: boolean };
  fifo: "txrx" | "tx" | "rx";
  out: PinShift;
  in: PinShift;
  /** Pins written by SET. */
  setPins: number;
  /** Public labels and defines, those before the first program included. */
  symbols: Record<string, number>;
}

export interface PinShift {
  pins: number;
  right: boolean;
  auto: boolean;
  /** 1–32 bits. */
  threshold: number;
}
