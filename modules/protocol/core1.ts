/** What the second core does: it cannot run the PDM modulator and the EQ of outputs 3 and up at once. */
import { pdmOutput } from "../parameters/platforms";
import type { Store } from "../parameters/store";
import { parameters } from "../parameters/table";

const { outputEnabled } = parameters;

/** The first output whose EQ runs on core 1. */
const firstWorkerOutput = 2;

export const CoreMode = Object.freeze({ idle: 0, pdm: 1, eqWorker: 2 });

function hasWorkerOutput(store: Store): boolean {
  const pdm = pdmOutput(store.platform);
  for (let output = firstWorkerOutput; output < pdm; output++) if (store.get(outputEnabled, output)) return true;
  return false;
}

export function coreMode(store: Store): number {
  if (store.get(outputEnabled, pdmOutput(store.platform))) return CoreMode.pdm;
  return hasWorkerOutput(store) ? CoreMode.eqWorker : CoreMode.idle;
}

/** Where both are enabled, as no single request can do it: PDM stays. */
export function settleConflict(store: Store): void {
  const pdm = pdmOutput(store.platform);
  if (!store.get(outputEnabled, pdm)) return;
  for (let output = firstWorkerOutput; output < pdm; output++) store.set(outputEnabled, output, 0);
}

/** Whether enabling an output now is refused; false for outputs that do not exist. */
export function wouldConflict(store: Store, output: number): boolean {
  const pdm = pdmOutput(store.platform);
  if (output === pdm) return hasWorkerOutput(store);
  return output >= firstWorkerOutput && output < pdm && store.get(outputEnabled, pdm) !== 0;
}
