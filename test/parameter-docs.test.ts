import { readFile } from "node:fs/promises";

import { expect, it } from "vitest";

import { documentFile, parameterDocument } from "../tools/parameter-docs";

it("docs/parameters.md says what the parameter table says (npx tsx tools/parameter-docs.ts writes it)", async () => {
  expect(await readFile(documentFile, "utf8")).toBe(await parameterDocument());
});
