/** The Cortex-M33 of the emulator beside qemu's: random programs, exceptions, the engine's instructions; and its speed. */
import { compareExceptions } from "../test/emulator/m33/exceptions";
import { FunctionCore } from "../test/emulator/m33/function-core";
import { runFilters, startEngine } from "../test/emulator/m33/kernels";
import { batchSize } from "../test/emulator/m33/programs";
import { compare, harness } from "../test/emulator/m33/validate";
import { engineImage } from "./chip/image";
import { M33 } from "./chip/m33";

const wantedPrograms = 100_000;
const scripts = 50;
const scriptLength = 300;
const wantedSpeed = 60;
/** Cycles for which one of two cores runs before the other. */
const slice = 64;

export async function m33(): Promise<void> {
  // Other programs each time, which can be had again by their seed.
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  const failed = [await programs(seed), await exceptions(seed), await instructions()].includes(false);
  await speed();
  if (failed) throw new Error(`our Cortex-M33 is not qemu's: SEED=${seed} has the same programs run again.`);
}

async function programs(seed: number): Promise<boolean> {
  const image = await harness();
  let different = 0;
  for (let done = 0; done < wantedPrograms; done += batchSize) {
    const differences = await compare(image, seed + done, batchSize);
    for (const { text } of differences.slice(0, 3)) console.log(text);
    different += differences.length;
  }
  console.log(`Random programs, seed ${seed}: ${wantedPrograms}, ${different} end otherwise than on qemu (wanted: 0).`);
  return different === 0;
}

async function exceptions(seed: number): Promise<boolean> {
  let words = 0;
  let different = 0;
  for (let i = 0; i < scripts; i++) {
    const { words: logged, difference } = await compareExceptions(seed + i, scriptLength);
    words += logged;
    if (difference !== undefined) {
      different++;
      console.log(difference);
    }
  }
  console.log(`Scripts of exceptions: ${scripts}, ${words} words of log, ${different} scripts differ (wanted: 0).`);
  return different === 0;
}

async function instructions(): Promise<boolean> {
  const image = await engineImage("rp2350");
  const qemu = await M33.start(image);
  try {
    const cores = [new FunctionCore(image), qemu];
    const [own, theirs] = await Promise.all(
      cores.map(async (core) => [...(await runFilters(core)), await (await startEngine(core))()]),
    );
    const rows = (own ?? []).map(({ name, cost, bits }, i) => {
      const other = theirs?.[i];
      return {
        kernel: name,
        instructions: cost,
        "by qemu": other?.cost.toFixed(1),
        results: bits === other?.bits ? "the same" : "different",
        same: bits === other?.bits && Math.abs(cost - other.cost) < 4,
      };
    });
    console.table(rows);
    return rows.every(({ same }) => same);
  } finally {
    qemu.stop();
  }
}

/** Millions of instructions per second on the engine's packets. */
async function speed(): Promise<void> {
  const image = await engineImage("rp2350");
  const cores = [new FunctionCore(image), new FunctionCore(image)];
  const packets = await Promise.all(cores.map((core) => startEngine(core)));
  const count = () => cores.reduce((total, { board }) => total + board.core.instructions, 0);
  const measure = async (run: () => Promise<void>) => {
    for (let warm = 0; warm < 300; warm++) await run();
    const [before, start] = [count(), performance.now()];
    for (let packet = 0; packet < 1000; packet++) await run();
    return (count() - before) / (performance.now() - start) / 1000;
  };
  const alone = await measure(async () => void (await packets[0]?.()));
  for (const core of cores) core.slice = slice;
  const turns = await measure(async () => void (await Promise.all(packets.map((packet) => packet()))));
  console.log(
    `Speed on the engine's packets: ${alone.toFixed(0)} M instructions/s; in turns of ${slice} cycles: ${turns.toFixed(0)} (wanted: ≥ ${wantedSpeed}).`,
  );
}
