import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { buildImage } from "../../tools/build";
import { buildFolder, projectFolder } from "../../tools/folders";
import { typecheckDevice } from "../../tools/typecheck";
import { Machine } from "./machine";

await mkdir(buildFolder, { recursive: true });
const folder = await mkdtemp(join(buildFolder, "image-test-"));
const here = relative(projectFolder, folder);
afterAll(() => rm(folder, { recursive: true }));

async function build(name: string, source: string): Promise<string> {
  await writeFile(join(folder, name), source);
  return buildImage(join(here, name), join(basename(folder), name));
}

describe("building an application image", () => {
  it("names file and line of a syntax error", async () => {
    await expect(build("broken.ts", "const fine: number = 1;\nconst broken = ;\n")).rejects.toThrow(
      `${here}/broken.ts:2: `,
    );
  });

  it("names file and line of a mistake that only XS sees", async () => {
    await expect(build("twice.ts", "const one = 1;\nconst one = 2;\n")).rejects.toThrow(`${here}/twice.ts:2: `);
  });

  it("refuses TypeScript that is more than types, with file and line", async () => {
    await expect(build("enum.ts", "export {};\nenum Colour { Red }\n")).rejects.toThrow(
      `${here}/enum.ts:2: this TypeScript is more than types`,
    );
  });

  it("builds anew what has changed", async () => {
    const log = async (text: string) => {
      const machine = await Machine.start(
        await build("change.ts", `import { log } from "../../native/xs/host";\nlog("${text}" as string);\n`),
      );
      return (await machine.end()).log;
    };
    expect(await log("one")).toEqual(["one"]);
    expect(await log("two")).toEqual(["two"]);
  });

  it("names file and line of an import that is not in the image", async () => {
    await expect(build("missing.ts", 'import type { A } from "./types";\n\nimport "./nowhere";\n')).rejects.toThrow(
      `${here}/missing.ts:3: imports "./nowhere", which is not in the image`,
    );
  });
});

describe("type-checking the application", () => {
  it("names file, line and error, and is not repeated while nothing changes", async () => {
    const config = join(folder, `${basename(folder)}.json`);
    const source = join(folder, "checked.ts");
    await writeFile(config, '{ "extends": "../../tsconfig.base.json", "files": ["checked.ts"] }');
    await writeFile(source, 'export const fine = 1;\nexport const wrong: number = "text";\n');
    await expect(typecheckDevice(config)).rejects.toThrow(/checked\.ts\(2,14\): error TS2322: /);
    await writeFile(source, "export const fine = 1;\n");
    expect(await typecheckDevice(config)).toBe(true);
    expect(await typecheckDevice(config)).toBe(false);
    await rm(join(buildFolder, `${basename(config)}.checked`));
  });
});

describe("a machine refuses an image", () => {
  it.each<[string, (image: Buffer) => Buffer, string]>([
    ["that is cut short", (image) => image.subarray(0, -4), "the application image is incomplete"],
    ["for another XS", (image) => change(image, 7), "made for another version of XS"],
    ["that is none", (image) => change(image, 0), "this is no application image"],
  ])("%s", async (_, spoil, message) => {
    const image = await readFile(await build("good.ts", "export {};\n"));
    const file = join(folder, "spoilt.xsi");
    await writeFile(file, spoil(image));
    const { log, code } = await (await Machine.start(file)).end();
    expect(log).toEqual([expect.stringContaining(message)]);
    expect(code).toBe(1);
  });
});

function change(image: Buffer, byte: number): Buffer {
  const changed = Buffer.from(image);
  changed.writeUInt8(changed.readUInt8(byte) ^ 1, byte);
  return changed;
}
