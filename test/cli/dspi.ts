/** Runs the `dspi` command as a user does, for tests. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { projectFolder } from "../../tools/folders";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves to the output when it contains a text; rejects when the program ends before. */
  said(text: string): Promise<string>;
}

/** Starts it in a folder; the caller sees to it that it ends. */
export function start(folder: string, ...args: string[]): Running {
  const child = spawn(process.execPath, [join(projectFolder, "cli/dspi.js"), ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  }
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));
  const said = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => output.stdout.includes(text) && resolve(output.stdout);
      child.stdout.on("data", look);
      look();
      void ended.then(({ code, stdout, stderr }) => reject(new Error(`ended with ${code}: ${stdout}${stderr}`)));
    });
  return { child, ended, said };
}

export function dspi(folder: string, ...args: string[]): Promise<Ended> {
  return start(folder, ...args).ended;
}
