/** Older forms of requests: one preamp for both inputs; gain and mute of outputs 1, 2 and PDM as indices 0, 1, 2. */
import { legacyOutput } from "../parameters/platforms";
import { parameters } from "../parameters/table";
import type { Feature } from "./feature";
import { readRow, writeRow } from "./plain";

const { preamp, outputGain, outputMute } = parameters;

export const legacy: Feature = {
  in: {
    0x45: (context) => readRow(context, preamp, 0),
    0x55: (context, value) => readRow(context, outputGain, legacyOutput(context.parameters.platform, value & 0xff)),
    0x57: (context, value) => readRow(context, outputMute, legacyOutput(context.parameters.platform, value & 0xff)),
  },
  out: {
    0x44(context, _, payload) {
      writeRow(context, preamp, 0, payload);
      writeRow(context, preamp, 1, payload);
    },
    0x54: (context, value, payload) =>
      writeRow(context, outputGain, legacyOutput(context.parameters.platform, value & 0xff), payload),
    0x56: (context, value, payload) =>
      writeRow(context, outputMute, legacyOutput(context.parameters.platform, value & 0xff), payload),
  },
};
