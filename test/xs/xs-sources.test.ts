import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it, vi } from "vitest";

import { checkIntegrity, xsSources } from "../../tools/xs-sources";

const folder = await mkdtemp(join(tmpdir(), "dspi-xs-sources-"));
afterAll(() => rm(folder, { recursive: true }));

describe("fetching the XS sources", () => {
  it("says what to check when the registry cannot be reached, and leaves nothing behind", async () => {
    vi.stubEnv("npm_config_registry", "http://127.0.0.1:1/");
    vi.stubEnv("npm_config_fetch_retries", "0");
    vi.stubEnv("npm_config_cache", join(folder, "cache"));
    await expect(xsSources(join(folder, "xs"))).rejects.toThrow(
      /could not be fetched .*ECONNREFUSED.*Check the network/s,
    );
    vi.unstubAllEnvs();
    expect(existsSync(join(folder, "xs"))).toBe(false);
    expect((await readdir("build")).filter((name) => name.startsWith("xs-fetch-"))).toEqual([]);
  });

  it("refuses a file that is not the expected one", async () => {
    const file = join(folder, "abc");
    await writeFile(file, "abc");
    // FIPS 180-2, appendix C.1: the SHA-512 of "abc"
    const hex =
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
    const integrity = `sha512-${Buffer.from(hex, "hex").toString("base64")}`;
    await expect(checkIntegrity(file, integrity)).resolves.toBeUndefined();
    await writeFile(file, "abd");
    await expect(checkIntegrity(file, integrity)).rejects.toThrow("is not the expected one");
  });
});
