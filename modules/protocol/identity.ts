/** Who the device is: 0x7E and 0x7F. */
import type { Feature } from "./feature";

/** DSPi firmware that this one is compatible with, 1.1.3: major, then minor × 16 + patch. */
const firmwareVersion = Object.freeze([0x01, 0x13] as const);

const serialLength = 16;

export const identity: Feature = {
  in: {
    0x7e(context) {
      const serial = context.host.serial();
      const answer = context.answer(serialLength);
      for (let i = 0; i < serialLength; i++) answer.setUint8(i, serial.charCodeAt(i));
      return answer;
    },
    0x7f(context) {
      const { id, outputs } = context.parameters.platform;
      const answer = context.answer(4);
      answer.setUint8(0, id);
      answer.setUint8(1, firmwareVersion[0]);
      answer.setUint8(2, firmwareVersion[1]);
      answer.setUint8(3, outputs);
      return answer;
    },
  },
};
