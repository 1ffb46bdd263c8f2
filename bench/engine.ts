import { designBand, type Design } from "../modules/dsp/biquad";
import { designCrossfeed } from "../modules/dsp/crossfeed";
import { designLeveller } from "../modules/dsp/leveller";
import { designLoudness, loudnessSections } from "../modules/dsp/loudness";
import { engineImage } from "./chip/image";
import { M0Plus } from "./chip/m0plus";
import { M33 } from "./chip/m33";
import { outputRows } from "./outputs";
import { outputCount, type Chip } from "../test/engine/programs";
import { random } from "../test/engine/session";

/** A core of a chip, whose cost of a call is cycles (RP2040) or instructions (RP2350). */
export interface Core {
  allocate(bytes: number): number;
  write(address: number, bytes: Uint8Array): void | Promise<void>;
  call(name: string, ...args: number[]): Cost | Promise<Cost>;
}
interface Cost {
  result: number;
  cost: number;
}

const unit: Record<Chip, string> = { rp2040: "cycles", rp2350: "instructions" };
/** System clock, cycles per ms. */
const cyclesPerPacket = 307_200;
const bands = 10;
/** DSPi 1.1.3: per band and sample of a peaking filter. */
const originalBand: Record<Chip, number> = { rp2040: 87.7, rp2350: 14.4 };
const wantedBand: Record<Chip, { peaking: number; other?: number }> = {
  rp2040: { peaking: 60, other: 100 },
  rp2350: { peaking: 14 },
};

const kernels: { name: string; band: [type: number, frequency: number, q: number, gain: number] }[] = [
  { name: "peaking 30 Hz, Q 1.4, +6 dB", band: [1, 30, 1.4, 6] },
  { name: "peaking 1 kHz, Q 1.4, +6 dB", band: [1, 1000, 1.4, 6] },
  { name: "peaking 1 kHz, Q 1.4, -6 dB", band: [1, 1000, 1.4, -6] },
  { name: "peaking 6 kHz, Q 1.4, +3 dB", band: [1, 6000, 1.4, 3] },
  { name: "peaking 1 kHz, Q 20, +6 dB", band: [1, 1000, 20, 6] },
  { name: "peaking 1 kHz, Q 20, +20 dB", band: [1, 1000, 20, 20] },
  { name: "peaking 540 Hz, Q 5.6, -20 dB", band: [1, 540, 5.6, -20] },
  { name: "peaking 15 kHz, Q 1.4, +6 dB", band: [1, 15_000, 1.4, 6] },
  { name: "peaking 15 kHz, Q 20, +6 dB", band: [1, 15_000, 20, 6] },
  { name: "low shelf 100 Hz", band: [2, 100, 0.707, 6] },
  { name: "high shelf 8 kHz", band: [3, 8000, 0.707, 6] },
  { name: "high shelf 12 kHz, -6 dB", band: [3, 12_000, 0.707, -6] },
  { name: "low pass 80 Hz", band: [4, 80, 0.707, 0] },
  { name: "high pass 20 Hz", band: [5, 20, 0.707, 0] },
];

type Change = "bands" | "gains" | "leveller";

interface Setup {
  name: string;
  rate: number;
  /** Bands of each channel that plays. */
  bands: number;
  /** Outputs that play. */
  outputs: number;
  extras?: boolean;
  /** What changes while it plays: the dearest 4 ms, which the rings bridge. */
  glides?: Change;
  /** What DSPi 1.1.3 costs: cost units per packet on each core, and the load of the busier one in %. */
  original?: { core0: number; core1: number; load: number };
  wanted?: string;
}

