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
  presets: {
    about: "bulk packets and presets: their time, and cycles of export, factory reset and import",
    run: async () => (await import("./presets")).presets(),
  },
  fuzz: {
    about: "1,000,000 random and mutated control transfers from eight clients",
    run: async () => (await import("./fuzz")).fuzz(),
  },
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (names.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`No bench is called ${unknown.join(", ")}.`);
  console.error("Usage: npm run bench -- NAME …");
  for (const [name, { about }] of Object.entries(benches)) console.error(`  ${name.padEnd(10)}${about}`);
  process.exit(1);
}
for (const name of names) await benches[name]?.run();
export {};
