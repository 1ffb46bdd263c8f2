import { describe, expect, it } from "vitest";

import { platformOf } from "./platforms";
import { Store } from "./store";
import { parameters } from "./table";

const { volume, outputGain, bandFrequency, bandType, channelName, crossfeedPreset, loudnessEnabled } = parameters;

function freshStore(platform = 1): { store: Store; memory: ArrayBuffer } {
  const memory = new ArrayBuffer(Store.bytes);
  return { store: new Store(platformOf(platform), memory), memory };
}

describe("the parameter store", () => {
  it("starts with factory defaults in blank memory", () => {
    const { store } = freshStore();
    expect(store.restored).toBe(false);
    expect(store.get(volume)).toBe(-20);
    expect(store.get(crossfeedPreset)).toBe(0);
  });

  it("keeps values over a restart with the same memory", () => {
    for (const platform of [0, 1]) {
      const { store, memory } = freshStore(platform);
      store.set(outputGain, 1, -7.5);
      store.setText(channelName, 3, [72, 105]);
      const again = new Store(platformOf(platform), memory);
      expect(again.restored).toBe(true);
      expect(again.get(outputGain, 1)).toBe(-7.5);
      expect([...again.text(channelName, 3)].slice(0, 3)).toEqual([72, 105, 0]);
    }
  });

  it("goes back to factory defaults when the header of the memory is not its own", () => {
    const { store, memory } = freshStore();
    store.set(volume, 0, -3);
    new Uint32Array(memory)[0] = 1;
    const again = new Store(platformOf(1), memory);
    expect(again.restored).toBe(false);
    expect(again.get(volume)).toBe(-20);
  });

  it("goes back to factory defaults when a value in memory is none that could have been set", () => {
    for (const garbage of [NaN, Infinity, 1e9]) {
      const { store, memory } = freshStore();
      store.set(volume, 0, -3);
      new Float32Array(memory)[50] = garbage;
      const again = new Store(platformOf(1), memory);
      expect(again.restored).toBe(false);
      expect(again.get(volume)).toBe(-20);
    }
  });

  it("goes back to factory defaults when memory between the values has been written to", () => {
    for (const offset of [0, 7, 110, 255, 366, 2895]) {
      const { store, memory } = freshStore();
      store.set(volume, 0, -3);
      const image = new Uint8Array(memory, 4);
      image[offset] = (image[offset] as number) ^ 0x80;
      const again = new Store(platformOf(1), memory);
      expect([offset, again.restored]).toEqual([offset, false]);
      expect([again.image[0], again.image[110], again.image[2895]]).toEqual([6, 0, 0]);
    }
  });

  it("does not take the other platform's memory for its own", () => {
    const { memory } = freshStore(1);
    expect(new Store(platformOf(0), memory).restored).toBe(false);
  });

  it("clamps numbers to the range of their row", () => {
    const { store } = freshStore();
    store.set(bandFrequency, 0, 5);
    expect(store.get(bandFrequency, 0)).toBe(10);
    store.set(bandFrequency, 0, 25000);
    expect(store.get(bandFrequency, 0)).toBe(20000);
  });

  it("ignores numbers that are not finite", () => {
    const { store } = freshStore();
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(store.set(volume, 0, value)).toBe(false);
      expect(store.get(volume)).toBe(-20);
    }
  });

  it("takes −∞ as silence for the gain of an output, and stores −128", () => {
    const { store } = freshStore();
    expect(store.set(outputGain, 0, -Infinity)).toBe(true);
    expect(store.get(outputGain, 0)).toBe(-128);
  });

  it("makes a flag of any byte, keeps bytes as sent and ignores choices that do not exist", () => {
    const { store } = freshStore();
    store.set(loudnessEnabled, 0, 7);
    expect(store.get(loudnessEnabled)).toBe(1);
    store.set(bandType, 0, 200);
    expect(store.get(bandType, 0)).toBe(200);
    expect(store.set(crossfeedPreset, 0, 4)).toBe(false);
    expect(store.get(crossfeedPreset)).toBe(0);
  });

  it("keeps the first 31 bytes of a text and ends it with 0", () => {
    const { store } = freshStore();
    store.setText(channelName, 0, new Uint8Array(64).fill(65));
    expect([...store.text(channelName, 0)]).toEqual([...new Array<number>(31).fill(65), 0]);
  });

  it("tells of a change with its row and index, and only of a change", () => {
    const { store } = freshStore();
    const changes: string[] = [];
    store.onChange = (row, index) => changes.push(`${row.name} ${index}`);
    expect(store.set(outputGain, 2, -1)).toBe(true);
    expect(store.set(outputGain, 2, -1)).toBe(false);
    store.setText(channelName, 4, [65]);
    store.setText(channelName, 4, [65]);
    expect(changes).toEqual(["{output}.gain 2", "{channel}.name 4"]);
  });
});
