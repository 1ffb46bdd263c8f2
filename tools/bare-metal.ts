/** Builds C for a chip's core as an image without an operating system: functions at fixed addresses, to be called from outside. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { buildFolder, projectFolder } from "./folders";
import { compilersFolder } from "./toolchain";

const run = promisify(execFile);

export type Core = "cortex-m0plus" | "cortex-m33";

export interface Image {
  /** The ELF file. */
  file: string;
  /** Address of the first byte. */
  base: number;
  /** Code and data; what follows it, `size` bytes in all, starts as zeros. */
  bytes: Uint8Array;
  size: number;
  /** Addresses by name. */
  symbols: Map<string, number>;
}

const flags: Record<Core, string[]> = {
  "cortex-m0plus": ["-mcpu=cortex-m0plus"],
  "cortex-m33": ["-march=armv8-m.main+fp+dsp", "-mfloat-abi=softfp"],
};

/** Compiled as the firmware is: hosts/rp2/CMakeLists.txt. */
export async function buildImage(
  name: string,
  core: Core,
  base: number,
  sources: string[],
  options: string[],
): Promise<Image> {
  const compilers = await compilersFolder();
  const folder = join(buildFolder, "bare-metal");
  await mkdir(folder, { recursive: true });
  const elf = join(folder, `${name}.elf`);
  const binary = join(folder, `${name}.bin`);
  const script = join(folder, `${name}.ld`);
  await writeFile(
    script,
    `SECTIONS { . = ${base}; .text : { *(.text.0) *(.text* .rodata* .data*) } .bss : { *(.bss* COMMON) } _end = .; /DISCARD/ : { *(.ARM.exidx* .comment) } }\n`,
  );
  await run(
    join(compilers, "arm-none-eabi-gcc"),
    [
      ...flags[core],
      ...["-mthumb", "-O2", "-DNDEBUG", "-std=gnu11", "-Wall", "-Wextra", "-ffp-contract=off", "-fno-common"],
      ...options,
      ...["-nostartfiles", "-specs=nosys.specs", `-Wl,-T,${script}`, "-o", elf],
      ...sources,
      "-lm",
    ],
    { cwd: projectFolder },
  );
  await run(join(compilers, "arm-none-eabi-objcopy"), ["-O", "binary", elf, binary]);
  const { stdout } = await run(join(compilers, "arm-none-eabi-nm"), [elf], { maxBuffer: 1 << 24 });
  const symbols = new Map<string, number>();
  for (const line of stdout.split("\n")) {
    const [address, , symbol] = line.split(" ");
    if (symbol) symbols.set(symbol, parseInt(address as string, 16) & ~1);
  }
  const bytes = await readFile(binary);
  return { file: elf, base, bytes, size: (symbols.get("_end") as number) - base, symbols };
}
