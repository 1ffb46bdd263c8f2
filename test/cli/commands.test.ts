import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { chips } from "../../cli/options";
import { run } from "../../cli/program";
import { bulkPacket, factoryReset, startTestDevice, type TestDevice } from "./device";
import { dspi, start, type Ended } from "./dspi";
import { generator, scramble } from "./scramble";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspi-commands-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command as `dspi` does, in this process and in the folder. */
async function inProcess(...args: string[]): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      output[name] += String(text);
      return true;
    }),
  );
  const paths = args.map((arg) => (/\.yaml$|^bank|^wrong$/.test(arg) ? join(folder, arg) : arg));
  try {
    await run(paths);
    return { code: Number(process.exitCode ?? 0), ...output };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const read = (name: string) => readFile(join(folder, name), "utf8");

/** Runs a command that shall succeed; returns what it wrote. */
async function succeed(...args: string[]): Promise<string> {
  const ended = await inProcess(...args);
  expect(ended).toEqual({ ...ended, code: 0, stderr: "" });
  return ended.stdout;
}

describe.each(chips)("commands with an %s", (chip) => {
  let device: TestDevice;
  const command = (...args: string[]) => succeed(...args, "--tcp", String(device.bench.tcp));
  const json = async (...args: string[]) => JSON.parse(await command(...args, "--json")) as unknown;
  const fail = (...args: string[]) => inProcess(...args, "--tcp", `127.0.0.1:${device.bench.tcp}`);
  beforeAll(async () => {
    device = await startTestDevice(chip);
  });
  afterAll(() => device.close());

  const outputs = chip === "rp2040" ? 5 : 9;

  test("status tells what it is and how it does", async () => {
    const none = { clips: [], loads: [0, 0], core1: "idle", packets: 0, overruns: 0, underruns: 0, starvations: 0 };
    expect(await json("status")).toEqual({
      product: "Weeb Labs DSPi",
      serial: "D5B1000000000001",
      platform: chip.toUpperCase(),
      firmware: "1.1.3",
      outputs,
      sampleRate: 44100,
      streaming: 0,
      masterVolume: -20,
      savedVolume: -20,
      preset: { slot: 0, name: "Default" },
      ...none,
      clock: 307200000,
      millivolts: 1150,
      celsius: expect.any(Number) as number,
      usbErrors: 0,
    });
    expect(await command("status")).toMatch(
      new RegExp(`^device +Weeb Labs DSPi D5B1000000000001, ${chip.toUpperCase()}, firmware 1.1.3\n`),
    );
  });

  test("set and get take names, groups and patterns", async () => {
    expect(await command("set", "out1.gain", "-3.3", "left.name", "Musik ü", "out1.eq.2.type", "peaking")).toBe(
      'out1.gain: 0 dB → -3.3 dB\nleft.name: "USB L" → "Musik ü"\nout1.eq.2.type: flat → peaking\n',
    );
    expect(await command("get", "out1.gain", "left.name", "out1.eq.2")).toBe(
      'out1.gain: -3.3 # dB\nleft.name: "Musik ü"\nout1.eq.2.type: peaking\n' +
        "out1.eq.2.frequency: 1000 # Hz\nout1.eq.2.q: 0.707\nout1.eq.2.gain: 0 # dB\n",
    );
    const gains = (await json("get", "*.gain")) as Record<string, number>;
    expect(Object.keys(gains)).toHaveLength((outputs + 2) * 10 + outputs * 2 + outputs);
    expect(gains["out1.gain"]).toBe(-3.3);
    expect(await json("set", "out1.gain", "-6", "out1.mute", "off")).toEqual([
      { name: "out1.gain", before: -3.3, after: -6 },
    ]);
  });

  test("a process of their own ends with 0, or with 1 and a reason", async () => {
    const at = ["--tcp", String(device.bench.tcp)];
    const good = await dspi(folder, "get", "right.name", ...at);
    expect(good).toEqual({ code: 0, stdout: "right.name: USB R\n", stderr: "" });
    const bad = await dspi(folder, "set", "right.preamp", "99", ...at);
    expect(bad).toEqual({
      code: 1,
      stdout: "",
      stderr: 'dspi: right.preamp: expected a number -60 … 20 dB, not "99"\n',
    });
  });

  test("set sends nothing when one value is wrong", async () => {
    const { code, stderr } = await fail("set", "out2.gain", "-1", "out2.gian", "-1", "out2.delay", "100");
    expect(code).toBe(1);
    expect(stderr).toContain(`the ${chip.toUpperCase()} has no parameter "out2.gian": did you mean "out2.gain"?`);
    expect(stderr).toContain('out2.delay: expected a number 0 … 85 ms, not "100"');
    expect(await json("get", "out2.gain")).toEqual({ "out2.gain": 0 });
  });

  test("presets are saved, named, loaded by name, listed and deleted", async () => {
    await command("set", "out1.gain", "-1");
    expect(await command("preset", "save", "3", "--name", "Night")).toBe("preset 3 saved\n");
    await command("set", "out1.gain", "-2");
    await command("preset", "save", "4");
    await command("preset", "name", "4", "Day");
    await command("preset", "load", "Night");
    expect(await json("get", "out1.gain")).toEqual({ "out1.gain": -1 });
    const presets = Array.from({ length: 10 }, (_, slot) => ({ slot, name: "", occupied: false, active: false }));
    Object.assign(presets[0] ?? {}, { name: "Default" });
    Object.assign(presets[3] ?? {}, { name: "Night", occupied: true, active: true });
    Object.assign(presets[4] ?? {}, { name: "Day", occupied: true });
    expect(await json("preset", "list")).toEqual(presets);
    expect(await command("preset", "list")).toMatch(
      /^ {2}0 Default \(empty\)\n(.*\n){2}\* 3 Night\n {2}4 Day\n[^]*starts with preset 0\n$/,
    );
    expect(await command("preset", "startup", "Day")).toBe("starts with preset 4\n");
    expect(await json("preset", "startup", "last-active")).toEqual({ startup: "last-active", default: 4 });
    await command("set", "master.volume", "-30");
    expect(await json("preset", "save-volume")).toEqual({ savedVolume: -30 });
    // It is in the flash memory.
    await device.bench.bench.powerCycle();
    expect(await json("get", "out1.gain", "master.volume")).toEqual({ "out1.gain": -1, "master.volume": -30 });
    await command("preset", "delete", "Night");
    expect(((await json("preset", "list")) as typeof presets)[3]).toMatchObject({ name: "", occupied: false });
    const { code, stderr } = await fail("preset", "load", "Night");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'dspi: no preset "Night": expected 0 to 9 or a name; there are 0 (Default), 4 (Day)\n',
    });
  });

  test("export, factory reset and apply bring everything back, and diff says so", async () => {
    await scramble(device.direct, device.names, generator(7));
    const before = await bulkPacket(device.direct);
    await command("export", `${chip}.yaml`);
    expect(await json("diff", `${chip}.yaml`)).toEqual([]);
    await factoryReset(device.direct);
    const different = await fail("diff", `${chip}.yaml`, "--json");
    const changes = JSON.parse(different.stdout) as unknown[];
    expect(different.code).toBe(1);
    expect(changes.length).toBeGreaterThan(100);
    expect(await json("apply", `${chip}.yaml`)).toEqual(changes);
    expect(await bulkPacket(device.direct)).toEqual(before);
    expect(await command("apply", `${chip}.yaml`)).toBe("nothing differs\n");
    expect(await succeed("diff", `${chip}.yaml`, `${chip}.yaml`, "--chip", chip)).toBe("");
    // To standard output, the same; over the file that there is, nothing to do.
    expect(await command("export")).toBe(await read(`${chip}.yaml`));
  });

  test("export brings a file up to date, and leaves a wrong one alone", async () => {
    await factoryReset(device.direct);
    const text = "# mine\nout1.gain: 3 # loud\nout1.eq.1: &one { type: flat } # for both\nout2.eq.1: *one\n";
    await write("mine.yaml", text);
    await command("export", "mine.yaml");
    expect(await read("mine.yaml")).toContain(text.replace("gain: 3", "gain: 0").replace("flat", "highpass"));
    await command("diff", "mine.yaml");
    await write("mine.yaml", "out1.gian: 3\n");
    const { code, stderr } = await fail("export", "mine.yaml");
    expect(code).toBe(1);
    expect(stderr).toContain("mine.yaml:1: ");
    expect(await read("mine.yaml")).toBe("out1.gian: 3\n");
  });

  test("presets go into files and come back from them, and what is live stays", async () => {
    const random = generator(11);
    const images: Buffer[] = [];
    for (const slot of [1, 7]) {
      await scramble(device.direct, device.names, random);
      await command("preset", "save", String(slot), "--name", `Preset ${slot}`);
      images.push(await bulkPacket(device.direct));
    }
    const active = async () =>
      ((await json("preset", "list")) as { active: boolean }[]).findIndex((each) => each.active);
    expect(await active()).toBe(7);
    await command("preset", "load", "1");
    await scramble(device.direct, device.names, random);
    // A delay of the channel only: no bulk packet brings that back.
    await command("set", "out1.channel-delay", "1.5");
    const live = await bulkPacket(device.direct);
    const bank = `bank-${chip}`;
    await command("export", "--bank", bank);
    await command("export", `seven-${chip}.yaml`, "--preset", "Preset 7");
    expect(await readdir(join(folder, bank))).toEqual(expect.arrayContaining(["preset1.yaml", "preset7.yaml"]));
    expect(await read(`seven-${chip}.yaml`)).toBe(await read(join(bank, "preset7.yaml")));
    expect(await bulkPacket(device.direct)).toEqual(live);
    expect(await active()).toBe(1);
    for (const slot of ["1", "7"]) await command("preset", "delete", slot);
    await command("set", "out1.channel-delay", "2.5"); // the active one was deleted: defaults are live
    const now = await bulkPacket(device.direct);
    await command("apply", "--bank", bank);
    expect(await bulkPacket(device.direct)).toEqual(now);
    await command("apply", `seven-${chip}.yaml`, "--preset", "2");
    for (const [slot, image] of [
      ["Preset 1", images[0]],
      ["7", images[1]],
      ["2", images[1]],
    ] as const) {
      await command("preset", "load", slot);
      // Of the master volume in volume mode "own", a preset has none.
      expect((await bulkPacket(device.direct)).subarray(0, 2880)).toEqual(image?.subarray(0, 2880));
    }
    expect(await json("get", "preset2.name")).toEqual({ "preset2.name": "Preset 7" });
  });

  test("apply sends nothing of a wrong file", async () => {
    const before = await bulkPacket(device.direct);
    await write("wrong.yaml", "out1.gain: -9\nout1:\n  gian: 3\n  delay: 100\n");
    await mkdir(join(folder, "wrong"), { recursive: true });
    await write("wrong/preset1.yaml", "out1.gain: -9\n");
    await write("wrong/preset2.yaml", "presets.startup: default\n");
    const { code, stderr } = await fail("apply", "wrong.yaml");
    expect(code).toBe(1);
    expect(stderr).toContain("wrong.yaml:3: the RP");
    expect(stderr).toContain("wrong.yaml:4: out1.delay: expected a number 0 … 85 ms, not 100");
    expect((await fail("apply", "--bank", "wrong")).stderr).toContain(
      "presets.startup is the device's, not a preset's",
    );
    expect(await bulkPacket(device.direct)).toEqual(before);
  });

  test("watch shows the meters, and ends with the device", async () => {
    const { channels, loads } = (await json("watch", "--once")) as { channels: object[]; loads: number[] };
    expect(channels[0]).toEqual({ channel: 0, name: expect.any(String) as string, peak: null, clip: false });
    expect(loads).toHaveLength(2);
    const watching = start(folder, "watch", "--tcp", String(device.bench.tcp));
    expect(await watching.said("\n")).toMatch(/-inf.* dBFS \| CPU \d+ % \d+ %\n/);
    await device.bench.bench.powerCycle();
    expect(await watching.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the device is gone") as string,
    });
  });
});

