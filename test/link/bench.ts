/** A simulated device with both link ports open, in a folder of its own, for tests. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { listen, type Link } from "../../simulator/link/listen";
import { Workbench } from "../../simulator/workbench";
import { DesktopDevice, type Chip } from "../../simulator/desktop-device";

export interface TestBench extends Link {
  bench: Workbench;
  /** The folder below which peers may name files. */
  folder: string;
}

export async function startBench({
  chip = "rp2350",
  realtime = false,
}: { chip?: Chip; realtime?: boolean } = {}): Promise<TestBench> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dspi-link-")));
  const bench = await Workbench.start(await DesktopDevice.open({ chip }), { realtime });
  const link = await listen(bench, { tcp: 0, ws: 0, folder });
  const close = async () => {
    await link.close();
    await bench.close();
    await rm(folder, { recursive: true });
  };
  return { ...link, bench, folder, close };
}
