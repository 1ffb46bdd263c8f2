import { describe, expect, it } from "vitest";

import { applyBulk, bulkImage, BulkImage } from "./bulk";
import { bulkLength, imageLength } from "./layout";
import { platformOf } from "./platforms";
import { Store } from "./store";
import { parameters } from "./table";

const { levellerAmount, loudnessReference, preamp, volume, slotType, channelName } = parameters;
const all = { pins: true, volume: true };

function freshStore(): Store {
  return new Store(platformOf(1), new ArrayBuffer(Store.bytes));
}

/** A store in which rows of every part of the packet are not as the factory has them. */
function dressedStore(): Store {
  const store = freshStore();
  store.set(levellerAmount, 0, 77);
  store.set(loudnessReference, 0, 66);
  store.set(preamp, 0, -5);
  store.set(preamp, 1, -7);
  store.set(volume, 0, -33);
  store.set(slotType, 2, 1);
  store.setText(channelName, 10, [83, 117, 98]);
  return store;
}

describe("a bulk image", () => {
  it("brings every value back", () => {
    const store = dressedStore();
    const view = bulkImage(store, imageLength);
    const again = freshStore();
    const image = new BulkImage(again, view);
    expect(image.isValid()).toBe(true);
    applyBulk(again, image, all);
    expect([...new Uint8Array(bulkImage(again, imageLength).buffer)]).toEqual([...new Uint8Array(view.buffer)]);
  });

  it("that was written when the table was shorter gives the rows it has, and their defaults to the others", () => {
    const whole = bulkImage(dressedStore(), bulkLength);
    whole.setUint16(6, 2848, true);
    const shorter = new DataView(whole.buffer, 0, 2848); // before the leveller, the preamps and the volume
    const store = freshStore();
    store.set(levellerAmount, 0, 11);
    store.set(volume, 0, -3);
    const image = new BulkImage(store, shorter);
    expect(image.isValid()).toBe(true);
    applyBulk(store, image, all);
    expect(store.get(loudnessReference)).toBe(66);
    expect(store.get(levellerAmount)).toBe(50);
    expect([store.get(preamp, 0), store.get(preamp, 1)]).toEqual([-5, -5]); // the one for both
    expect(store.get(volume)).toBe(-3);
  });

  it("of version 4 means 256 by a multiplier of 0, also when 0 is what is live", () => {
    const image = bulkImage(dressedStore(), bulkLength);
    image.setUint8(0, 4);
    const store = freshStore();
    applyBulk(store, new BulkImage(store, image), all);
    expect(store.get(parameters.mckMultiplier)).toBe(1);
  });

  it("that says to be longer than it is, is not valid", () => {
    const whole = bulkImage(dressedStore(), bulkLength);
    expect(new BulkImage(freshStore(), new DataView(whole.buffer, 0, 2864)).isValid()).toBe(false);
  });

  it("leaves pins and volume alone when told to", () => {
    const other = dressedStore();
    other.set(parameters.pin, 0, 20);
    const store = freshStore();
    applyBulk(store, new BulkImage(store, bulkImage(other, bulkLength)), { pins: false, volume: false });
    expect([store.get(parameters.pin, 0), store.get(volume), store.get(slotType, 2)]).toEqual([6, -20, 1]);
  });

  it("is no longer than the packet as long as every row is on the wire", () => {
    expect(imageLength).toBe(2896);
  });
});
