import { describe, expect, it } from "vitest";

import { Bench, f32 } from "../testing/bench";

describe("routing", () => {
  it("serves interfaces 0 and 2 alike and ignores the high byte of wIndex", () => {
    const bench = new Bench(1);
    for (const index of [0, 2, 0x1200, 0xff02]) expect(bench.in(0x7f, 0, 64, 0xc1, index)).toEqual([1, 1, 0x13, 9]);
    for (const index of [0, 2]) {
      expect(bench.out(0xd2, 0, f32(-index - 1), 0x41, index)).toBe(true);
      expect(bench.inF32(0xd3)).toBe(-index - 1);
    }
  });

  it("stalls on interface 1 and from 3 on", () => {
    const bench = new Bench(1);
    for (const index of [1, 3, 0x0001, 0xff]) {
      expect(bench.in(0x7f, 0, 64, 0xc1, index)).toBeUndefined();
      expect(bench.out(0xd2, 0, f32(-1), 0x41, index)).toBeUndefined();
    }
  });

  it("stalls requests to the device and to endpoints", () => {
    const bench = new Bench(1);
    for (const recipient of [0, 2, 3]) {
      expect(bench.in(0x7f, 0, 64, 0xc0 | recipient)).toBeUndefined();
      expect(bench.out(0xd2, 0, f32(-1), 0x40 | recipient)).toBeUndefined();
    }
    expect(bench.inF32(0xd3)).toBe(-20);
  });

  it("takes any type of request on interface 2, and vendor type only on interface 0", () => {
    const bench = new Bench(1);
    expect(bench.in(0x7f, 0, 64, 0xa1, 2)).toEqual([1, 1, 0x13, 9]);
    expect(bench.in(0x7f, 0, 64, 0xa1, 0)).toBeUndefined();
  });
});

describe("IN requests", () => {
  it("are cut to wLength and no longer than their natural length", () => {
    const bench = new Bench(1);
    expect(bench.in(0x7f, 0, 2)).toEqual([1, 1]);
    expect(bench.in(0x7f, 0, 0)).toEqual([]);
    expect(bench.in(0x7f, 0, 4096)).toHaveLength(4);
    expect(bench.in(0x50, 9, 10)).toHaveLength(10);
  });

  it("stall when their code is unknown or that of an OUT request", () => {
    const bench = new Bench(1);
    for (const code of [0x00, 0x01, 0x20, 0x2f, 0x41, 0x42, 0x44, 0x46, 0x70, 0x72, 0x84, 0xd0, 0xd2, 0xff])
      expect(bench.in(code)).toBeUndefined();
  });
});

describe("OUT requests", () => {
  it("stall without a payload or with more than 64 bytes of it", () => {
    const bench = new Bench(1);
    expect(bench.out(0xd2, 0, [])).toBeUndefined();
    expect(bench.out(0xd2, 0, [...f32(-1), ...new Array<number>(61).fill(0)])).toBeUndefined();
    expect(bench.inF32(0xd3)).toBe(-20);
    expect(bench.out(0xd2, 0, [...f32(-1), ...new Array<number>(60).fill(0)])).toBe(true);
    expect(bench.inF32(0xd3)).toBe(-1);
  });

  it("are acknowledged and ignored when their code is unknown or that of an IN request", () => {
    const bench = new Bench(1);
    for (const code of [0x00, 0x21, 0x43, 0x45, 0x50, 0x7c, 0x7f, 0xc0, 0xc4, 0xd3, 0xff])
      expect(bench.out(code, 0, [1, 2, 3, 4])).toBe(true);
    expect(bench.engine.commits).toHaveLength(1);
    expect(bench.in(0xc5)).toEqual([0]);
  });

  it("of exactly 2896 bytes are for 0xA1 only", () => {
    const bench = new Bench(1);
    const payload = new Array<number>(2896).fill(0);
    expect(bench.out(0xa1, 0, payload)).toBe(true);
    expect(bench.out(0xa1, 0, payload.slice(1))).toBeUndefined();
    expect(bench.out(0x42, 0, payload)).toBeUndefined();
  });
});
