import { expect, test } from "vitest";

import { hold } from "../../tools/budget";

const area = (name: string, used: number) => ({ name, used, planned: 1024 });

test("a firmware within its plan is built, to the byte", () => {
  expect(() => hold([area("rings", 1024), area("heap", 0)])).not.toThrow();
});

test("one that takes more of any memory than planned is not, and says of which", () => {
  const build = () => hold([area("rings", 10), area("heap", 1025)]);
  expect(build).toThrow(/The firmware takes more than planned:\n {2}heap .*TOO MUCH$/);
  expect(build).not.toThrow(/rings/);
});
