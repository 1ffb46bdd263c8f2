/** The shortest decimal that reads back as the same f32. */
export function shortestDecimal(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9)); // enough for any f32 (IEEE 754 §5.12.2)
}
