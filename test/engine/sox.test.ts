/** Against an independent program: sox's filters are the same cookbook's, in double. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { debianProgram } from "../../tools/debian";
import { chips, fullScale } from "./programs";
import { Session, settled, whiteNoise } from "./session";

const rate = 48_000;
const program = await debianProgram("sox");
const folder = mkdtempSync(join(tmpdir(), "dspi-sox-"));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What sox makes of samples of 24 bits, unrounded to 32 bits. */
function sox(samples: number[], effects: string[]): number[] {
  const raw = ["-t", "raw", "-r", String(rate), "-c", "1", "-e", "signed", "-b", "32"];
  const [input, output] = [join(folder, "in.raw"), join(folder, "out.raw")];
  writeFileSync(input, new Uint8Array(Int32Array.from(samples, (x) => x * 256).buffer));
  execFileSync(program.path, ["-D", ...raw, input, ...raw, output, ...effects], { env: program.env });
  const bytes = readFileSync(output);
  return Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readInt32LE(4 * n) / 256);
}

test.each([
  { effects: "equalizer 1000 2q 6", band: [1, 1000, 2, 6] },
  { effects: "equalizer 40 5q -9", band: [1, 40, 5, -9] },
  { effects: "bass 8 120 0.7q", band: [2, 120, 0.7, 8] },
  { effects: "treble -10 4000 0.9q", band: [3, 4000, 0.9, -10] },
  { effects: "lowpass -2 90 0.707q", band: [4, 90, 0.707, 0] },
  { effects: "highpass -2 25 0.707q", band: [5, 25, 0.707, 0] },
] as { effects: string; band: [number, number, number, number] }[])(
  "both chips sound like sox with $effects",
  async ({ effects, band }) => {
    for (const chip of chips) {
      const session = new Session(chip)
        .route(0, 0)
        .band(2, 0, ...band)
        .commit()
        .play(settled + 24_000);
      const noise = Array.from({ length: 24_000 }, () => 0).map(whiteNoise(fullScale / 8));
      const input = (n: number): [number, number] => (n < settled ? [0, 0] : (noise[n - settled] as [number, number]));
      const heard = (await session.run(input)).outputs[0]?.subarray(settled) ?? new Int32Array();
      const wanted = sox(
        noise.map(([left]) => left),
        effects.split(" "),
      );
      expect(wanted.length).toBe(heard.length);
      const furthest = wanted.reduce((most, x, n) => Math.max(most, Math.abs(x - (heard[n] as number))), 0);
      // The RP2040's coefficients have 15 bits: 0.0008 dB of response, of noise whose peak is 2^20 steps.
      expect(furthest, `${chip}, in 24-bit steps`).toBeLessThan(chip === "rp2040" ? 9.2e-5 * 2 ** 20 : 1.5);
    }
  },
);
