/** What a conformance test sends and what must come back. Payloads and answers are in hexadecimal, as dspi-link has them. */
export interface Step {
  /** bmRequestType. */
  bm: number;
  req: number;
  val: number;
  idx: number;
  len: number;
  data?: string;
  /** "stall", or the answer of an IN request, or "" for an acknowledged OUT request. */
  expected: string | RegExp;
}

/** A request of the command table with what is in range, what is not, and what is malformed. */
export interface Command {
  code: number;
  passing: Step[];
  beyond: Step[];
  malformed: Step[];
}

export function get(req: number, val: number, expected: string | RegExp, len = 64): Step {
  return { bm: 0xc1, req, val, idx: 2, len, expected };
}

export function set(req: number, val: number, data: string, expected: "" | "stall" = ""): Step {
  return { bm: 0x41, req, val, idx: 2, len: data.length / 2, data, expected };
}

/** The same request to another interface. */
export function to(idx: number, step: Step, expected = step.expected): Step {
  return { ...step, idx, expected };
}

export function u8(...values: number[]): string {
  return Buffer.from(values).toString("hex");
}

export function f32(...values: number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString("hex");
}

/** 32 bytes. */
export function text(characters: string): string {
  return Buffer.from(characters.padEnd(32, "\0"), "latin1").toString("hex");
}

export function zeros(count: number): string {
  return "00".repeat(count);
}

/** Malformed for any OUT request: no payload, too much of it, and the other direction. */
export function badOut(code: number): Step[] {
  return [set(code, 0, "", "stall"), set(code, 0, zeros(65), "stall"), get(code, 0, "stall")];
}

/** Malformed for any IN request whose code is no OUT request: the other direction, the wrong interface and recipient. */
export function badIn(code: number): Step[] {
  const request = get(code, 0, "stall");
  return [
    set(code, 0, zeros(4)),
    set(code, 0, "", "stall"),
    set(code, 0, zeros(65), "stall"),
    to(1, request),
    to(3, request),
    { ...request, bm: 0xc0 },
  ];
}

export interface FloatRow {
  /** Number of indices. */
  count?: number;
  initial: number;
  sample: number;
  /** [sent, kept] below and above the range. */
  low: [number, number];
  high: [number, number];
}

/** A SET and a GET of one f32, with an index in the low byte of wValue when there are several. */
export function floats(setCode: number, getCode: number, row: FloatRow): Command[] {
  const { count = 1, initial, sample } = row;
  const last = count - 1;
  const kept = get(getCode, last, f32(sample));
  return [
    {
      code: setCode,
      passing: [set(setCode, last, f32(sample)), kept, to(0, set(setCode, last, f32(sample) + "aabb")), kept],
      beyond: [
        ...[row.low, row.high].flatMap(([sent, stored]) => [
          set(setCode, last, f32(sent)),
          get(getCode, last, f32(stored)),
        ]),
        ...(count > 1 ? [set(setCode, count, f32(sample)), set(setCode, 0xff, f32(sample))] : []),
      ],
      malformed: [
        set(setCode, last, f32(sample)),
        ...[NaN, Infinity].map((value) => set(setCode, last, f32(value))),
        set(setCode, last, "000000"),
        kept,
        ...badOut(setCode),
        kept,
      ],
    },
    {
      code: getCode,
      passing: [get(getCode, last, f32(initial)), to(0, get(getCode, last, f32(initial)))],
      beyond: [
        get(getCode, 0x0100, f32(initial)),
        ...(count > 1
          ? [get(getCode, count, "stall"), get(getCode, 0xff, "stall")]
          : [get(getCode, 0xffff, f32(initial))]),
      ],
      malformed: [...badIn(getCode), get(getCode, 0, f32(initial).slice(0, 4), 2), get(getCode, 0, "", 0)],
    },
  ];
}

export interface ByteRow {
  count?: number;
  initial: number;
  sample: number;
  /** [sent, kept] for a byte that is no plain value; `sample` was there before. */
  odd: [number, number];
}

/** Likewise of one u8. */
export function bytes(setCode: number, getCode: number, row: ByteRow): Command[] {
  const { count = 1, initial, sample } = row;
  const last = count - 1;
  const kept = get(getCode, last, u8(sample));
  return [
    {
      code: setCode,
      passing: [set(setCode, last, u8(sample, 9)), kept],
      beyond: [
        set(setCode, last, u8(sample)),
        set(setCode, last, u8(row.odd[0])),
        get(getCode, last, u8(row.odd[1])),
        ...(count > 1 ? [set(setCode, count, u8(sample))] : []),
      ],
      malformed: [set(setCode, last, u8(sample)), ...badOut(setCode), kept],
    },
    {
      code: getCode,
      passing: [get(getCode, last, u8(initial)), to(0, get(getCode, last, u8(initial)))],
      beyond:
        count > 1 ? [get(getCode, count, "stall"), get(getCode, 0xff, "stall")] : [get(getCode, 0xffff, u8(initial))],
      malformed: [...badIn(getCode), get(getCode, 0, "", 0)],
    },
  ];
}
