/** Meters and counters: 0x50 with its selectors, and 0x83, which clears the clip flags. */
import { answerU32, type Context, type Feature } from "./feature";

/** Peaks of all channels, both loads and the clip flags in one answer. */
const combined = 9;
/** Selectors above this are no counters of anything. */
const lastCounter = 22;

function combinedStatus(context: Context): DataView {
  const { engine, host } = context;
  const { channels } = context.parameters.platform;
  const answer = context.answer(2 * channels + 4);
  for (let channel = 0; channel < channels; channel++) answer.setUint16(2 * channel, engine.peak(channel), true);
  answer.setUint8(2 * channels, host.load(0));
  answer.setUint8(2 * channels + 1, host.load(1));
  answer.setUint16(2 * channels + 2, engine.clips(), true);
  return answer;
}

export const status: Feature = {
  in: {
    0x50(context, value) {
      const { engine, host } = context;
      const selector = value & 0xff;
      if (selector === combined) return combinedStatus(context);
      if (selector > lastCounter) return answerU32(context, 0);
      if (selector > 2) return answerU32(context, host.counter(selector));
      const peak = engine.peak(2 * selector);
      if (selector === 2) return answerU32(context, peak | (host.load(0) << 16) | (host.load(1) << 24));
      return answerU32(context, peak | (engine.peak(2 * selector + 1) << 16));
    },
    0x83(context) {
      const answer = context.answer(2);
      answer.setUint16(0, context.engine.clearClips(), true);
      return answer;
    },
  },
};
