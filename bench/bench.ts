import { parseArgs } from "node:util";

/** `npm run bench -- NAME …`: prints measured figures beside what is wanted. Times are ratios within one run. */
const benches: Record<string, { about: string; run: () => Promise<void> }> = {
  accuracy: {
    about: "response against the RBJ formulas, noise of every filter, both arithmetics",
    run: async () => (await import("./accuracy")).accuracy(),
  },
  sound: {
    about: "accuracy, loudness, crossfeed, leveller, clicks, PDM, beside DSPi 1.1.3",
    run: async () => (await import("./sound")).sound(),
  },
  engine: {
    about: "cycles and instructions of the filters, packets and PDM on emulated cores of both chips, beside DSPi 1.1.3",
    run: async () => (await import("./engine")).engine(),
  },
  arithmetic: {
    about: "cycles of the RP2040's arithmetic of doubles and division, beside libgcc's",
    run: async () => (await import("./arithmetic")).arithmetic(),
  },
  m33: {
    about: "the emulator's Cortex-M33 beside qemu's: 100,000 random programs, exceptions, instructions; its speed",
    run: async () => (await import("./m33")).m33(),
  },
  speed: {
    about: "rendering against real time, beside sox",
    run: async () => (await import("./speed")).speed(),
  },
  control: {
    about: "requests answered by TypeScript on XS while audio plays, and its heap",
    run: async () => (await import("./control")).control(),
  },
  pdm: {
    about: "SINAD of the PDM output",
    run: async () => (await import("./pdm")).pdm(),
  },
  streaming: {
    about: "latency, fill and losses of the emulated Pico's audio path, and the load of its cores, beside DSPi 1.1.3",
    run: async () => (await import("./streaming")).streaming(),
  },
  presets: {
    about: "bulk packets and presets: their time, and cycles of export, factory reset and import",
    run: async () => (await import("./presets")).presets(),
  },
  firmware: {
    about: "loads and latencies of the firmware on an emulated chip, beside DSPi 1.1.3; --chip rp2040|rp2350",
    run: async () => (await import("./firmware")).firmware(chip ?? "rp2040"),
  },
  fuzz: {
    about: "1,000,000 random and mutated control transfers from eight clients",
    run: async () => (await import("./fuzz")).fuzz(),
  },
};

const { values, positionals: names } = parseArgs({
  args: process.argv.slice(2),
  options: { chip: { type: "string" } },
  allowPositionals: true,
});
const { chip } = values;
const unknown = names.filter((name) => !(name in benches));
if (names.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`No bench is called ${unknown.join(", ")}.`);
  console.error("Usage: npm run bench -- NAME …");
  for (const [name, { about }] of Object.entries(benches)) console.error(`  ${name.padEnd(12)}${about}`);
  process.exit(1);
}
for (const name of names) await benches[name]?.run();
export {};
