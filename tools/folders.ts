import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectFolder = fileURLToPath(new URL("..", import.meta.url));
/** Everything made: safe to delete at any time. */
export const buildFolder = join(projectFolder, "build");