describe("commands without a device", () => {
  test.each([
    [["status"], 1, "no DSPi on USB (2e8a:feaa): plug one in, or name a simulated one with --tcp 9777"],
    [["get", "out1.gain", "--serial", "A1"], 1, "no DSPi on USB"],
    [["get", "out1.gain", "--serial", "A1", "--tcp", "1"], 1, "--serial chooses among devices on USB"],
    [["get", "out1.gain", "--tcp", "x"], 1, "--tcp takes [host:]port with a port of 1 to 65535, not x"],
    [["set", "out1.gain"], 1, ""],
    [["diff", "none.yaml", "none.yaml"], 2, "none.yaml: no such file"],
    [["diff", "none.yaml"], 2, "no DSPi on USB"],
    [["preset"], 1, ""],
    [["apply", "--tcp", "1"], 1, ""],
    [["export", "a.yaml", "--bank", "b"], 1, "mutually exclusive"],
    [["statsu"], 1, "statsu"],
  ])("dspi %j ends with %i and says why", async (args, expected, text) => {
    const { code, stderr } = await inProcess(...args);
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringMatching(/^dspi: ./) as string });
    expect(stderr).toContain(text);
  });

  test("say who listens where a device was expected", async () => {
    const server = createServer((socket) =>
      socket
        .resume()
        .on("error", () => undefined)
        .end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const wrong = await inProcess("status", "--tcp", String(port));
    expect(wrong).toMatchObject({
      code: 1,
      stderr: `dspi: whatever listens at 127.0.0.1:${port}, it does not speak dspi-link/1\n`,
    });
    await new Promise((resolve) => server.close(resolve));
    const nobody = await inProcess("status", "--tcp", String(port));
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain(`no device at 127.0.0.1:${port}: nobody listens there`);
  });

  test("diff of two files tells what is in one of them only", async () => {
    await write("a.yaml", "out1.gain: -3\nout2.gain: 1\nleft.name: a\n");
    await write("b.yaml", "out1: { gain: -3.0 }\nout2.gain: 2\nout3.mute: on\n");
    const { code, stdout } = await inProcess("diff", "a.yaml", "b.yaml");
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: 'out2.gain: 1 dB → 2 dB\nleft.name: "a" → not set\nout3.mute: not set → on\n',
    });
  });

  test("a shell completes commands, names and values", async () => {
    const complete = async (...words: string[]) =>
      (await dspi(folder, "--get-yargs-completions", "dspi", ...words)).stdout.trim().split("\n");
    expect(await complete("pre")).toContain("preset");
    expect(await complete("get", "out8.eq.10.")).toEqual(
      ["type", "frequency", "q", "gain"].map((field) => `out8.eq.10.${field}`),
    );
    expect(await complete("set", "leveller.s")).toEqual(["leveller.speed"]);
    expect(await complete("set", "leveller.speed", "")).toEqual(["slow", "medium", "fast"]);
    expect(await complete("set", "out1.mute", "on", "left.pre")).toEqual(["left.preamp"]);
    expect((await dspi(folder, "completion")).stdout).toContain("--get-yargs-completions");
  });
});
