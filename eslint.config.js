import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["build/", "native/xs/*.js", "hosts/rp2/moddable/*.js"]), // `@ "xs_…"` is Moddable's syntax for native functions, not ECMAScript
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylistic],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/consistent-type-definitions": "off",
    },
  },
  {
    files: ["**/*.js"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  {
    // What runs on the device is pure: it may import its own kind only.
    files: ["modules/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: ["node:*", "**/native/**", "**/simulator/**"] }] },
  },
);
