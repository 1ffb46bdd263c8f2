/** Presets and their directory: 0x51–0x53, 0x90–0x9A, 0xD4–0xD7. What they answer is the outcome: all is done by then. */
import { PresetStatus } from "../presets/status";
import { slotCount } from "../presets/slots";
import { answerF32, type Context, type Feature } from "./feature";

/** What the older requests 0x51–0x53 and 0xD6 answer. */
const FlashStatus = Object.freeze({ ok: 0, failed: 1, damaged: 3 });

function flashStatus(status: number): number {
  if (status === PresetStatus.ok) return FlashStatus.ok;
  return status === PresetStatus.damaged ? FlashStatus.damaged : FlashStatus.failed;
}

function load(context: Context, slot: number): number {
  const status = context.presets.load(slot);
  context.settle();
  return status;
}

export const presets: Feature = {
  in: {
    0x51(context) {
      const status = context.presets.save(context.presets.active);
      return flashStatus(status);
    },
    0x52(context) {
      const status = load(context, context.presets.active);
      return flashStatus(status);
    },
    0x53(context) {
      context.presets.reset();
      context.settle();
      return FlashStatus.ok;
    },
    0x90: (context, value) => context.presets.save(value & 0xff),
    0x91: (context, value) => load(context, value & 0xff),
    0x92(context, value) {
      const status = context.presets.delete(value & 0xff);
      context.settle();
      return status;
    },
    0x93(context, value) {
      const slot = value & 0xff;
      if (slot >= slotCount) return undefined;
      const name = context.presets.slots.name(slot);
      return new DataView(name.buffer);
    },
    /** u16 occupied slots, u8 startup mode, default slot, last active slot, include pins, volume mode. */
    0x95(context) {
      const { slots, directory } = context.presets;
      const { startupMode, defaultSlot, lastActiveSlot, includePins, volumeMode } = directory.settings;
      const answer = context.answer(7);
      answer.setUint16(0, slots.occupied, true);
      answer.setUint8(2, startupMode);
      answer.setUint8(3, defaultSlot);
      answer.setUint8(4, lastActiveSlot);
      answer.setUint8(5, includePins);
      answer.setUint8(6, volumeMode);
      return answer;
    },
    0x97(context) {
      const { startupMode, defaultSlot, lastActiveSlot } = context.presets.directory.settings;
      const answer = context.answer(3);
      answer.setUint8(0, startupMode);
      answer.setUint8(1, defaultSlot);
      answer.setUint8(2, lastActiveSlot);
      return answer;
    },
    0x99: (context) => context.presets.directory.settings.includePins,
    0x9a: (context) => context.presets.active,
    0xd5: (context) => context.presets.directory.settings.volumeMode,
    0xd6(context) {
      const status = context.presets.saveVolume();
      return flashStatus(status);
    },
    0xd7: (context) => answerF32(context, context.presets.directory.settings.savedVolume),
  },
  out: {
    0x94: (context, value, payload) => context.presets.slots.rename(value & 0xff, new Uint8Array(payload.buffer)),
    /** u8 mode, u8 slot. */
    0x96(context, _, payload) {
      if (payload.byteLength < 2) return;
      context.presets.directory.update({ startupMode: payload.getUint8(0), defaultSlot: payload.getUint8(1) });
    },
    0x98: (context, _, payload) => context.presets.directory.update({ includePins: payload.getUint8(0) === 0 ? 0 : 1 }),
    0xd4: (context, _, payload) => context.presets.directory.update({ volumeMode: payload.getUint8(0) === 1 ? 1 : 0 }),
  },
};
