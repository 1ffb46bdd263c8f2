/** The engine, the encoders and the arithmetic, compiled for a chip's core as the firmware has them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { buildImage, type Image } from "../../tools/bare-metal";
import { projectFolder } from "../../tools/folders";
import { ram } from "./m0plus";
import { ssram } from "./m33";
import type { Chip } from "../../test/engine/programs";

export function engineImage(chip: Chip): Promise<Image> {
  const sources = ["bench/chip", "native/engine", "native/output", "hosts/rp2/arithmetic"].flatMap((folder) =>
    readdirSync(join(projectFolder, folder))
      .filter((name) => name.endsWith(".c"))
      .map((name) => `${folder}/${name}`),
  );
  const folders = ["native/engine", "native/output", "hosts/rp2"].map((folder) => `-I${folder}`);
  const options = [`-DDSPI_${chip.toUpperCase()}`, ...folders, "-Wa,-Inative/output"];
  return chip === "rp2040"
    ? buildImage("engine-rp2040", "cortex-m0plus", ram, sources, options)
    : buildImage("engine-rp2350", "cortex-m33", ssram, sources, options);
}
