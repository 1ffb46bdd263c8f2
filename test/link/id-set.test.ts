import { expect, test } from "vitest";

import { IdSet } from "../../simulator/link/id-set";

test("an id is new once, whatever the order", () => {
  const ids = new IdSet();
  const seen = new Set<number>();
  let random = 1;
  for (let i = 0; i < 5000; i++) {
    random = (random * 16807) % 2147483647; // Park and Miller's generator
    const id = random % 1000;
    expect(ids.add(id)).toBe(!seen.has(id));
    seen.add(id);
  }
});

test("the largest id is an id like others", () => {
  const ids = new IdSet();
  expect(ids.add(Number.MAX_SAFE_INTEGER)).toBe(true);
  expect(ids.add(Number.MAX_SAFE_INTEGER)).toBe(false);
  expect(ids.add(Number.MAX_SAFE_INTEGER - 1)).toBe(true);
  expect(ids.add(0)).toBe(true);
  expect(ids.add(0)).toBe(false);
});
