/** Crosspoints of the matrix: 0x70 sets and 0x71 reads { u8 input, output, enabled, invert; f32 dB }. */
import { inputCount } from "../parameters/platforms";
import { accept } from "../parameters/row";
import { parameters } from "../parameters/table";
import type { Context, Feature } from "./feature";

const { routeEnabled, routeInvert, routeGain } = parameters;

/** Position of a route in the rows, or −1. */
function routeIndex(context: Context, input: number, output: number): number {
  if (input >= inputCount || output >= context.parameters.platform.outputs) return -1;
  return output * inputCount + input;
}

export const routes: Feature = {
  in: {
    0x71(context, value) {
      const index = routeIndex(context, value >> 8, value & 0xff);
      if (index < 0) return undefined;
      const store = context.parameters;
      const answer = context.answer(8);
      answer.setUint8(0, value >> 8);
      answer.setUint8(1, value & 0xff);
      answer.setUint8(2, store.get(routeEnabled, index));
      answer.setUint8(3, store.get(routeInvert, index));
      answer.setFloat32(4, store.get(routeGain, index), true);
      return answer;
    },
  },
  out: {
    0x70(context, _, payload) {
      if (payload.byteLength < 8) return;
      const index = routeIndex(context, payload.getUint8(0), payload.getUint8(1));
      const gain = accept(routeGain, payload.getFloat32(4, true));
      if (index < 0 || gain === undefined) return;
      const store = context.parameters;
      store.set(routeEnabled, index, payload.getUint8(2));
      store.set(routeInvert, index, payload.getUint8(3));
      store.set(routeGain, index, gain);
    },
  },
};
