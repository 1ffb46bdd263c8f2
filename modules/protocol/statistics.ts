/** Fill of the output buffers (0xB0, 0xB1) and errors on the USB wires (0xB2, 0xB3). */
import { portCount } from "../pins/pin-map";
import { coreMode, CoreMode } from "./core1";
import { type Feature } from "./feature";

/** Selector of the current alternate setting among the counters. */
const alternateSetting = 11;

/** Offsets and sizes of the 44 bytes of 0xB0; the slots' records are followed by that of PDM. */
const Buffers = Object.freeze({ slots: 0, flags: 1, sequence: 2, records: 4, pdm: 36, recordBytes: 8, length: 44 });
const bufferFigures = 6;
const Flag = Object.freeze({ pdmRunning: 1, streaming: 2 });

/** CRC, bit stuffing, RX overflow, RX timeout, data sequence. */
const errorKinds = 5;

export const statistics: Feature = {
  in: {
    0xb0(context) {
      const { host } = context;
      const { platform } = context.parameters;
      const isPdmRunning = coreMode(context.parameters) === CoreMode.pdm;
      const flags = (isPdmRunning ? Flag.pdmRunning : 0) | (host.counter(alternateSetting) > 0 ? Flag.streaming : 0);
      const answer = context.answer(Buffers.length);
      answer.setUint8(Buffers.slots, platform.slots);
      answer.setUint8(Buffers.flags, flags);
      answer.setUint16(Buffers.sequence, host.nextSequence(), true);
      for (let port = 0; port < portCount(platform); port++) {
        const isPdm = port === platform.slots;
        const at = isPdm ? Buffers.pdm : Buffers.records + port * Buffers.recordBytes;
        for (let figure = 0; figure < bufferFigures; figure++)
          answer.setUint8(at + figure, isPdm && !isPdmRunning ? 0 : host.buffer(port, figure));
      }
      return answer;
    },
    0xb1(context, value) {
      if (value & 1) context.host.resetWatermarks();
      return 1;
    },
    /** u32 total, then one of each kind. */
    0xb2(context) {
      const answer = context.answer(4 * (1 + errorKinds));
      let total = 0;
      for (let kind = 0; kind < errorKinds; kind++) {
        const count = context.usb.errors(kind);
        answer.setUint32(4 * (1 + kind), count, true);
        total += count;
      }
      answer.setUint32(0, total, true);
      return answer;
    },
    0xb3(context) {
      context.usb.clearErrors();
      return 1;
    },
  },
};
