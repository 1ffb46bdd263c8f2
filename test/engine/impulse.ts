/** What the engine makes of an impulse: its response at any frequency. */
import { fullScale } from "./programs";
import { Session } from "./session";

export interface Complex {
  re: number;
  im: number;
}

/**
 * Responses of outputs 0 and 1 (which play channels 0 and 1 when nothing else is said) to an impulse on the left input, or
 * on both.
 */
export async function impulseResponses(session: Session, onBoth: boolean): Promise<((frequency: number) => Complex)[]> {
  const { rate } = session;
  const at = Math.floor(rate / 8);
  const height = fullScale / 2;
  session
    .route(0, 0)
    .route(1, 1)
    .commit()
    .play(rate / 2);
  const { outputs } = await session.run((n) => (n === at ? [height, onBoth ? height : 0] : [0, 0]));
  return outputs.slice(0, 2).map((out) => (frequency) => {
    let [re, im] = [0, 0];
    for (let n = at; n < out.length; n++) {
      const x = (out[n] as number) / height;
      const phase = (-2 * Math.PI * frequency * (n - at)) / rate;
      re += x * Math.cos(phase);
      im += x * Math.sin(phase);
    }
    return { re, im };
  });
}

export function decibels({ re, im }: Complex): number {
  return 10 * Math.log10(re * re + im * im);
}
