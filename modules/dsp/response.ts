import type { Design } from "./biquad";

/**
 * Magnitude of a design at `frequency` Hz in dB, for a sample rate in Hz.
 *
 * The filter is the trapezoidal (bilinear) image of the analogue m0 + (m1 g s + m2 g²)/(s² + k g s + g²), so its
 * response at f is the analogue one at tan(π f/Fs); g and g² + g k follow from the coefficients.
 */
export function magnitude(design: Design, frequency: number, rate: number): number {
  const { a1m1, a2, a3, m0, m1, m2 } = design;
  if (a2 === 0) return 20 * Math.log10(Math.abs(m0));
  const g = a3 / a2;
  const k = -a1m1 / a2 - g;
  const w = Math.tan((Math.PI * frequency) / rate) / g; // analogue frequency relative to the corner
  // H(jw) = m0 + (j m1 w + m2) / (1 − w² + j k w)
  const real = 1 - w * w;
  const imaginary = k * w;
  const numeratorReal = m0 * real + m2;
  const numeratorImaginary = m0 * imaginary + m1 * w;
  return (
    10 *
    Math.log10(
      (numeratorReal * numeratorReal + numeratorImaginary * numeratorImaginary) / (real * real + imaginary * imaginary),
    )
  );
}
