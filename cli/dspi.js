#!/usr/bin/env node
// The programs are TypeScript: tsx translates them as they load. Its tsconfig is the project's, wherever one calls from.
import { fileURLToPath } from "node:url";

import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
await import("./main.ts");
