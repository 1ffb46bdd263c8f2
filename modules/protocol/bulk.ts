/** All live parameters in one packet: 0xA0 reads, 0xA1 sets. */
import { applyBulk, bulkImage, BulkImage } from "../parameters/bulk";
import { bulkLength } from "../parameters/layout";
import { inputCount } from "../parameters/platforms";
import { parameters } from "../parameters/table";
import type { Context, Feature } from "./feature";

const { channelDelay, outputDelay } = parameters;

/** As when they are set one by one, an output's delay is that of its channel. */
function shareDelays({ parameters: store }: Context): void {
  for (let output = 0; output < store.count(outputDelay); output++)
    store.set(channelDelay, inputCount + output, store.get(outputDelay, output));
}

export const bulk: Feature = {
  in: {
    /** Not `context.answer`, which keeps what it gives: this is needed rarely, and long. */
    0xa0: (context) => bulkImage(context.parameters, bulkLength),
  },
  out: {
    0xa1(context, _, payload) {
      if (payload.byteLength !== bulkLength) return;
      const image = new BulkImage(context.parameters, payload);
      if (!image.isValid()) return;
      const pins = context.presets.takesPins(image);
      applyBulk(context.parameters, image, { pins, volume: true });
      shareDelays(context);
      context.settle();
    },
  },
};
