import { spawn } from "node:child_process";
import { text, buffer } from "node:stream/consumers";

import { buildProgram } from "../../tools/cc";

export const fullScale = 2 ** 27;
/** `PDM_MODULATION`: the mean that full scale has in the bits. */
export const modulation = 0.9;
/** Bytes per frame of the stream. */
export const frameBytes = 32;

export interface Modulated {
  bits: Uint8Array;
  /** The first frame after `stop` from which on the modulator was idle; −1 if it was not. */
  idle: number;
  /** CPU time in ns. */
  time: number;
}

export interface Run {
  /** Frames per call. */
  packet?: number;
  /** Frame at which it is started and stopped; by default, it runs from the first to the last. */
  start?: number;
  stop?: number;
  /** What its integrals are at the start. */
  upset?: number;
  /** Compiler flags. */
  flags?: string[];
  /** Name of the program, if its flags differ. */
  program?: string;
}

/** Runs the modulator's C code over samples. */
export async function modulate(samples: Int32Array, run: Run = {}): Promise<Modulated> {
  const program = await buildProgram({
    name: run.program ?? "pdm-probe",
    sources: ["test/output/pdm-probe.c", "native/output/pdm.c", "native/output/pdm_modulate.c"],
    includes: ["native/output"],
    flags: ["-Wall", "-Wextra", "-Werror", ...(run.flags ?? [])],
  });
  const times = [run.packet ?? 48, run.start ?? 0, run.stop ?? samples.length];
  const child = spawn(program, [...times, ...(run.upset === undefined ? [] : [run.upset])].map(String));
  child.stdin.on("error", () => undefined); // its exit code tells
  child.stdin.end(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [bits, message] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  const code = await exit;
  if (code !== 0) throw new Error(`pdm-probe ended with ${code ?? "a signal"}: ${message}`);
  const [idle = NaN, time = NaN] = message.trim().split(" ").map(Number);
  return { bits, idle, time };
}

/** `length` samples of a function of the frame number, full scale = 1. */
export function signal(length: number, level: (frame: number) => number): Int32Array {
  return Int32Array.from({ length }, (_, n) =>
    Math.max(-fullScale, Math.min(fullScale - 1, Math.round(level(n) * fullScale))),
  );
}
