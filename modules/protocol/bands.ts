/** EQ bands: 0x42 sets all four fields at once, 0x43 reads one. */
import { bandCount, storedBands } from "../parameters/platforms";
import { accept } from "../parameters/row";
import { parameters } from "../parameters/table";
import { answerF32, answerU32, type Context, type Feature } from "./feature";

const { bandType, bandFrequency, bandQ, bandGain } = parameters;

/** Position of a band in the rows, or −1. */
function bandIndex(context: Context, channel: number, band: number): number {
  if (channel >= context.parameters.platform.channels || band >= bandCount) return -1;
  return channel * storedBands + band;
}

export const bands: Feature = {
  in: {
    0x43(context, value) {
      const index = bandIndex(context, value >> 8, (value >> 4) & 15);
      if (index < 0) return undefined;
      const store = context.parameters;
      switch (value & 15) {
        case 0:
          return answerU32(context, store.get(bandType, index));
        case 1:
          return answerF32(context, store.get(bandFrequency, index));
        case 2:
          return answerF32(context, store.get(bandQ, index));
        case 3:
          return answerF32(context, store.get(bandGain, index));
        default:
          return answerU32(context, 0);
      }
    },
  },
  out: {
    /** u8 channel, band, type, reserved; f32 frequency, Q, gain. */
    0x42(context, _, payload) {
      if (payload.byteLength < 16) return;
      const index = bandIndex(context, payload.getUint8(0), payload.getUint8(1));
      const frequency = accept(bandFrequency, payload.getFloat32(4, true));
      const q = accept(bandQ, payload.getFloat32(8, true));
      const gain = accept(bandGain, payload.getFloat32(12, true));
      if (index < 0 || frequency === undefined || q === undefined || gain === undefined) return;
      const store = context.parameters;
      store.set(bandType, index, payload.getUint8(2));
      store.set(bandFrequency, index, frequency);
      store.set(bandQ, index, q);
      store.set(bandGain, index, gain);
    },
  },
};
