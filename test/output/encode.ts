import { spawn } from "node:child_process";
import { buffer, text } from "node:stream/consumers";

import { buildProgram } from "../../tools/cc";

/** Runs the C encoder of a format over interleaved stereo samples, `packet` frames per call. */
export async function encode(
  format: "spdif" | "i2s",
  rate: number,
  samples: Int32Array,
  packet = 48,
): Promise<Uint32Array> {
  const program = await buildProgram({
    name: "encode-probe",
    sources: ["test/output/encode-probe.c", "native/output/spdif.c", "native/output/i2s.c"],
    includes: ["native/output"],
    flags: ["-Wall", "-Wextra", "-Werror", "-fsanitize=undefined", "-fno-sanitize-recover"],
    libraries: ["-fsanitize=undefined"],
  });
  const child = spawn(program, [format, String(rate), String(packet)]);
  child.stdin.on("error", () => undefined); // its exit code tells
  child.stdin.end(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [bytes, message] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  const code = await exit;
  if (code !== 0) throw new Error(`encode-probe ended with ${code ?? "a signal"}: ${message}`);
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}

const fullScale = 2 ** 23;

/** Interleaved stereo: full scale and its neighbours, zero, −1, alternations, every single bit, then noise. */
export function testSamples(frames: number): Int32Array {
  const edges = [0, -1, fullScale - 1, -fullScale, 1, -2, 0x555555, fullScale - 2, 1 - fullScale];
  const bits = Array.from({ length: 24 }, (_, bit) => ((1 << bit) << 8) >> 8);
  const fixed = [...edges, ...edges.map((sample) => ~sample), ...bits, ...bits.map((sample) => ~sample)];
  let seed = 1;
  const noise = () => (seed = (Math.imul(seed, 1664525) + 1013904223) | 0) >> 8;
  // Right runs backwards, so that the channels differ.
  return Int32Array.from({ length: 2 * frames }, (_, index) => {
    const frame = index >> 1;
    const place = index & 1 ? fixed.length - 1 - frame : frame;
    return fixed[place] ?? noise();
  });
}
