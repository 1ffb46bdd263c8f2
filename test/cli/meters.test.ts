import { expect, test } from "vitest";

import { meterLine, meterLines } from "../../cli/meters";

const channels = [
  { number: 0, name: "L" },
  { number: 3, name: "Tweeter" },
];
// 0.1 is −20 dBFS, a third of the way down a bar of 60 dB; channel 3 has clipped.
const meters = { peaks: [0.1, 0.5, 0.5, 1], loads: [12, 3] as [number, number], clips: 0b1000 };

test("meters are bars of 60 dB with level, clip mark and load", () => {
  expect(meterLines(channels, meters, 80)).toEqual([
    `L       ${"█".repeat(27)}${"·".repeat(13)}  -20.0 dBFS`,
    `Tweeter ${"█".repeat(40)}    0.0 dBFS  CLIP`,
    "CPU     core 0 12 %, core 1 3 %",
  ]);
});

test("meters fit a narrow terminal", () => {
  for (const line of meterLines(channels, meters, 34)) expect(line.length).toBeLessThanOrEqual(34);
  expect(meterLines(channels, meters, 34)[0]).toBe("L       ████··  -20.0 dBFS");
});

test("meters fit a line", () => {
  expect(meterLine(channels, { ...meters, peaks: [0, 0, 0, 1] })).toBe("L -inf | Tweeter 0.0 CLIP dBFS | CPU 12 % 3 %");
});
