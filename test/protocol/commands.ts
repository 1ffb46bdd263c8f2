/** The command table of the DSPi 1.1.3 protocol, with this project's rules, as steps on a device with blank flash. */
import { badIn, badOut, bytes, f32, floats, get, set, text, to, u8, zeros, type Command } from "./steps";

export type Dimensions = { platform: number; channels: number; outputs: number; slots: number; highestPin: number };

export const dimensions = {
  rp2040: { platform: 0, channels: 7, outputs: 5, slots: 2, highestPin: 28 },
  rp2350: { platform: 1, channels: 11, outputs: 9, slots: 4, highestPin: 29 },
} as const;

/** Every request code there is. */
export const codes = [
  [0x42, 0x67],
  [0x70, 0x7f],
  [0x83, 0x83],
  [0x90, 0x9c],
  [0xa0, 0xa1],
  [0xb0, 0xbf],
  [0xc0, 0xc9],
  [0xd0, 0xd7],
  [0xf0, 0xf0],
]
  .flatMap(([first = 0, last = 0]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
  .filter((code) => code < 0x4a || code > 0x4f);

export function commands(chip: Dimensions): Command[] {
  return [
    ...filters(chip),
    ...actions(),
    ...legacy(),
    ...effects(),
    ...matrix(chip),
    ...outputs(chip),
    ...identity(chip),
    ...presets(),
    ...bulk(chip),
    ...statistics(chip),
    ...clocks(chip),
    ...volume(),
  ];
}

const band = (channel: number, index: number, type: number, ...numbers: number[]) =>
  u8(channel, index, type, 0) + f32(...numbers);

function filters({ channels }: Dimensions): Command[] {
  const last = channels - 1;
  const value = (channel: number, index: number, field: number) => (channel << 8) | (index << 4) | field;
  const kept = [1000, 2, -6].map((number, i) => get(0x43, value(last, 9, 1 + i), f32(number)));
  return [
    {
      code: 0x42,
      passing: [set(0x42, 0, band(last, 9, 1, 1000, 2, -6)), get(0x43, value(last, 9, 0), u8(1, 0, 0, 0)), ...kept],
      beyond: [
        set(0x42, 0, band(channels, 0, 1, 1000, 2, -6)),
        set(0x42, 0, band(0, 10, 1, 1000, 2, -6)),
        set(0x42, 0, band(0, 0, 200, 1, 0, -99)),
        get(0x43, 0, u8(200, 0, 0, 0)),
        ...[10, 0.1, -60].map((number, i) => get(0x43, 1 + i, f32(number))),
        set(0x42, 0, band(0, 0, 5, 40000, 99, 99)),
        ...[20000, 20, 20].map((number, i) => get(0x43, 1 + i, f32(number))),
      ],
      malformed: [
        set(0x42, 0, band(last, 9, 1, 1000, 2, -6)),
        set(0x42, 0, band(last, 9, 2, NaN, 1, 1)),
        set(0x42, 0, band(last, 9, 2, 100, Infinity, 1)),
        set(0x42, 0, band(last, 9, 2, 100, 1, -Infinity)),
        set(0x42, 0, band(last, 9, 2, 100, 1, 1).slice(0, 30)),
        ...badOut(0x42),
        ...kept,
      ],
    },
    {
      code: 0x43,
      passing: [
        get(0x43, 0, zeros(4)),
        get(0x43, value(2, 0, 0), u8(5, 0, 0, 0)),
        get(0x43, value(last, 0, 0), u8(4, 0, 0, 0)),
        get(0x43, value(2, 0, 1), f32(80)),
        get(0x43, value(0, 9, 2), f32(0.707)),
        get(0x43, value(2, 0, 4), zeros(4)),
        get(0x43, value(2, 0, 15), zeros(4)),
      ],
      beyond: [
        get(0x43, value(channels, 0, 0), "stall"),
        get(0x43, 0xff00, "stall"),
        get(0x43, value(0, 10, 0), "stall"),
        get(0x43, value(0, 15, 0), "stall"),
      ],
      malformed: [...badIn(0x43), get(0x43, value(2, 0, 1), f32(80).slice(0, 6), 3)],
    },
    ...floats(0x44, 0x45, { initial: 0, sample: -6, low: [-100, -60], high: [100, 20] }),
    ...bytes(0x46, 0x47, { initial: 0, sample: 1, odd: [7, 1] }),
    ...floats(0x48, 0x49, { count: channels, initial: 0, sample: 12.5, low: [-1, 0], high: [1000, 85] }),
  ];
}

function actions(): Command[] {
  const status = (selector: number, expected: string | RegExp) => get(0x50, selector, expected);
  return [
    {
      code: 0x50,
      passing: [
        status(0, zeros(4)),
        status(12, zeros(4)),
        status(13, "00804f12"), // 307,200,000
        status(14, "7e040000"), // 1150
        status(15, "44ac0000"), // 44,100
        to(0, status(11, zeros(4))),
      ],
      beyond: [status(23, zeros(4)), status(255, zeros(4)), status(0x010e, "7e040000")],
      malformed: [...badIn(0x50), get(0x50, 9, zeros(3), 3)],
    },
    {
      code: 0x51,
      passing: [get(0x51, 0, "00"), get(0x95, 0, /^0100/)],
      beyond: [get(0x51, 0xffff, "00"), get(0x95, 0, /^0100/)],
      malformed: [...badIn(0x51), get(0x95, 0, /^0000/)],
    },
    {
      code: 0x52,
      passing: [set(0x46, 0, "01"), get(0x51, 0, "00"), set(0x46, 0, "00"), get(0x52, 0, "00"), get(0x47, 0, "01")],
      beyond: [set(0x46, 0, "01"), get(0x52, 0xffff, "00"), get(0x47, 0, "00")], // an empty slot: factory defaults
      malformed: [set(0x46, 0, "01"), ...badIn(0x52), get(0x47, 0, "01")],
    },
    {
      code: 0x53,
      passing: [
        set(0x46, 0, "01"),
        set(0xd2, 0, f32(-3)),
        get(0x53, 0, "00"),
        get(0x47, 0, "00"),
        get(0xd3, 0, f32(-20)),
      ],
      beyond: [set(0x46, 0, "01"), get(0x53, 0xffff, "00"), get(0x47, 0, "00")],
      malformed: [set(0x46, 0, "01"), ...badIn(0x53), get(0x47, 0, "01")],
    },
    {
      code: 0x83,
      passing: [get(0x83, 0, "0000"), set(0x83, 0, ""), to(0, get(0x83, 0, "0000"))],
      beyond: [get(0x83, 0xffff, "0000")],
      malformed: [
        set(0x83, 0, "01"),
        set(0x83, 0, zeros(65), "stall"),
        to(1, get(0x83, 0, "stall")),
        get(0x83, 0, "00", 1),
      ],
    },
  ];
}

function legacy(): Command[] {
  return [
    ...floats(0x54, 0x55, { count: 3, initial: 0, sample: -4, low: [-500, -128], high: [13, 12] }),
    ...bytes(0x56, 0x57, { count: 3, initial: 0, sample: 1, odd: [7, 7] }),
  ];
}

function effects(): Command[] {
  return [
    ...bytes(0x58, 0x59, { initial: 0, sample: 1, odd: [255, 1] }),
    ...floats(0x5a, 0x5b, { initial: 83, sample: 75, low: [39, 40], high: [101, 100] }),
    ...floats(0x5c, 0x5d, { initial: 100, sample: 150, low: [-1, 0], high: [201, 200] }),
    ...bytes(0x5e, 0x5f, { initial: 0, sample: 1, odd: [2, 1] }),
    ...bytes(0x60, 0x61, { initial: 0, sample: 3, odd: [4, 3] }),
    ...floats(0x62, 0x63, { initial: 700, sample: 650, low: [499, 500], high: [2001, 2000] }),
    ...floats(0x64, 0x65, { initial: 4.5, sample: 9.5, low: [-1, 0], high: [16, 15] }),
    ...bytes(0x66, 0x67, { initial: 1, sample: 0, odd: [9, 1] }),
    ...bytes(0xb4, 0xb5, { initial: 0, sample: 1, odd: [2, 1] }),
    ...floats(0xb6, 0xb7, { initial: 50, sample: 70, low: [-1, 0], high: [101, 100] }),
    ...bytes(0xb8, 0xb9, { initial: 0, sample: 2, odd: [3, 2] }),
    ...floats(0xba, 0xbb, { initial: 15, sample: 20, low: [-1, 0], high: [36, 35] }),
    ...bytes(0xbc, 0xbd, { initial: 1, sample: 0, odd: [8, 1] }),
    ...floats(0xbe, 0xbf, { initial: -96, sample: -60, low: [-97, -96], high: [1, 0] }),
  ];
}

function matrix({ outputs: count }: Dimensions): Command[] {
  const route = (input: number, output: number, on: number, invert: number, gain: number) =>
    u8(input, output, on, invert) + f32(gain);
  const last = count - 1;
  const sample = route(1, last, 3, 2, -6.5);
  const kept = get(0x71, 0x0100 | last, sample);
  return [
    {
      code: 0x70,
      passing: [set(0x70, 0, sample), kept, to(0, set(0x70, 0, `${sample}ffff`)), kept],
      beyond: [
        set(0x70, 0, route(2, 0, 1, 0, 0)),
        set(0x70, 0, route(0, count, 1, 0, 0)),
        set(0x70, 0, route(0, 0, 1, 0, 99)),
        get(0x71, 0, route(0, 0, 1, 0, 12)),
        set(0x70, 0, route(0, 0, 1, 0, -Infinity)),
        get(0x71, 0, route(0, 0, 1, 0, -128)),
      ],
      malformed: [
        set(0x70, 0, sample),
        set(0x70, 0, route(1, last, 0, 0, NaN)),
        set(0x70, 0, route(1, last, 0, 0, Infinity)),
        set(0x70, 0, route(1, last, 0, 0, 0).slice(0, 14)),
        ...badOut(0x70),
        kept,
      ],
    },
    {
      code: 0x71,
      passing: [
        get(0x71, 0, route(0, 0, 1, 0, 0)),
        get(0x71, 0x0101, route(1, 1, 1, 0, 0)),
        get(0x71, last, route(0, last, 0, 0, 0)),
      ],
      beyond: [get(0x71, count, "stall"), get(0x71, 0x0200, "stall"), get(0x71, 0xffff, "stall")],
      malformed: [...badIn(0x71), get(0x71, 0, "0000", 2)],
    },
  ];
}

function outputs({ outputs: count, slots, highestPin }: Dimensions): Command[] {
  const pdm = count - 1;
  return [
    {
      code: 0x72,
      passing: [
        set(0x72, pdm, "09"),
        get(0x73, pdm, "01"),
        set(0x72, pdm, "00"),
        set(0x72, 2, "01"),
        get(0x73, 2, "01"),
      ],
      beyond: [
        set(0x72, count, "01"),
        set(0x72, 2, "01"),
        set(0x72, pdm, "01"), // refused: the second core filters
        get(0x73, pdm, "00"),
      ],
      malformed: [...badOut(0x72), get(0x73, 0, "01")],
    },
    {
      code: 0x73,
      passing: [get(0x73, 0, "01"), get(0x73, 1, "01"), get(0x73, 2, "00"), get(0x73, pdm, "00")],
      beyond: [get(0x73, count, "stall"), get(0x73, 0xff, "stall"), get(0x73, 0x0100, "01")],
      malformed: badIn(0x73),
    },
    ...floats(0x74, 0x75, { count, initial: 0, sample: -3.5, low: [-500, -128], high: [99, 12] }),
    ...bytes(0x76, 0x77, { count, initial: 0, sample: 1, odd: [7, 7] }),
    ...floats(0x78, 0x79, { count, initial: 0, sample: 2.5, low: [-1, 0], high: [86, 85] }),
    {
      code: 0x7a,
      passing: [
        get(0x7a, 0, "00"),
        set(0x72, 2, "01"),
        get(0x7a, 0, "02"),
        set(0x72, 2, "00"),
        set(0x72, pdm, "01"),
        get(0x7a, 0, "01"),
      ],
      beyond: [get(0x7a, 0xffff, "00")],
      malformed: badIn(0x7a),
    },
    {
      code: 0x7b,
      passing: [get(0x7b, pdm, "00"), set(0x72, 2, "01"), get(0x7b, pdm, "01"), get(0x7b, 3, "00"), get(0x7b, 0, "00")],
      beyond: [set(0x72, 2, "01"), get(0x7b, count, "00"), get(0x7b, 0xff, "00")],
      malformed: badIn(0x7b),
    },
    {
      code: 0x7c,
      passing: [
        get(0x7c, 16 << 8, "00"),
        get(0x7d, 0, "10"),
        get(0x7c, (17 << 8) | slots, "00"),
        get(0x7d, slots, "11"),
      ],
      beyond: [
        get(0x7c, (16 << 8) | (slots + 1), "03"),
        get(0x7c, 12 << 8, "01"),
        get(0x7c, 23 << 8, "01"),
        get(0x7c, (highestPin + 1) << 8, "01"),
        get(0x7c, 7 << 8, "02"),
        set(0x72, pdm, "01"),
        get(0x7c, (16 << 8) | slots, "04"),
        get(0x7d, 0, "06"),
      ],
      malformed: [...badIn(0x7c), get(0x7d, 0, "06")],
    },
    {
      code: 0x7d,
      passing: [get(0x7d, 0, "06"), get(0x7d, slots - 1, u8(5 + slots)), get(0x7d, slots, "0a")],
      beyond: [get(0x7d, slots + 1, "stall"), get(0x7d, 0xff, "stall")],
      malformed: badIn(0x7d),
    },
  ];
}

function identity({ platform, outputs: count, channels }: Dimensions): Command[] {
  return [
    {
      code: 0x7e,
      passing: [get(0x7e, 0, /^(3[0-9]|4[1-6]){16}$/)],
      beyond: [get(0x7e, 0xffff, /^.{32}$/)],
      malformed: [...badIn(0x7e), get(0x7e, 0, /^.{10}$/, 5)],
    },
    {
      code: 0x7f,
      passing: [get(0x7f, 0, u8(platform, 1, 0x13, count))],
      beyond: [get(0x7f, 0xffff, u8(platform, 1, 0x13, count))],
      malformed: [...badIn(0x7f), get(0x7f, 0, u8(platform), 1)],
    },
    {
      code: 0x9b,
      passing: [set(0x9b, channels - 1, "42617373"), get(0x9c, channels - 1, text("Bass"))],
      beyond: [set(0x9b, channels, "41"), set(0x9b, 0, "41".repeat(64)), get(0x9c, 0, text("A".repeat(31)))],
      malformed: [...badOut(0x9b), get(0x9c, 0, text("USB L"))],
    },
    {
      code: 0x9c,
      passing: [get(0x9c, 1, text("USB R")), get(0x9c, 5, text("SPDIF 2 R")), get(0x9c, channels - 1, text("PDM"))],
      beyond: [get(0x9c, channels, "stall"), get(0x9c, 0xff, "stall")],
      malformed: [...badIn(0x9c), get(0x9c, 0, "555342", 3)],
    },
  ];
}

/** Occupied slots, startup mode, default slot, last active slot, pins included, volume mode. */
function presets(): Command[] {
  const fresh = get(0x95, 0, "00000000000100");
  const nothing = [get(0x90, 10, "01"), get(0x91, 10, "01"), get(0x92, 255, "01"), fresh];
  return [
    {
      code: 0x90,
      passing: [get(0x90, 9, "00"), get(0x95, 0, "00020000090100"), get(0x9a, 0, "09")],
      beyond: nothing,
      malformed: [...badIn(0x90), fresh],
    },
    {
      code: 0x91,
      passing: [set(0x46, 0, "01"), get(0x90, 3, "00"), set(0x46, 0, "00"), get(0x91, 3, "00"), get(0x47, 0, "01")],
      beyond: [set(0x46, 0, "01"), ...nothing, get(0x47, 0, "01"), get(0x91, 5, "00"), get(0x47, 0, "00")],
      malformed: [set(0x46, 0, "01"), ...badIn(0x91), get(0x47, 0, "01"), fresh],
    },
    {
      code: 0x92,
      passing: [
        get(0x90, 3, "00"),
        set(0x94, 3, "41"),
        get(0x92, 3, "00"),
        get(0x95, 0, /^0000/),
        get(0x93, 3, zeros(32)),
      ],
      beyond: [get(0x90, 3, "00"), get(0x92, 10, "01"), get(0x92, 4, "00"), get(0x95, 0, /^0800/)],
      malformed: [get(0x90, 3, "00"), ...badIn(0x92), get(0x95, 0, /^0800/)],
    },
    {
      code: 0x93,
      passing: [get(0x93, 0, text("Default")), get(0x93, 9, zeros(32))],
      beyond: [get(0x93, 10, "stall"), get(0x93, 255, "stall"), get(0x93, 0x0100, text("Default"))],
      malformed: [...badIn(0x93), get(0x93, 0, "4465", 2)],
    },
    {
      code: 0x94,
      passing: [set(0x94, 9, "436c7562"), get(0x93, 9, text("Club"))],
      beyond: [set(0x94, 10, "41"), set(0x94, 0, "41".repeat(64)), get(0x93, 0, text("A".repeat(31)))],
      malformed: [...badOut(0x94), get(0x93, 0, text("Default"))],
    },
    {
      code: 0x95,
      passing: [fresh],
      beyond: [get(0x95, 0xffff, "00000000000100")],
      malformed: [...badIn(0x95), get(0x95, 0, "0000", 2)],
    },
    {
      code: 0x96,
      passing: [set(0x96, 0, "0107"), get(0x97, 0, "010700")],
      beyond: [set(0x96, 0, "0203"), set(0x96, 0, "000a"), get(0x97, 0, "000000")],
      malformed: [set(0x96, 0, "01"), ...badOut(0x96), get(0x97, 0, "000000")],
    },
    {
      code: 0x97,
      passing: [get(0x97, 0, "000000")],
      beyond: [get(0x97, 0xffff, "000000")],
      malformed: [...badIn(0x97), get(0x97, 0, "00", 1)],
    },
    ...bytes(0x98, 0x99, { initial: 1, sample: 0, odd: [9, 1] }),
    {
      code: 0x9a,
      passing: [get(0x9a, 0, "00"), get(0x91, 6, "00"), get(0x9a, 0, "06")],
      beyond: [get(0x9a, 0xffff, "00")],
      malformed: badIn(0x9a),
    },
  ];
}

function bulk({ platform, channels, outputs: count }: Dimensions): Command[] {
  const header = (version: number, length: number) =>
    u8(version, platform, channels, count, 2, 12, length & 255, length >> 8, 1, 0, 1, 0, 0, 0, 0, 0);
  /** Numbers that are all in range: zeros, but for Q and frequency, which clamp. */
  const packet = (version: number, rest = zeros(2880)) => header(version, 2896) + rest;
  const loud = `${zeros(8)}${f32(NaN)}${zeros(2868)}`;
  return [
    {
      code: 0xa0,
      passing: [get(0xa0, 0, new RegExp(`^${header(6, 2896)}.{5760}$`), 2896), to(0, get(0xa0, 0, /^.{5792}$/, 4096))],
      beyond: [get(0xa0, 0xffff, /^.{5792}$/, 65535)],
      malformed: [...badIn(0xa0), get(0xa0, 0, header(6, 2896), 16)],
    },
    {
      code: 0xa1,
      passing: [set(0xa1, 0, packet(6)), get(0xd3, 0, f32(0)), get(0x73, 0, "00"), get(0x43, 1, f32(10))],
      beyond: [set(0xa1, 0, packet(7)), set(0xa1, 0, packet(1)), set(0xa1, 0, packet(6, loud)), get(0xd3, 0, f32(-20))],
      malformed: [
        ...badOut(0xa1),
        set(0xa1, 0, zeros(64)),
        set(0xa1, 0, packet(6).slice(2), "stall"),
        set(0xa1, 0, `${packet(6)}00`, "stall"),
        to(1, set(0xa1, 0, packet(6)), "stall"),
        get(0xd3, 0, f32(-20)),
      ],
    },
  ];
}

function statistics({ slots }: Dimensions): Command[] {
  const idle = u8(16, 0, 0, 0, 100, 0, 0, 0);
  const buffers = (sequence: number) =>
    u8(slots, 0, sequence, 0) + idle.repeat(slots) + zeros(8 * (4 - slots)) + zeros(8);
  return [
    {
      code: 0xb0,
      passing: [get(0xb0, 0, buffers(0)), get(0xb0, 0, buffers(1))],
      beyond: [get(0xb0, 0xffff, buffers(0))],
      malformed: [...badIn(0xb0), get(0xb0, 0, u8(slots), 1)],
    },
    {
      code: 0xb1,
      passing: [get(0xb1, 0, "01"), get(0xb1, 1, "01")],
      beyond: [get(0xb1, 0xffff, "01")],
      malformed: badIn(0xb1),
    },
    {
      code: 0xb2,
      passing: [get(0xb2, 0, zeros(24))],
      beyond: [get(0xb2, 0xffff, zeros(24))],
      malformed: [...badIn(0xb2), get(0xb2, 0, zeros(5), 5)],
    },
    { code: 0xb3, passing: [get(0xb3, 0, "01")], beyond: [get(0xb3, 0xffff, "01")], malformed: badIn(0xb3) },
  ];
}

function clocks({ slots, highestPin }: Dimensions): Command[] {
  const reading = (code: number, initial: string, set: number, value: number, then: string): Command => ({
    code,
    passing: [get(code, 0, initial), get(set, value, "00"), get(code, 0, then)],
    beyond: [get(code, 0xffff, initial)],
    malformed: badIn(code),
  });
  return [
    {
      code: 0xc0,
      passing: [
        get(0xc0, 0x0100 | (slots - 1), "00"),
        get(0xc1, slots - 1, "01"),
        get(0xc0, slots - 1, "00"),
        get(0xc1, slots - 1, "00"),
      ],
      beyond: [get(0xc0, 0x0100 | slots, "03"), get(0xc0, 0x0200, "01"), get(0xc1, 0, "00")],
      malformed: [...badIn(0xc0), get(0xc1, 0, "00")],
    },
    {
      code: 0xc1,
      passing: [get(0xc1, 0, "00"), get(0xc0, 0x0100, "00"), get(0xc1, 0, "01")],
      beyond: [get(0xc1, slots, "stall"), get(0xc1, 0xff, "stall")],
      malformed: badIn(0xc1),
    },
    {
      code: 0xc2,
      passing: [get(0xc2, 18, "00"), get(0xc3, 0, "12"), get(0xc2, 18, "00")],
      beyond: [
        get(0xc2, 11, "01"),
        get(0xc2, 22, "01"),
        get(0xc2, highestPin, "01"),
        get(0xc2, 5, "02"),
        get(0xc0, 0x0100, "00"),
        get(0xc2, 18, "04"),
        get(0xc3, 0, "0e"),
      ],
      malformed: [...badIn(0xc2), get(0xc3, 0, "0e")],
    },
    reading(0xc3, "0e", 0xc2, 20, "14"),
    {
      code: 0xc4,
      passing: [get(0xc4, 1, "00"), get(0xc5, 0, "01"), get(0xc4, 0, "00"), get(0xc5, 0, "00")],
      beyond: [get(0xc4, 0xff00, "00"), get(0xc5, 0, "01")],
      malformed: [...badIn(0xc4), get(0xc5, 0, "00")],
    },
    reading(0xc5, "00", 0xc4, 1, "01"),
    {
      code: 0xc6,
      passing: [get(0xc6, 21, "00"), get(0xc7, 0, "15")],
      beyond: [get(0xc6, 12, "01"), get(0xc6, 6, "02"), get(0xc4, 1, "00"), get(0xc6, 13, "04"), get(0xc7, 0, "0d")],
      malformed: [...badIn(0xc6), get(0xc7, 0, "0d")],
    },
    reading(0xc7, "0d", 0xc6, 22, "16"),
    {
      code: 0xc8,
      passing: [get(0xc8, 1, "00"), get(0xc9, 0, "01"), get(0xc8, 0, "00"), get(0xc9, 0, "00")],
      beyond: [get(0xc8, 2, "01"), get(0xc8, 255, "01"), get(0xc9, 0, "00")],
      malformed: [...badIn(0xc8), get(0xc9, 0, "00")],
    },
    reading(0xc9, "00", 0xc8, 1, "01"),
  ];
}

function volume(): Command[] {
  return [
    ...floats(0xd0, 0xd1, { count: 2, initial: 0, sample: 3, low: [-1000, -60], high: [1000, 20] }),
    ...floats(0xd2, 0xd3, { initial: -20, sample: -127.5, low: [-129, -128], high: [0.5, 0] }),
    ...bytes(0xd4, 0xd5, { initial: 0, sample: 1, odd: [2, 0] }),
    {
      code: 0xd6,
      passing: [set(0xd2, 0, f32(-33)), get(0xd6, 0, "00"), get(0xd7, 0, f32(-33))],
      beyond: [set(0xd2, 0, f32(-33)), get(0xd6, 0xffff, "00"), get(0xd7, 0, f32(-33))],
      malformed: [set(0xd2, 0, f32(-33)), ...badIn(0xd6), get(0xd7, 0, f32(-20))],
    },
    {
      code: 0xd7,
      passing: [get(0xd7, 0, f32(-20)), set(0xd2, 0, f32(-1)), get(0xd7, 0, f32(-20))],
      beyond: [get(0xd7, 0xffff, f32(-20))],
      malformed: [...badIn(0xd7), get(0xd7, 0, f32(-20).slice(0, 2), 1)],
    },
    // Last: the device is gone afterwards.
    {
      code: 0xf0,
      passing: [get(0xf0, 0, "01")],
      beyond: [get(0xf0, 0xffff, "01")],
      malformed: badIn(0xf0),
    },
  ];
}
