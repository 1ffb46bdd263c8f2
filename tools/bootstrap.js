// All set-up of a fresh clone, with nothing but Node: dependencies, then the native build. Quick when all is there.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("..", import.meta.url));

function fail(text) {
  console.error(text);
  process.exit(1);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node ${process.versions.node} is too old: install Node 20.19 or newer and run this again.`);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: project, stdio: "inherit" });
  if (error) fail(`${command} does not run (${error.message}): install Node with npm and run this again.`);
  if (status !== 0) process.exit(status ?? 1);
}

const installed = new URL("../node_modules/.package-lock.json", import.meta.url);
const wanted = new URL("../package-lock.json", import.meta.url);
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  console.log("Installing the dependencies of package-lock.json …");
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
}
run(process.execPath, ["--import", "tsx", "tools/build.ts"]);
