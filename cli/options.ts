/** Options that several commands share. */
export const chips = ["rp2040", "rp2350"] as const;
export type Chip = (typeof chips)[number];

export const chipOption = {
  choices: chips,
  default: "rp2350" as Chip,
  requiresArg: true,
  describe: "Chip to simulate: a Pico (rp2040) or a Pico 2 (rp2350)",
};

/** A port number out of an option; throws an Error that names the option. */
export function port(name: string) {
  return (value: unknown): number => {
    const number = typeof value === "number" ? value : NaN;
    if (!Number.isInteger(number) || number < 0 || number > 65535) {
      throw new Error(`--${name} takes one port number of 0 (any free port) to 65535.`);
    }
    return number;
  };
}