const setups: Record<Chip, Setup[]> = {
  rp2040: [
    { name: "flat", rate: 48_000, bands: 0, outputs: 2, original: { core0: 41_102, core1: 0, load: 14 } },
    {
      name: "10 bands",
      rate: 48_000,
      bands,
      outputs: 4,
      original: { core0: 200_881, core1: 92_160, load: 67 },
      wanted: "≤ 45 %",
    },
    {
      name: "10 bands, loudness, crossfeed, leveller",
      rate: 48_000,
      bands,
      outputs: 4,
      extras: true,
      original: { core0: 265_472, core1: 92_160, load: 88 },
      wanted: "≤ 60 %",
    },
    { name: "flat", rate: 96_000, bands: 0, outputs: 2, original: { core0: 78_332, core1: 0, load: 26 } },
    { name: "10 bands", rate: 96_000, bands, outputs: 4, wanted: "≤ 90 %" },
    ...glides(4),
  ],
  rp2350: [
    { name: "flat", rate: 48_000, bands: 0, outputs: 2, original: { core0: 24_465, core1: 0, load: 12 } },
    {
      name: "10 bands",
      rate: 48_000,
      bands,
      outputs: 8,
      original: { core0: 48_052, core1: 48_434, load: 48 },
      wanted: "≤ 50,000",
    },
    {
      name: "10 bands, loudness, crossfeed, leveller",
      rate: 48_000,
      bands,
      outputs: 8,
      extras: true,
      original: { core0: 53_523, core1: 48_434, load: 51 },
    },
    { name: "10 bands", rate: 96_000, bands, outputs: 8, original: { core0: 93_503, core1: 94_748, load: 92 } },
    ...glides(8),
  ],
};

function glides(outputs: number): Setup[] {
  return [48_000, 96_000].flatMap((rate) => {
    const common = { rate, bands, outputs, wanted: "≤ 95 %" };
    return [
      { ...common, name: "10 bands: all change", glides: "bands" as const },
      {
        ...common,
        name: "10 bands and all effects: all bands change",
        glides: "bands" as const,
        extras: true,
      },
      { ...common, name: "10 bands: all gains, routes, delays change", glides: "gains" as const },
      {
        ...common,
        name: "10 bands and all effects: all gains, routes, delays change",
        glides: "gains" as const,
        extras: true,
      },
      { ...common, name: "10 bands: leveller on", glides: "leveller" as const },
    ];
  });
}

/** The engine's code on emulated cores. */
export async function engine(): Promise<void> {
  console.log(`RP2040: cycles of a Cortex-M0+ (rp2040js). RP2350: instructions of a Cortex-M33 (qemu mps2-an505).
Filters: ten of a kind in a row, 48 samples, all that is around them included.
Left out: waits for flash (all of this code lies in RAM), for the bus when both cores and DMA meet at one bank of RAM,
and for peripherals; interrupts, USB and DMA set-up. DSPi 1.1.3's packets were measured with its interrupts.`);
  for (const chip of ["rp2040", "rp2350"] as const) {
    const image = await engineImage(chip);
    const m33 = chip === "rp2350" ? await M33.start(image) : undefined;
    const core = m33 ?? new M0Plus(image);
    console.table(await kernelRows(chip, core));
    const clock = (image.symbols.get("bench_clock") as number) | 1;
    console.table(await packetRows(chip, core, clock));
    console.table(await outputRows(chip, core));
    m33?.stop();
  }
}

const bytesOf = (...numbers: number[]) => new Uint8Array(Float64Array.from(numbers).buffer);
const designBytes = ({ a1m1, a2, a3, m0, m1, m2 }: Design) => bytesOf(a1m1, a2, a3, m0, m1, m2);

/** The halves of a double, as it is passed to a function. */
const double = (x: number) => [...new Uint32Array(Float64Array.of(x).buffer)] as [number, number];

