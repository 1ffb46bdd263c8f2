/** `dspi preset`: the ten presets of a device. */
import type { Argv, CommandModule } from "yargs";

import { applySettings } from "../modules/client/apply";
import { deletePreset, listPresets, loadPreset, savePreset, type Preset } from "../modules/client/presets";
import { readValue } from "../modules/client/wire";
import { formatValue } from "../modules/client/format";
import { presetCount } from "../modules/parameters/platforms";
import type { Vendor } from "../simulator/vendor";
import { deviceOptions, withDevice, type ConnectedDevice, type DeviceOptions } from "./connection/options";
import { print, printable, printJson } from "./print";

export const preset: CommandModule<object, object> = {
  command: "preset <action>",
  describe: "List, save, load, delete and name presets",
  builder: (yargs) =>
    yargs
      .command(list)
      .command(save)
      .command(load)
      .command(remove)
      .command(name)
      .command(startup)
      .command(saveVolume)
      .demandCommand(1, "Say what to do with presets: name an action."),
  handler: () => undefined,
};

type SlotOptions = DeviceOptions & { preset: string };

const slotArgument = (yargs: Argv) =>
  yargs
    .positional("preset", { type: "string", demandOption: true, describe: `Number 0 to ${presetCount - 1}, or name` })
    .options(deviceOptions);

const list: CommandModule<object, DeviceOptions> = {
  command: "list",
  describe: "Show what is in which preset",
  builder: (yargs) => yargs.options(deviceOptions),
  handler: (options) =>
    withDevice(options, async (device) => {
      const presets = await listPresets(device.vendor);
      if (options.json) return printJson(presets);
      for (const each of presets) print(presetLine(each));
      print(await startupText(device));
    }),
};

function presetLine({ slot, name, occupied, active }: Preset): string {
  const text = occupied || name !== "" ? `${printable(name)}${occupied ? "" : " (empty)"}`.trimStart() : "(empty)";
  return `${active ? "*" : " "} ${slot} ${text}`.trimEnd();
}

async function startupText({ vendor, names }: ConnectedDevice): Promise<string> {
  const policy = async (path: string) => formatValue(names.find(path).row, await readValue(vendor, names.find(path)));
  const slot = await policy("presets.default");
  return (await policy("presets.startup")) === "default"
    ? `starts with preset ${slot}`
    : "starts with the preset that was active last";
}

const save: CommandModule<object, SlotOptions & { name: string | undefined }> = {
  command: "save <preset>",
  describe: "Save all that is live into a preset, which becomes the active one",
  builder: (yargs) =>
    slotArgument(yargs).option("name", { type: "string", requiresArg: true, describe: "Name it, too" }),
  handler: (options) =>
    withDevice(options, async (device) => {
      const slot = await slotOf(device.vendor, options.preset);
      const settings = options.name === undefined ? [] : [device.names.parse(`preset${slot}.name`, options.name)];
      await savePreset(device.vendor, slot);
      await applySettings(device.vendor, settings);
      done(options, slot, "saved");
    }),
};

const load: CommandModule<object, SlotOptions> = {
  command: "load <preset>",
  describe: "Make a preset live; an empty one means factory defaults",
  builder: (yargs) => slotArgument(yargs),
  handler: (options) =>
    withDevice(options, async ({ vendor }) => {
      const slot = await slotOf(vendor, options.preset);
      await loadPreset(vendor, slot);
      done(options, slot, "loaded");
    }),
};

const remove: CommandModule<object, SlotOptions> = {
  command: "delete <preset>",
  describe: "Delete a preset and its name; factory defaults become live when it was the active one",
  builder: (yargs) => slotArgument(yargs),
  handler: (options) =>
    withDevice(options, async ({ vendor }) => {
      const slot = await slotOf(vendor, options.preset);
      await deletePreset(vendor, slot);
      done(options, slot, "deleted");
    }),
};

const name: CommandModule<object, SlotOptions & { text: string }> = {
  command: "name <preset> <text>",
  describe: "Name a preset; an empty text takes its name away",
  builder: (yargs) =>
    slotArgument(yargs).positional("text", {
      type: "string",
      demandOption: true,
      describe: "At most 31 bytes of UTF-8",
    }),
  handler: (options) =>
    withDevice(options, async ({ vendor, names }) => {
      const slot = await slotOf(vendor, options.preset);
      await applySettings(vendor, [names.parse(`preset${slot}.name`, options.text)]);
      done(options, slot, "named");
    }),
};

const startup: CommandModule<object, DeviceOptions & { preset: string | undefined }> = {
  command: "startup [preset]",
  describe: "Show or choose what the device starts with: a preset, or last-active",
  builder: (yargs) =>
    yargs
      .positional("preset", { type: "string", describe: `Number 0 to ${presetCount - 1}, name, or last-active` })
      .options(deviceOptions),
  handler: (options) =>
    withDevice(options, async (device) => {
      const { vendor, names } = device;
      const choose = async (choice: string) => {
        if (choice === "last-active") return [names.parse("presets.startup", choice)];
        const slot = await slotOf(vendor, choice);
        return [names.parse("presets.startup", "default"), names.parse("presets.default", slot)];
      };
      if (options.preset !== undefined) await applySettings(vendor, await choose(options.preset));
      if (!options.json) return print(await startupText(device));
      const mode = await readValue(vendor, names.find("presets.startup"));
      const slot = await readValue(vendor, names.find("presets.default"));
      printJson({ startup: formatValue(names.find("presets.startup").row, mode), default: slot });
    }),
};

const saveVolume: CommandModule<object, DeviceOptions> = {
  command: "save-volume",
  describe: "Keep the master volume for the next power-on",
  builder: (yargs) => yargs.options(deviceOptions),
  handler: (options) =>
    withDevice(options, async ({ vendor }) => {
      const status = (await vendor.get(0xd6, 0, 1)).getUint8(0);
      if (status !== 0) throw new Error("the flash memory could not be written");
      const decibels = (await vendor.get(0xd7, 0, 4)).getFloat32(0, true);
      if (options.json) printJson({ savedVolume: decibels });
      else print(`saved ${Number(decibels.toFixed(2))} dB`);
    }),
};

/** The slot that a number or a name means. */
export async function slotOf(vendor: Vendor, text: string): Promise<number> {
  if (/^\d$/.test(text)) return Number(text);
  const presets = await listPresets(vendor);
  const found = presets.filter((each) => text !== "" && each.name === text);
  const [only] = found;
  if (only && found.length === 1) return only.slot;
  if (found.length > 1)
    throw new Error(`presets ${found.map(({ slot }) => slot).join(", ")} have that name: say a number`);
  const named = presets.filter((each) => each.name !== "").map((each) => `${each.slot} (${printable(each.name)})`);
  throw new Error(`no preset "${text}": expected 0 to ${presetCount - 1} or a name; there are ${named.join(", ")}`);
}

function done({ json }: DeviceOptions, slot: number, what: string): void {
  if (json) printJson({ slot, done: what });
  else print(`preset ${slot} ${what}`);
}
