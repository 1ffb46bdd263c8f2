import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { projectFolder } from "../tools/folders";

const run = promisify(execFile);
const minutes = 60_000;

// The clone runs this file as well: it must not clone itself again.
describe.skipIf(process.env.DSPI_IN_FRESH_CLONE)("a fresh clone in an empty folder", () => {
  let clone = "";
  const npm = (...args: string[]) =>
    run("npm", args, { cwd: clone, env: { ...process.env, DSPI_IN_FRESH_CLONE: "1" }, maxBuffer: 1 << 26 });

  beforeAll(async () => {
    clone = await mkdtemp(join(tmpdir(), "dspi-clone-"));
    await run("git", ["clone", "--quiet", projectFolder, clone]);
  });
  afterAll(() => rm(clone, { recursive: true, force: true }));

  it(
    "sets itself up and plays with npm start",
    async () => {
      const { stdout } = await npm("start", "--", "--once");
      expect(stdout).toContain("listening");
    },
    10 * minutes,
  );

  it(
    "passes its tests with npm test",
    async () => {
      const { stdout } = await npm("test");
      expect(stripVTControlCharacters(stdout)).toMatch(/Tests\s+\d+ passed/);
    },
    30 * minutes,
  );
});