async function kernelRows(chip: Chip, core: Core) {
  const size = chip === "rp2040" ? 26 : 24;
  const [design, band, state, samples] = [48, bands * size, bands * 16, 4 * 96].map((bytes) =>
    core.allocate(bytes),
  ) as [number, number, number, number];
  const next = random(1);
  const noise = Int32Array.from({ length: 48 }, () => (next() - 0.5) * 2 ** 27);
  const input = chip === "rp2040" ? noise : Float32Array.from(noise, (x) => x / 2 ** 28);
  const rows = [];
  for (const { name, band: parameters } of kernels) {
    await core.write(design, designBytes(designBand(...parameters, 48_000)));
    let designCost = 0;
    for (let i = 0; i < bands; i++) designCost = (await core.call("band_quantise", band + i * size, design)).cost;
    await core.write(state, new Uint8Array(bands * 16));
    await core.write(samples, new Uint8Array(input.buffer));
    const { cost } = await core.call("cascade_run", band, state, 2 ** bands - 1, samples, 48, 0);
    const each = cost / bands / 48;
    const wanted = wantedBand[chip][parameters[0] === 1 ? "peaking" : "other"];
    rows.push({
      filter: name,
      [`${unit[chip]} per band and sample`]: each.toFixed(1),
      ...(wanted ? { wanted: `≤ ${wanted}` } : {}),
      "DSPi 1.1.3": originalBand[chip],
      ratio: (originalBand[chip] / each).toFixed(2),
      ...(chip === "rp2040" ? { "its design, once": designCost } : {}),
    });
  }
  return rows;
}

async function packetRows(chip: Chip, core: Core, clock: number) {
  const { result: bytes } = await core.call("engine_bytes");
  const memory = core.allocate(bytes);
  const scratch = core.allocate(96);
  const packet = core.allocate(97 * 6);
  const outputs = core.allocate(4 * outputCount[chip]);
  const samples = core.allocate(4 * 97);
  const next = random(2);
  await core.write(
    packet,
    Uint8Array.from({ length: 97 * 6 }, (_, i) => (i % 3 === 2 ? next() * 16 : next() * 256)),
  );
  await core.write(outputs, new Uint8Array(new Uint32Array(outputCount[chip]).fill(samples).buffer));
  const rows = [];
  for (const setup of setups[chip]) {
    await core.call("engine_init", memory, bytes, setup.rate);
    await core.call("engine_set_clock", memory, clock);
    await configure(core, memory, scratch, setup);
    const frames = setup.rate / 1000;
    const once = () => playPacket(core, memory, [packet, frames, 3, outputs, cores]);
    for (let settling = 0; settling < 50; settling++) await once();
    const courses = [await once()];
    if (setup.glides) {
      await change(core, memory, scratch, setup);
      for (let packet = 0; packet < 100; packet++) courses.push(await once());
    }
    rows.push(packetRow(chip, setup, dearest(courses)));
  }
  return rows;
}

const cores = 2;
interface Course {
  /** What each core works, planning included. */
  work: number[];
  /** When the later one ends, waits for the other included. */
  end: number;
}

/**
 * One packet on two cores, by one emulated core that takes their turns. A job counts from when its core is free and all
 * jobs of earlier stages have ended on both.
 */
async function playPacket(core: Core, memory: number, packet: number[]): Promise<Course> {
  const { cost: planning } = await core.call("engine_begin_packet", memory, ...packet);
  const work = [planning, 0];
  const free = [planning, planning];
  const stageEnd: number[] = [planning];
  const left = new Set([0, 1]);
  for (let turn = 0; left.size > 0; turn = 1 - turn) {
    const { result, cost } = await core.call("engine_run_next", memory, turn);
    const stage = result | 0;
    if (stage === 0) left.delete(turn);
    if (stage <= 0) continue;
    const begin = Math.max(free[turn] as number, ...stageEnd.slice(0, stage));
    const end = begin + cost;
    work[turn]! += cost;
    free[turn] = end;
    stageEnd[stage] = Math.max(stageEnd[stage] ?? 0, end);
  }
  return { work, end: Math.max(...free) };
}

