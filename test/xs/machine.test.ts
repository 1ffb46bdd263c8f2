import { readFile } from "node:fs/promises";

import { afterAll, describe, expect, it } from "vitest";

import { buildImage } from "../../tools/build";
import { projectFolder } from "../../tools/folders";
import { Machine } from "./machine";

const app = "test/xs/apps/faults.ts";
const source = (await readFile(`${projectFolder}/${app}`, "utf8")).split("\n");
const machine = await Machine.start(await buildImage(app, "faults"));
afterAll(() => machine.end());

/** "file:line" of the line with this comment. */
function place(comment: string): string {
  return `${app}:${source.findIndex((line) => line.includes(`// ${comment}`)) + 1}`;
}

/** The text of what went wrong last: native/xs/machine.h. */
async function lastReport(of: Machine): Promise<string> {
  return new TextDecoder().decode((await of.request(0x20, 0, 1024)).answer);
}

describe("a machine that runs an application", () => {
  it("that has not failed yet has nothing to tell", async () => {
    expect(await lastReport(machine)).toBe("");
  });

  it("gives an IN request's answer, cut to the length asked for", async () => {
    expect((await machine.request(1, 7)).answer).toEqual(new Uint8Array([1, 2, 3, 7]));
    expect((await machine.request(1, 7, 2)).answer).toEqual(new Uint8Array([1, 2]));
  });

  it("gives the payload of an OUT request to the application and acknowledges it", async () => {
    expect((await machine.send(9, new Uint8Array([5, 0, 255]))).answer).toEqual(new Uint8Array());
    expect((await machine.request(3)).answer).toEqual(new Uint8Array([5, 0, 255]));
  });

  it("stalls what the application answers with undefined, and says nothing", async () => {
    expect(await machine.request(5)).toEqual({ answer: undefined, log: "" });
  });

  it("tells the application a new sample rate", async () => {
    await machine.ask("rate 96000");
    expect((await machine.request(4)).answer).toEqual(new Uint8Array(new Uint32Array([96000]).buffer));
  });

  it("tells the application a new volume, in dB", async () => {
    await machine.ask("volume -3200");
    expect((await machine.request(6)).answer).toEqual(new Uint8Array(new Float64Array([-12.5, -12.5]).buffer));
  });

  it("uses as much memory after 3000 requests as after 300", async () => {
    const heapAfter = async (requests: number) => {
      for (let i = 0; i < requests; i++) await machine.request(1, i & 255);
      return (await machine.ask("heap")).answer;
    };
    expect(await heapAfter(2700)).toBe(await heapAfter(300));
  });
});

describe("an application that fails", () => {
  it.each([
    ["throws", 20, "uncaught exception: RangeError: on purpose", `at throwing (${place("the thrown line")})`],
    [
      "rejects a promise",
      21,
      "unhandled rejection: TypeError: rejected",
      `at rejecting (${place("the rejected line")})`,
    ],
    ["recurses without end", 22, "stack overflow", `at recursing (${place("the recursing line")})`],
    ["never returns", 23, "did not return", `at endless (${place("the endless line")})`],
    ["queues jobs for ever", 24, "did not return", "at endlessJobs ("],
    ["fills its slots", 25, "out of memory", `(${app}:`],
    ["fills its chunks", 26, "out of memory", `(${app}:`],
    ["recurses through a native function", 27, "stack overflow", "at forEach ()"],
    [
      "answers with something else",
      28,
      "uncaught exception: TypeError: request 0x1c: the answer must be an ArrayBuffer",
      "",
    ],
    ["throws no error", 29, "uncaught exception: only text", ""],
    ["makes new names for ever", 30, "out of ", `(${app}:`],
  ])("and %s is reported with its place and started anew", async (_, request, report, where) => {
    const before = Number((await machine.ask("starts")).answer);
    const { log, answer } = await machine.request(request);
    expect(answer).toBeUndefined();
    expect(log).toContain(`report: ${report}`);
    expect(log).toContain(where);
    const told = await lastReport(machine);
    expect(log).toContain(told);
    expect(told.startsWith(report)).toBe(true);
    expect(Number((await machine.ask("starts")).answer)).toBe(before + 1);
    expect((await machine.request(1, 9)).answer).toEqual(new Uint8Array([1, 2, 3, 9]));
  });

  it("finds its live memory as it left it", async () => {
    const starts = Number((await machine.ask("starts")).answer);
    expect((await machine.request(2)).answer).toEqual(new Uint8Array(new Uint32Array([starts]).buffer));
  });

  it("three times in a row when it starts stays down, and its requests stall, but those for a report and the bootloader", async () => {
    const down = await Machine.start(await buildImage("test/xs/apps/never-starts.ts", "never-starts"));
    const { log, answer } = await down.request(1);
    expect(answer).toBeUndefined();
    expect(log.match(/Error: not today\n at \(test\/xs\/apps\/never-starts\.ts:2\)/g)).toHaveLength(3);
    expect(log).toContain("stays down");
    expect(await lastReport(down)).toMatch(/^uncaught exception: Error: not today\n at /);
    expect(await down.request(0xf0)).toEqual({ log: "bootloader", answer: Uint8Array.of(1) });
    expect((await down.ask("starts")).answer).toBe("3");
    expect((await down.ask("heap")).answer).toBe("0 0 0 0");
    expect((await down.end()).code).toBe(0);
  });
});

describe("a native function refuses", () => {
  it.each([
    ["an index out of range", 40, "RangeError: slot: 4, expected an integer from 0 to 3"],
    ["a fraction for an integer", 41, "RangeError: pin: 6.5, expected an integer from 0 to 29"],
    ["text for a number", 42, "TypeError: slot: expected a number"],
    ["more live memory than there is", 43, "RangeError: bytes: 1000000, more than the host has"],
    ["a multiplier that does not exist", 44, "RangeError: multiplier: 100, expected 128 or 256"],
    ["a handler that is no function", 45, "TypeError: handler: expected a function"],
    ["missing arguments", 46, "TypeError: 0 arguments, expected 3"],
  ])("%s", async (_, request, message) => {
    expect((await machine.request(request)).log).toContain(message);
  });
});
