/** Who keeps what in the log: the types of its records. */
export const RecordType = Object.freeze({
  /** Key 0: the directory's settings. */
  settings: 1,
  /** Key: slot. */
  presetName: 2,
  /** Key: slot. */
  preset: 3,
});

/** What a record is to a user, for reports. */
export function describeRecord(type: number, key: number): string {
  if (type === RecordType.settings) return "The preset settings";
  if (type === RecordType.presetName) return `The name of preset ${key}`;
  if (type === RecordType.preset) return `Preset ${key}`;
  return `Record ${type}/${key}`;
}
