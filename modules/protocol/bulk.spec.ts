import { describe, expect, it } from "vitest";

import { Bench, f32 } from "../testing/bench";

const chips = [
  { id: 0, channels: 7, outputs: 5, slots: 2 },
  { id: 1, channels: 11, outputs: 9, slots: 4 },
];
const length = 2896;

/** A bulk packet to change and send. Offsets in what follows are those of the protocol's table of sections. */
class Packet {
  readonly bytes: number[];
  readonly view: DataView;

  constructor(bench: Bench) {
    this.bytes = bench.in(0xa0, 0, length) as number[];
    this.view = new DataView(new Uint8Array(this.bytes).buffer);
  }
  float(at: number): number {
    return this.view.getFloat32(at, true);
  }
  setFloat(at: number, value: number): this {
    this.view.setFloat32(at, value, true);
    return this;
  }
  setByte(at: number, value: number): this {
    this.view.setUint8(at, value);
    return this;
  }
  setVersion(version: number, headerLength = length): this {
    this.view.setUint8(0, version);
    this.view.setUint16(6, headerLength, true);
    return this;
  }
  send(bench: Bench): unknown {
    return bench.out(0xa1, 0, [...new Uint8Array(this.view.buffer)]);
  }
}

/** Sets something in every section, all within range. */
function dress(bench: Bench, { channels, outputs, slots }: (typeof chips)[number]): void {
  for (let input = 0; input < 2; input++) bench.out(0xd0, input, f32(-3 - input));
  bench.out(0x46, 0, [1]);
  bench.out(0x58, 0, [1]);
  bench.out(0x5a, 0, f32(70));
  bench.out(0x5c, 0, f32(120));
  for (const [set, value] of [
    [0x5e, 1],
    [0x60, 3],
    [0x66, 0],
    [0xb4, 1],
    [0xb8, 2],
    [0xbc, 0],
  ] as const)
    bench.out(set, 0, [value]);
  bench.out(0x62, 0, f32(900));
  bench.out(0x64, 0, f32(6.5));
  bench.out(0xb6, 0, f32(60));
  bench.out(0xba, 0, f32(12));
  bench.out(0xbe, 0, f32(-50));
  for (let channel = 0; channel < channels; channel++) {
    bench.out(0x9b, channel, [65 + channel, 66]);
    for (let band = 0; band < 10; band++)
      bench.band(channel, band, 1 + (band % 5), 100 * (channel + 1) + band, 0.5 + band / 4, band - 5);
  }
  for (let output = 0; output < outputs; output++) {
    bench.out(0x74, output, f32(-output - 0.5));
    bench.out(0x76, output, [output % 2]);
    bench.out(0x78, output, f32(output * 1.25));
    for (let input = 0; input < 2; input++) bench.route(input, output, output % 2, input, 1 - output - input / 2);
  }
  for (let output = 0; output < outputs - 1; output++) bench.out(0x72, output, [1]);
  for (let slot = 0; slot < slots; slot++) bench.in(0x7c, ((16 + slot) << 8) | slot);
  bench.in(0x7c, (22 << 8) | slots);
  bench.in(0xc2, 20);
  bench.in(0xc6, 11);
  bench.in(0xc8, 1);
  bench.in(0xc4, 1);
  bench.in(0xc0, (1 << 8) | 1);
  bench.out(0xd2, 0, f32(-12.5));
}

const ascii = (bytes: number[], at: number, count: number) => String.fromCharCode(...bytes.slice(at, at + count));

