import { expect, test } from "vitest";

import { bend, bends, changes, over, rate, rounding } from "./changes";
import { chips, fullScale } from "./programs";
import { Session, settled, sine } from "./session";

for (const chip of chips) {
  for (const level of [-1, -60]) {
    test.each(changes)(`${chip} changes $name at ${level} dBFS without a step`, async (change) => {
      for (const frequency of [100, 1000, 5000]) {
        const { smooth, during } = await bends(chip, change, level, frequency);
        expect(smooth).toBeGreaterThan(0);
        expect(during, `${frequency} Hz`).toBeLessThanOrEqual(2 * smooth + rounding);
      }
    });
  }

  test(`${chip} follows a knob turned at every packet without a step`, async () => {
    const session = new Session(chip)
      .route(0, 0)
      .band(2, 0, 1, 1000, 1, -12)
      .commit()
      .play(settled + over);
    const at = session.frames;
    for (let packet = 0; packet < 400; packet++) {
      session.band(2, 0, 1, 1000 * 2 ** (packet / 200), 1, -12 + packet * 0.06);
      session
        .output(0, { gain: 10 ** (-packet / 400) })
        .commit()
        .play(48);
    }
    session.play(over);
    const { outputs } = await session.run(sine(1000, -14, rate));
    const out = outputs[0] as Int32Array;
    const largest = bend(out, at - 1, out.length - 1);
    const loudest = out.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0);
    expect(largest).toBeLessThanOrEqual(2 * loudest * (2 * Math.sin((Math.PI * 1000) / rate)) ** 2 + rounding);
    expect(loudest).toBeLessThan(fullScale / 2);
  });
}
