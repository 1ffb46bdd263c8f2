/** What the cores of an emulated chip do for packets: cycles and instructions, work and waits apart. */
import type { EmulatedDevice } from "../simulator/emulator/emulated-device";
import type { Functions } from "../simulator/emulator/observe/functions";

/** Exception of the audio interrupt, the first that the SDK leaves to users (hosts/rp2/audio/priorities.h). */
const audioException = { rp2040: 16 + 26, rp2350: 16 + 46 } as const;
/** Where a core is that has nothing to do until the other one is done, or that looks for something to do. */
const waiting =
  /^(schedule_next|schedule_done|engine_packet_done|engine_run_next|core1|pdm_line_is_urgent|pdm_line_goes_on|load_.*)$/;

export interface Share {
  cycles: number;
  instructions: number;
}

/** Of one core: from the audio interrupt's begin to its end, or on core 1 while it is awake. */
export interface CoreWork {
  work: Share;
  wait: Share;
}

/**
 * Follows both cores while `run` lasts: where a core is when the emulator turns to the other, every 64 to 256 cycles,
 * says what it was at.
 */
export async function packetWork(
  { chip }: EmulatedDevice,
  name: keyof typeof audioException,
  functions: Functions,
  run: () => Promise<unknown>,
): Promise<[CoreWork, CoreWork]> {
  const names = new Map<number, boolean>();
  const isWaiting = (pc: number) => {
    let known = names.get(pc);
    if (known === undefined) names.set(pc, (known = waiting.test((functions.nameOf(pc) ?? "").replace(/\+.*/, ""))));
    return known;
  };
  const followed = chip.cores.map((core) => {
    const result: CoreWork = { work: { cycles: 0, instructions: 0 }, wait: { cycles: 0, instructions: 0 } };
    const original = core.run.bind(core);
    core.run = (until) => {
      const { cycles, instructions, idle } = core;
      original(until);
      const awake = core.cycles - cycles - (core.idle - idle);
      if (core.index === 0 && core.ipsr !== audioException[name]) return;
      const share = isWaiting(core.registers[15] as number) ? result.wait : result.work;
      share.cycles += awake;
      share.instructions += core.instructions - instructions;
    };
    return { result, stop: () => (core.run = original) };
  });
  await run();
  return followed.map(({ result, stop }) => (stop(), result)) as [CoreWork, CoreWork];
}
