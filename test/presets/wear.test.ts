import { expect, it } from "vitest";

import { PresetStatus } from "../../modules/presets/status";
import { CutFlash } from "./cut-flash";
import { Device, imageLength } from "./device";

/** Erases that a sector is good for, by the flash's data sheet (W25Q16JV: "min. 100K program-erase cycles"). */
const rating = 100_000;

it("100,000 saves of a preset wear no sector beyond its rating, and all of them alike", { timeout: 120_000 }, () => {
  const sectors = 32; // 128 KB: half of what the device has for presets, board states, behaviours and clips
  const saves = 100_000;
  const flash = new CutFlash(sectors);
  const device = new Device(flash);
  const image = new Uint8Array(imageLength).fill(0x5a);
  image[0] = 1;
  for (let slot = 0; slot < 10; slot++) device.slots.save(slot, image);
  const fields = new DataView(image.buffer);
  for (let i = 0; i < saves; i++) {
    fields.setUint32(4, i);
    const slot = i % 3 === 0 ? 1 : 0; // two in use, eight that must move out of the way all the time
    if (device.slots.save(slot, image) !== PresetStatus.ok) throw new Error(`save ${i} failed`);
    if (device.directory.update({ lastActiveSlot: slot }) !== PresetStatus.ok) throw new Error(`update ${i} failed`);
  }
  const most = Math.max(...flash.erases);
  const least = Math.min(...flash.erases);
  const perSave = flash.eraseCount / saves;
  console.log(
    `wear: ${saves} saves, ${sectors} sectors: ${least}–${most} erases a sector, ${perSave.toFixed(2)} erases and ` +
      `${(flash.operations / saves - perSave).toFixed(1)} programs a save`,
  );
  expect(most).toBeLessThanOrEqual(rating / 10); // a margin of ten, for smaller areas and other records
  expect(most - least).toBeLessThanOrEqual(1);
  expect(new Device(flash).log.report).toEqual([]);
});
