import { designBand } from "../modules/dsp/biquad";
import { noiseLimit, noiseRows, worstDeviation } from "../test/engine/accuracy";
import { askKernels, chips, designText } from "../test/engine/programs";

const rates = [44_100, 48_000, 96_000];
const types = ["", "peaking", "low shelf", "high shelf", "low pass", "high pass"];
const grid = {
  frequencies: [20, 50, 200, 1000, 5000, 12_000, 20_000],
  qs: [0.1, 0.5, 0.707, 1, 4, 10, 20],
  gains: [-20, -6, -1, 1, 6, 20],
};
/** Wanted at most, dB. */
const deviationLimit = 0.002;

/** Filters of both arithmetics against the cookbook's formulas, and their noise. */
export async function accuracy(): Promise<void> {
  console.log(`Response against the Audio EQ Cookbook, worst deviation in dB (wanted: ${deviationLimit})
at 100 frequencies from 20 Hz to 20 kHz (to 0.45 Fs), corners ${grid.frequencies.join(", ")} Hz (to 0.45 Fs),
Q ${grid.qs.join(", ")}, gains ${grid.gains.join(", ")} dB.
"held": the transfer function of the coefficients that the arithmetic keeps.
"played": a sweep through the filter, output over input, where the response is above -40 dB.`);
  console.table(await deviations());
  console.log(`Noise in dB re full scale: output less that of a long-double filter with the same held coefficients;
24-bit input of 30 Hz + 997 Hz + 7919 Hz, each -10 dBFS: 30 Hz meets the slowest filters at their resonance.`);
  console.table(await noises());
}

async function deviations() {
  const rows = [];
  for (let type = 1; type <= 5; type++) {
    for (const rate of rates) {
      const row: Record<string, string | number> = { type: types[type] as string, rate };
      for (const chip of chips) {
        const { held, played } = await worstDeviation(chip, type, rate, grid);
        row[`${chip} held`] = held.toFixed(5);
        row[`${chip} played`] = played.toFixed(5);
        row[`${chip} within`] = Math.max(held, played) <= deviationLimit ? "yes" : "NO";
      }
      rows.push(row);
    }
  }
  return rows;
}

async function noises() {
  const commands = noiseRows.map(({ rate, band }) => `noise ${rate} ${designText(designBand(...band, rate))}`);
  const rows: Record<string, string>[] = noiseRows.map(({ name }) => ({ filter: name }));
  for (const chip of chips) {
    (await askKernels(chip, commands)).forEach(([noise], row) => {
      const name = chip === "rp2040" ? "q28 (rp2040)" : "f32 (rp2350)";
      Object.assign(rows[row] as object, { [name]: noise?.toFixed(1), [`${name} wanted`]: noiseLimit[chip] });
    });
  }
  return rows;
}