/** The mean of those 4 in a row that are dearest, or of the only one. */
function dearest(courses: Course[]): Course {
  const means = courses.slice(0, Math.max(1, courses.length - 3)).map((_, first) => {
    const some = courses.slice(first, first + 4);
    const mean = (of: (course: Course) => number) => some.reduce((sum, course) => sum + of(course), 0) / some.length;
    return { work: [0, 1].map((core) => mean(({ work }) => work[core] as number)), end: mean(({ end }) => end) };
  });
  const busier = ({ work }: Course) => Math.max(...work);
  return means.reduce((most, course) => (busier(course) > busier(most) ? course : most));
}

function packetRow(chip: Chip, setup: Setup, { work, end }: Course) {
  const busier = Math.max(...work);
  const { original } = setup;
  const load = (100 * busier) / cyclesPerPacket;
  return {
    configuration: `${setup.name}, ${setup.outputs} outputs, ${setup.rate / 1000} kHz`,
    "busier core": Math.round(busier),
    "other core": Math.round(Math.min(...work)),
    [chip === "rp2040" ? "load %" : "instructions, % of cycles"]: load.toFixed(0),
    "to the end, with waits": Math.round(end),
    wanted: setup.wanted ?? "",
    "DSPi 1.1.3: core 0": original?.core0 ?? (setup.glides ? "" : "packets lost"),
    "core 1": original?.core1 ?? "",
    ratio: original ? (Math.max(original.core0, original.core1) / busier).toFixed(2) : "",
  };
}

async function configure(core: Core, memory: number, scratch: number, setup: Setup, gain = 3): Promise<void> {
  const { rate } = setup;
  const stage = async (name: string, design: Uint8Array, ...args: number[]) => {
    await core.write(scratch, design);
    await core.call(name, memory, ...args, scratch);
  };
  for (let channel = 0; channel < 2 + setup.outputs; channel++)
    for (let band = 0; band < setup.bands; band++) {
      const design = designBand(1, Math.round(40 * 1.9 ** band), 1.4, band % 2 ? -gain : gain, rate);
      await stage("engine_stage_band", designBytes(design), channel, band);
    }
  for (let output = 0; output < setup.outputs; output++) {
    await core.call("engine_stage_crosspoint", memory, output % 2, output, 0, ...double(0.5));
    await core.call("engine_stage_output", memory, output, 1, 0, ...double(1), 480);
  }
  if (setup.extras) {
    await stage("engine_stage_crossfeed", designBytes(designCrossfeed(700, 4.5, true, rate)));
    for (let section = 0; section < loudnessSections; section++)
      await stage("engine_stage_loudness", designBytes(designLoudness(section, 83, -30, 100, rate)), section);
    await stageLeveller(core, memory, scratch, rate);
  }
  await core.call("engine_commit", memory, rate);
}

async function stageLeveller(core: Core, memory: number, scratch: number, rate: number): Promise<void> {
  const { blockFrames, lookaheadFrames, ...levels } = {
    ...designLeveller(50, 0, 15, true, -96, rate),
  } as unknown as Record<string, number>;
  const counts = new Uint8Array(Uint32Array.of(blockFrames as number, lookaheadFrames as number).buffer);
  await core.write(scratch, Uint8Array.of(...bytesOf(...Object.values(levels)), ...counts));
  await core.call("engine_stage_leveller", memory, scratch);
}

async function change(core: Core, memory: number, scratch: number, setup: Setup): Promise<void> {
  if (setup.glides === "bands") return configure(core, memory, scratch, setup, 6);
  if (setup.glides === "leveller") await stageLeveller(core, memory, scratch, setup.rate);
  for (let output = 0; setup.glides === "gains" && output < setup.outputs; output++) {
    for (const input of [0, 1]) await core.call("engine_stage_crosspoint", memory, input, output, 0, ...double(0.25));
    await core.call("engine_stage_output", memory, output, 1, 0, ...double(0.5), 960);
  }
  await core.call("engine_commit", memory, setup.rate);
}
