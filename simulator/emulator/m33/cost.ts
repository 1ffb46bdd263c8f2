/**
 * Cycles of instructions beside the first one. Arm publishes no table for the Cortex-M33: these are a model, between the
 * Cortex-M4's documented figures and measurements of others.
 */
/** A load's result comes a cycle later. */
export const loadCost = 1;
/** A taken branch refills the pipeline. */
export const branchCost = 1;
/** A return that loads PC. */
export const returnCost = 2;
export const longMultiplyCost = 0;
/** SDIV and UDIV take 2 to 11. */
export const divideCost = 5;
export const fusedCost = 2;
export const floatCost = 0;
export const floatDivideCost = 13;
/** Exceptions: stacking and fetch of the vector, and unstacking. */
export const entryCycles = 12;
export const returnCycles = 10;
/** More for a frame with the float registers. */
export const floatFrameCycles = 17;
