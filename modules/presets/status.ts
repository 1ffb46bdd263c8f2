/** What preset operations answer. */
export const PresetStatus = Object.freeze({
  ok: 0,
  /** No such slot, or nothing that this firmware can load. */
  invalid: 1,
  empty: 2,
  damaged: 3,
  /** The flash is full or does not keep what is written; the old version is still there. */
  notWritten: 4,
});
