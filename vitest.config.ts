import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "modules/**/*.spec.ts"],
    globalSetup: "test/toolchain.ts",
    testTimeout: 60_000,
    hookTimeout: 300_000, // some build, and fetch what they build with
  },
});
