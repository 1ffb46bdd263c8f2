/** Output requests that do more than set a value: the enable interlock, and delays that channels share. */
import { inputCount } from "../parameters/platforms";
import { parameters } from "../parameters/table";
import { coreMode, wouldConflict } from "./core1";
import { type Feature } from "./feature";
import { writeRow } from "./plain";

const { outputEnabled, outputDelay, channelDelay } = parameters;

export const outputs: Feature = {
  in: {
    0x7a: (context) => coreMode(context.parameters),
    0x7b: (context, value) => (wouldConflict(context.parameters, value & 0xff) ? 1 : 0),
  },
  out: {
    0x72(context, value, payload) {
      const output = value & 0xff;
      if (payload.getUint8(0) !== 0 && wouldConflict(context.parameters, output)) return;
      writeRow(context, outputEnabled, output, payload);
    },
    0x78(context, value, payload) {
      const output = value & 0xff;
      writeRow(context, outputDelay, output, payload);
      writeRow(context, channelDelay, inputCount + output, payload);
    },
  },
};
