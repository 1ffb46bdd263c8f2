/** Pins, slot types and I2S clocks: IN requests that carry their argument in wValue and answer a PinStatus. */
import { parameters } from "../parameters/table";
import { type Feature } from "./feature";
import { readRow } from "./plain";

export const pins: Feature = {
  in: {
    0x7c: (context, value) => context.pins.setPin(value & 0xff, value >> 8),
    0xc0: (context, value) => context.pins.setSlotType(value & 0xff, value >> 8),
    0xc2: (context, value) => context.pins.setBckPin(value & 0xff),
    0xc4: (context, value) => context.pins.setMckEnabled(value !== 0, context.rate()),
    0xc6: (context, value) => context.pins.setMckPin(value & 0xff),
    0xc8: (context, value) => context.pins.setMckMultiplier(value & 0xff, context.rate()),
    0xc9(context) {
      context.pins.limitMultiplier(context.rate());
      return readRow(context, parameters.mckMultiplier, 0);
    },
  },
};