describe("bulk GET 0xA0", () => {
  for (const chip of chips) {
    const { id, channels, outputs, slots } = chip;
    it(`has the header, every section in its place, and zeros beyond the platform (platform ${id})`, () => {
      const bench = new Bench(id);
      dress(bench, chip);
      const packet = new Packet(bench);
      const { bytes } = packet;
      expect(bytes).toHaveLength(length);
      expect(bytes.slice(0, 16)).toEqual([6, id, channels, outputs, 2, 12, 0x50, 0x0b, 1, 0, 1, 0, 0, 0, 0, 0]);
      // Legacy preamp, bypass, loudness
      expect(packet.float(16)).toBe(-3);
      expect(bytes.slice(20, 24)).toEqual([1, 1, 0, 0]);
      expect([packet.float(24), packet.float(28)]).toEqual([70, 120]);
      // Crossfeed
      expect(bytes.slice(32, 36)).toEqual([1, 3, 0, 0]);
      expect([packet.float(36), packet.float(40), packet.float(44)]).toEqual([900, 6.5, 0]);
      // Legacy gain and mute: outputs 1, 2 and PDM
      const pdm = outputs - 1;
      expect([48, 52, 56].map((at) => packet.float(at))).toEqual([-0.5, -1.5, -pdm - 0.5]);
      expect(bytes.slice(60, 64)).toEqual([0, 1, pdm % 2, 0]);
      for (let channel = 0; channel < 11; channel++) {
        const delay = channel < 2 || channel >= channels ? 0 : (channel - 2) * 1.25;
        expect(packet.float(64 + 4 * channel)).toBe(delay);
        const name = channel < channels ? `${String.fromCharCode(65 + channel)}B` : "\0\0";
        expect(ascii(bytes, 2480 + 32 * channel, 3)).toBe(`${name}\0`);
        for (let band = 0; band < 10; band++) {
          const at = 368 + 192 * channel + 16 * band;
          const exists = channel < channels;
          expect(bytes.slice(at, at + 4)).toEqual([exists ? 1 + (band % 5) : 0, 0, 0, 0]);
          expect([packet.float(at + 4), packet.float(at + 8), packet.float(at + 12)]).toEqual(
            exists ? [100 * (channel + 1) + band, 0.5 + band / 4, band - 5] : [0, 0, 0],
          );
        }
      }
      for (let output = 0; output < 9; output++) {
        const exists = output < outputs;
        for (let input = 0; input < 2; input++) {
          const at = 108 + 72 * input + 8 * output;
          expect(bytes.slice(at, at + 4)).toEqual(exists ? [output % 2, input, 0, 0] : [0, 0, 0, 0]);
          expect(packet.float(at + 4)).toBe(exists ? 1 - output - input / 2 : 0);
        }
        const at = 252 + 12 * output;
        const isOn = exists && output < pdm;
        expect(bytes.slice(at, at + 4)).toEqual([isOn ? 1 : 0, exists ? output % 2 : 0, 0, 0]);
        expect([packet.float(at + 4), packet.float(at + 8)]).toEqual(exists ? [-output - 0.5, output * 1.25] : [0, 0]);
      }
      const pins = [...Array.from({ length: slots }, (_, slot) => 16 + slot), 22];
      expect(bytes.slice(360, 368)).toEqual([slots + 1, ...pins, ...new Array<number>(6 - slots).fill(0)]);
      expect(bytes.slice(2832, 2848)).toEqual([0, 1, 0, 0, 20, 11, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
      expect(bytes.slice(2848, 2852)).toEqual([1, 2, 0, 0]);
      expect([2852, 2856, 2860].map((at) => packet.float(at))).toEqual([60, 12, -50]);
      expect([2864, 2868, 2872, 2876].map((at) => packet.float(at))).toEqual([-3, -4, 0, 0]);
      expect([2880, 2884, 2888, 2892].map((at) => packet.float(at))).toEqual([-12.5, 0, 0, 0]);
    });

    it(`is what SET restores after a factory reset, in one commit (platform ${id})`, () => {
      const bench = new Bench(id);
      dress(bench, chip);
      const packet = new Packet(bench);
      bench.in(0x53);
      expect(new Packet(bench).bytes).not.toEqual(packet.bytes);
      const commits = bench.engine.commits.length;
      expect(packet.send(bench)).toBe(true);
      expect(bench.engine.commits).toHaveLength(commits + 1);
      expect(bench.engine.afresh).toBe(true);
      expect(new Packet(bench).bytes).toEqual(packet.bytes);
      expect(bench.host.configured).toContain("slot 1 i2s 17");
      packet.send(bench);
      expect(bench.engine.commits).toHaveLength(commits + 1); // as it was: nothing to hear
    });
  }

  it("is cut to wLength", () => {
    const bench = new Bench(1);
    expect(bench.in(0xa0, 0, 64)).toEqual(bench.in(0xa0, 0, 4096)?.slice(0, 64));
  });
});

describe("bulk SET 0xA1 changes nothing", () => {
  /** Sends a packet that would also set the volume; says whether any of it arrived. */
  function takes(change: (packet: Packet) => Packet, id = 1): boolean {
    const bench = new Bench(id);
    const before = new Packet(bench).bytes;
    expect(change(new Packet(bench).setFloat(2880, -55)).send(bench)).toBe(true);
    const after = new Packet(bench).bytes;
    const isSame = after.every((byte, i) => byte === before[i]);
    expect(isSame).toBe(bench.inF32(0xd3) === -20);
    return !isSame;
  }

  it("when version, platform, counts or header length do not fit", () => {
    expect(takes((packet) => packet)).toBe(true);
    for (const version of [0, 1, 7, 255]) expect(takes((packet) => packet.setVersion(version))).toBe(false);
    for (const [at, value] of [
      [1, 0],
      [1, 2],
      [2, 7],
      [2, 12],
      [3, 5],
      [3, 8],
    ] as const)
      expect(takes((packet) => packet.setByte(at, value))).toBe(false);
    for (const header of [0, 2831, 2897, 65535]) expect(takes((packet) => packet.setVersion(6, header))).toBe(false);
    for (const at of [4, 5, 8, 10, 12]) expect(takes((packet) => packet.setByte(at, 99))).toBe(true); // not examined
  });

  it("when any number is not finite, wherever it is", () => {
    const floats = [16, 24, 28, 36, 40, 48, 56, 64, 104, 112, 248, 256, 260, 356, 372, 376, 380, 2472, 2476];
    for (const id of [0, 1])
      for (const at of [...floats, 2852, 2856, 2860, 2864, 2868, 2880])
        for (const value of [NaN, Infinity, -Infinity])
          expect(takes((packet) => packet.setFloat(at, value), id)).toBe(false);
  });

  it("when it has another length", () => {
    const bench = new Bench(1);
    const packet = new Packet(bench).setFloat(2880, -55);
    const bytes = [...new Uint8Array(packet.view.buffer)];
    expect(bench.out(0xa1, 0, bytes.slice(0, 2895))).toBeUndefined();
    expect(bench.out(0xa1, 0, [...bytes, 0])).toBeUndefined();
    expect(bench.out(0xa1, 0, bytes.slice(0, 64))).toBe(true);
    expect(bench.inF32(0xd3)).toBe(-20);
  });
});

describe("bulk SET 0xA1", () => {
  it("clamps what is out of range", () => {
    const bench = new Bench(1);
    const packet = new Packet(bench);
    packet.setFloat(372, 1e6).setFloat(376, 0).setFloat(380, -1000); // band
    packet.setFloat(2864, 99).setFloat(24, 0).setFloat(28, 1e9).setFloat(36, 1).setFloat(40, -1);
    packet.setByte(33, 77).setByte(2849, 77).setByte(20, 3).setByte(2834, 77);
    packet.setFloat(256, 50).setFloat(260, 1000).setFloat(112, -500).setFloat(2880, 12);
    packet.send(bench);
    expect([bench.inF32(0x43, 1), bench.inF32(0x43, 2), bench.inF32(0x43, 3)]).toEqual([20000, Math.fround(0.1), -60]);
    expect([0xd1, 0x5b, 0x5d, 0x63, 0x65].map((get) => bench.inF32(get))).toEqual([20, 40, 200, 500, 0]);
    expect([bench.in(0x61), bench.in(0xb9), bench.in(0x47), bench.in(0xc1, 2)]).toEqual([[3], [2], [1], [1]]);
    expect([0x75, 0x79, 0xd3].map((get) => bench.inF32(get))).toEqual([12, 85, 0]);
    expect(bench.in(0x71)?.slice(4)).toEqual(f32(-128));
  });

  it("ends names with 0, makes outputs' delays those of their channels, and ignores the legacy section", () => {
    const bench = new Bench(1);
    const packet = new Packet(bench);
    for (let i = 0; i < 32; i++) packet.setByte(2480 + i, 65);
    packet
      .setFloat(64 + 8, 3)
      .setFloat(260, 7)
      .setFloat(48, -9)
      .setByte(60, 1)
      .setFloat(16, 9);
    packet.send(bench);
    expect(bench.in(0x9c, 0)?.slice(30)).toEqual([65, 0]);
    expect([bench.inF32(0x49, 2), bench.inF32(0x79, 0)]).toEqual([7, 7]);
    expect([bench.inF32(0x75, 0), bench.in(0x77, 0), bench.inF32(0x45)]).toEqual([0, [0], 0]);
  });

  it("keeps PDM and disables outputs 3 and up when both are enabled", () => {
    const bench = new Bench(0);
    const packet = new Packet(bench);
    for (let output = 0; output < 5; output++) packet.setByte(252 + 12 * output, 1);
    packet.send(bench);
    expect([0, 1, 2, 3, 4].map((output) => bench.in(0x73, output)?.[0])).toEqual([1, 1, 0, 0, 1]);
    expect(bench.in(0x7a)).toEqual([1]);
  });

  it("switches pins, slot types and clocks for real", () => {
    const bench = new Bench(1);
    const packet = new Packet(bench);
    packet.setByte(361, 7).setByte(362, 6).setByte(365, 28);
    packet.setByte(2833, 1).setByte(2836, 18).setByte(2837, 21).setByte(2838, 1).setByte(2839, 1);
    bench.host.configured = [];
    packet.send(bench);
    expect(bench.host.configured).toEqual(["bck 18 mck 21 256", "slot 0 spdif 7", "slot 1 i2s 6", "pdm 28"]);
  });

  it("reduces 256 × Fs to 128 × Fs at 96 kHz when the master clock is on", () => {
    const bench = new Bench(1);
    bench.usb.askRate(96000);
    new Packet(bench).setByte(2838, 1).setByte(2839, 1).send(bench);
    expect(new Packet(bench).bytes[2839]).toBe(0);
  });

  it("refuses all pins when one is invalid or taken, and takes the rest of the packet", () => {
    for (const [at, pin] of [
      [361, 12],
      [362, 23],
      [365, 30],
      [361, 7], // another slot's
      [365, 6],
      [2836, 22], // 23 is not valid
      [2836, 29],
      [2837, 25],
    ] as const) {
      const bench = new Bench(1);
      new Packet(bench).setByte(364, 20).setByte(at, pin).setFloat(2880, -55).send(bench);
      const { bytes } = new Packet(bench);
      expect(bytes.slice(360, 366)).toEqual([5, 6, 7, 8, 9, 10]);
      expect(bytes.slice(2836, 2838)).toEqual([14, 13]);
      expect(bench.inF32(0xd3)).toBe(-55);
    }
  });

  it("refuses pins that a running clock has", () => {
    const pinsAfter = (slotType: number, mckOn: number, pin: number) => {
      const bench = new Bench(1);
      new Packet(bench).setByte(2832, slotType).setByte(2838, mckOn).setByte(361, pin).send(bench);
      return new Packet(bench).bytes[361];
    };
    expect([pinsAfter(0, 0, 14), pinsAfter(0, 0, 15), pinsAfter(0, 0, 13)]).toEqual([14, 15, 13]);
    expect([pinsAfter(1, 0, 14), pinsAfter(1, 0, 15), pinsAfter(0, 1, 13)]).toEqual([6, 6, 6]);
  });

  it("leaves pins alone when presets do not include them", () => {
    const bench = new Bench(1);
    bench.out(0x98, 0, [0]);
    new Packet(bench).setByte(361, 20).setFloat(2880, -55).send(bench);
    expect(bench.in(0x7d, 0)).toEqual([6]);
    expect(bench.inF32(0xd3)).toBe(-55);
  });

  it("takes from older versions what they had", () => {
    const sent = (version: number, headerLength = length) => {
      const bench = new Bench(1);
      for (const [set, value] of [
        [0xb6, 77],
        [0xd2, -33],
        [0xd0, -1],
      ] as const)
        bench.out(set, 0, f32(value));
      const packet = new Packet(bench).setVersion(version, headerLength);
      packet.setFloat(16, -6).setFloat(2864, -2).setFloat(2868, -4).setFloat(2880, -44).setFloat(2852, 11);
      packet.setByte(2832, 1).setByte(2839, 0).setFloat(24, 66);
      packet.send(bench);
      return {
        loudness: bench.inF32(0x5b),
        preamps: [bench.inF32(0xd1, 0), bench.inF32(0xd1, 1)],
        volume: bench.inF32(0xd3),
        leveller: bench.inF32(0xb7),
        slot: bench.in(0xc1, 0)?.[0],
        multiplier: bench.in(0xc9)?.[0],
      };
    };
    const v6 = { loudness: 66, preamps: [-2, -4], volume: -44, leveller: 11, slot: 1, multiplier: 0 };
    const v5 = { ...v6, preamps: [-6, -6], volume: -33 };
    const v4 = { ...v5, multiplier: 1 }; // the low byte of 256
    const v3 = { ...v4, leveller: 50 };
    const v2 = { ...v3, slot: 0, multiplier: 0 };
    expect(sent(6)).toEqual(v6);
    expect(sent(5)).toEqual(v5);
    expect(sent(4)).toEqual(v4);
    expect(sent(3)).toEqual(v3);
    expect(sent(3, 2864)).toEqual(v3);
    expect(sent(3, 2848)).toEqual(v2);
    expect(sent(2, 2832)).toEqual(v2);
  });

  it("of older versions minds only their own numbers", () => {
    const bench = new Bench(1);
    new Packet(bench).setVersion(5).setFloat(2880, NaN).setFloat(24, 66).send(bench);
    expect(bench.inF32(0x5b)).toBe(66);
  });
});
