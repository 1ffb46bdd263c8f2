/** Runs a device's USB frames, 1 ms each, on the wall clock. */
import { setTimeout as sleep } from "node:timers/promises";

/** Frames in one go: few, so that control transfers pass between them promptly. */
const batch = 4;
/** Milliseconds behind after which the clock is set anew, as after a machine's sleep. */
const lateLimit = 500;

export interface Pace {
  stop(): Promise<void>;
}

/**
 * Calls `frames` with a number of milliseconds, again and again, so that their sum never drifts from the wall clock.
 * Stops by itself when `frames` rejects, and says why.
 */
export function runInRealTime(frames: (milliseconds: number) => Promise<void>, report: (text: string) => void): Pace {
  let stopped = false;
  const loop = async () => {
    let begin = performance.now();
    let done = 0;
    while (!stopped) {
      const due = Math.floor(performance.now() - begin) - done;
      if (due > lateLimit) {
        report(`${due} ms behind real time: the clock was set anew`);
        begin += due;
      } else if (due >= batch) {
        await frames(batch);
        done += batch;
      } else {
        await sleep(batch - due);
      }
    }
  };
  const running = loop().catch((error: unknown) => report(`the device stopped: ${(error as Error).message}`));
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}
