/** Older forms of requests: one preamp for both inputs; gain and mute of outputs 1, 2 and PDM as indices 0, 1, 2. */
import { pdmOutput, type Platform } from "../parameters/platforms";
import { parameters } from "../parameters/table";
import type { Feature } from "./feature";
import { readRow, writeRow } from "./plain";

const { preamp, outputGain, outputMute } = parameters;

/** The output of a legacy index; one that no output has when the index is out of range. */
function outputOf(platform: Platform, value: number): number {
  const index = value & 0xff;
  return index < 2 ? index : index === 2 ? pdmOutput(platform) : platform.outputs;
}

export const legacy: Feature = {
  in: {
    0x45: (context) => readRow(context, preamp, 0),
    0x55: (context, value) => readRow(context, outputGain, outputOf(context.parameters.platform, value)),
    0x57: (context, value) => readRow(context, outputMute, outputOf(context.parameters.platform, value)),
  },
  out: {
    0x44(context, _, payload) {
      writeRow(context, preamp, 0, payload);
      writeRow(context, preamp, 1, payload);
    },
    0x54: (context, value, payload) =>
      writeRow(context, outputGain, outputOf(context.parameters.platform, value), payload),
    0x56: (context, value, payload) =>
      writeRow(context, outputMute, outputOf(context.parameters.platform, value), payload),
  },
};
